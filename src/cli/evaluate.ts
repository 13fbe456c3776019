/** `lpcam evaluate`: how good the seeds are, over all thresholds. */
import type { Command } from 'commander';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InputError } from '../lpcam/inputError';
import type { SeedScores } from '../lpcam/metrics';
import type { ThresholdScores } from '../lpcam/sweep';
import { evaluateSeeds, seedIds, type Evaluation } from '../engine/evaluate';
import { resolveStudy } from '../engine/study/resolve';
import type { ResolvedStudy } from '../engine/study/resolvedStudy';
import { addCommonOptions, optionalStudyPath, unitNumber, type CommonOptions } from './commonOptions';
import { listedIds } from './listedIds';
import type { Job, RunJob } from './program';
import { tableText } from './table';

interface EvaluateOptions extends CommonOptions {
  readonly masks?: string;
  /** False: left out although the study names maps. */
  readonly saliency?: string | false;
  readonly list?: string;
  readonly threshold?: number;
  readonly sweep?: boolean;
  readonly allowMissing?: boolean;
}

/** .05 to .95; divided, because a running sum of .05 misses .15 and others by a rounding. */
const sweepThresholds = Array.from({ length: 19 }, (_, index) => (index + 1) / 20);

/** A share as percent with three decimals; null stays null (absent from seeds and masks). */
function percent(share: number | null): number | null {
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
function evaluationJson({ images, missing, classes, sweep, best }: Evaluation) {
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
function evaluationText(evaluation: Evaluation, saliency: string | null): string {
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

async function folder(path: string, what: string): Promise<string> {
  const full = resolve(path);
  const found = await stat(full).catch(() => null);
  if (found?.isDirectory() !== true)
    throw new InputError(`${full}: ${found === null ? 'no such folder' : 'is not a folder'} (${what}).`, {
      file: full,
    });
  return full;
}

/** Missing seeds are a classic mistake: says so when the folder holds only a part of the study's list. */
function noteIncomplete(job: Job, study: ResolvedStudy | null, scored: readonly string[]): void {
  const ids = study?.dataset.ids ?? [];
  const listed = new Set(ids);
  const have = new Set(scored);
  if (ids.length <= have.size || !scored.every((id) => listed.has(id))) return;
  job.terminal.note(
    `note: ${ids.length - have.size} of the ${ids.length} images of ${study?.dataset.list ?? 'the list'} have no seed here; only the ${have.size} seeds found are scored.`,
  );
}

async function evaluate(seedsPath: string, options: EvaluateOptions, job: Job): Promise<undefined> {
  const path = optionalStudyPath(options);
  const study = path === null ? null : await resolveStudy({ file: path });
  const masksPath = options.masks ?? study?.dataset.masks ?? null;
  if (masksPath === null)
    throw new InputError(
      'No masks to compare with: name their folder with --masks DIR, or as dataset.masks in the study.',
    );
  const seeds = await folder(seedsPath, 'seeds');
  const masks = await folder(masksPath, '--masks');
  const named = options.saliency ?? study?.dataset.saliency ?? false;
  const saliency = named === false ? null : await folder(named, 'saliency maps');
  const ids = await listedIds(options.list);
  if (ids === null) noteIncomplete(job, study, await seedIds(seeds));
  const evaluation = await evaluateSeeds({
    seeds,
    masks,
    ids,
    classes: study?.classes ?? null,
    thresholds: options.threshold === undefined ? sweepThresholds : [options.threshold],
    saliency,
    allowMissing: options.allowMissing === true,
    signal: job.signal,
    onProgress: job.terminal.progress,
  });
  const { missing, dead } = evaluation;
  if (dead.length > 0)
    job.terminal.note(
      `note: ${dead.length} seeds hold NaN (dead seeds of the published code; first: ${dead[0] ?? ''}); they are scored as background.`,
    );
  if (missing.length > 0) job.terminal.note(`note: ${missing.length} images without a seed are left out.`);
  const json = { ...evaluationJson(evaluation), ...(saliency === null ? {} : { saliency }) };
  job.terminal.result(json, () => evaluationText(evaluation, saliency));
  return undefined;
}

export function addEvaluate(program: Command, runJob: RunJob): void {
  addCommonOptions(
    program
      .command('evaluate')
      .argument('<seeds>', "folder of seed files (.npy or .npz, IRN's or any dialect that can be read)")
      .description('Score seeds against masks: mIoU, FP and FN per threshold and class.')
      .option('--masks <dir>', "folder of masks (PNG, 0 background, 255 ignored; default: the study's)")
      .option('--list <file>', 'images to score (default: every seed of the folder)')
      .option(
        '--saliency <dir>',
        "join the seeds with saliency maps (grey PNG) as EDAM does; thresholds are then EDAM's theta (0.2 published; " +
          "default: the study's dataset.saliency)",
      )
      .option('--no-saliency', 'score the seeds alone although the study names saliency maps')
      .option('--threshold <t>', 'score this background score only', unitNumber)
      .option('--sweep', 'score .05, .10, ... .95 (the default)')
      .option('--allow-missing', 'score also when listed images have no seed'),
  ).action((seeds: string, options: EvaluateOptions, command: Command) => {
    if (options.threshold !== undefined && options.sweep === true)
      command.error('error: --threshold and --sweep exclude each other');
    return runJob(options, (job) => evaluate(seeds, options, job));
  });
}
