/** What a language model is told of seeds that were just scored: the score card's facts and figures, and the worst images. */
import { bestPlace, datasetScores, datasetTotals } from '../../lpcam/triage/datasetScores';
import { levelsAround, RowFigures } from '../../lpcam/triage/rowFigures';
import type { SeedScores } from '../../protocol/score';
import { percentage } from './toolAnswer';

const worstCount = 10;

/** @returns percentages with two digits; figures need masks and are null without them */
export function freshScore(scores: SeedScores): object {
  const { first, classes, ids, masks, list, missing, problems, notices } = scores;
  const totals = datasetTotals(first.columns, classes.length);
  const sweep = first.sweep.map((place) => ({ place, figures: datasetScores(totals, place) }));
  const best = sweep[bestPlace(sweep.map(({ figures }) => figures.miou)) ?? 0];
  const place = best?.place ?? 0;
  const iou = new RowFigures(first.columns, levelsAround(first.thresholds, place), null).column('iou');
  const worst = ids
    .map((id, image) => ({ id, iou: iou[image] ?? NaN }))
    .filter((row) => !Number.isNaN(row.iou))
    .sort((a, b) => a.iou - b.iou)
    .slice(0, worstCount);
  return {
    seeds: first.path,
    stage: first.stage,
    masks,
    list: { name: list.name, images: list.listed, found: list.found },
    card: first.facts.map(({ name, text, tone }) => ({ name, text, warning: tone === 'warning' })),
    threshold: first.labelMaps ? null : (first.thresholds[place] ?? null),
    thresholdChosenOnMasks: !first.labelMaps && masks !== null,
    miouPercent: percentage(best?.figures.miou ?? null),
    fpPercent: percentage(best?.figures.fp ?? null),
    fnPercent: percentage(best?.figures.fn ?? null),
    classes: classes.map((name, index) => ({
      name,
      iouPercent: percentage(best?.figures.iou[index + 1] ?? null),
    })),
    sweep: first.labelMaps
      ? []
      : sweep.map(({ place: at, figures }) => ({
          threshold: first.thresholds[at],
          miouPercent: percentage(figures.miou),
        })),
    worst: worst.map((row) => ({ id: row.id, iouPercent: percentage(row.iou) })),
    missing: missing.length,
    problems: problems.slice(0, worstCount),
    notices: notices.map(({ message }) => message),
  };
}
