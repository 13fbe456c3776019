/** Scores of seeds as `lpcam evaluate` prints them. */
import type { Evaluation } from '../engine/evaluate';
import type { SeedScores } from '../lpcam/metrics';
import type { ThresholdScores } from '../lpcam/sweep';
import { tableText } from './table';

/** A share as percent with three decimals; null stays null (absent from seeds and masks). */
export function percent(share: number | null): number | null {
  return share === null ? null : Math.round(share * 100_000) / 1000;
}

function entryJson({ threshold, scores }: ThresholdScores) {
  return {
    threshold,
    miou: percent(scores.miou),
    fp: percent(scores.fp),
    fn: percent(scores.fn),
    fp_share: percent(scores.fpShare),
  };
}

/** Scores of one class at the best threshold; `index` 0 is the background, as in the confusion matrix. */
function classJson(scores: SeedScores, index: number) {
  return {
    iou: percent(scores.iou[index] ?? null),
    fp: percent(scores.classFp[index] ?? null),
    fn: percent(scores.classFn[index] ?? null),
    precision: percent(scores.precision[index] ?? null),
    recall: percent(scores.recall[index] ?? null),
  };
}

/** What `--json` prints. Scores in percent; a class absent from seeds and masks has nulls. */
export function evaluationJson({ images, missing, classes, sweep, best }: Evaluation) {
  return {
    images,
    best: { threshold: best.threshold, miou: percent(best.scores.miou) },
    sweep: sweep.map(entryJson),
    classes: Object.fromEntries(
      ['background', ...classes].map((name, index) => [name, classJson(best.scores, index)]),
    ),
    missing,
  };
}

/** @param saliency maps that the seeds were joined with: they were swept over theta */
export function evaluationText(evaluation: Evaluation, saliency: string | null): string {
  const bound = saliency === null ? 'threshold' : 'theta';
  const json = evaluationJson(evaluation);
  const sweep = tableText(
    [
      { title: bound, digits: 2 },
      { title: 'mIoU', digits: 2 },
      { title: 'FP', digits: 2 },
      { title: 'FN', digits: 2 },
      { title: 'FP share', digits: 2 },
      { title: '' },
    ],
    json.sweep.map((entry) => [
      entry.threshold,
      entry.miou,
      entry.fp,
      entry.fn,
      entry.fp_share,
      entry.threshold === json.best.threshold && json.sweep.length > 1 ? '<- best' : '',
    ]),
  );
  const present = Object.entries(json.classes).filter(([, scores]) => scores.iou !== null);
  const classes = tableText(
    [
      { title: 'class' },
      { title: 'IoU', digits: 2 },
      { title: 'FP', digits: 2 },
      { title: 'FN', digits: 2 },
      { title: 'precision', digits: 2 },
      { title: 'recall', digits: 2 },
    ],
    present.map(([name, { iou, fp, fn, precision, recall }]) => [name, iou, fp, fn, precision, recall]),
  );
  const joined = saliency === null ? '' : `, joined with the saliency maps in ${saliency}`;
  return `${evaluation.images} images, in percent${joined}\n\n${sweep}\n\nPer class at ${bound} ${json.best.threshold}:\n\n${classes}`;
}
