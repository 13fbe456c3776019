/**
 * Scores over all images at every threshold. The sums over images are those of one confusion matrix (lpcam.md, section
 * 5): its diagonal, its margins and the row of the background are all that the published figures need.
 */
import { scoresOfTotals, type LabelTotals, type SeedScores } from '../metrics';
import type { ScoreColumns } from './scoreColumns';

/** Sums over images; [classes + 1] labels, with the background as label 0. */
export interface DatasetTotals {
  readonly classes: number;
  readonly thresholds: number;
  readonly pixels: number;
  readonly background: number;
  /** [label]. */
  readonly truth: Float64Array;
  /** [label * thresholds + k]. */
  readonly predicted: Float64Array;
  readonly hit: Float64Array;
  readonly onBackground: Float64Array;
}

/** @param classes foreground classes: labels above are not there */
export function datasetTotals(columns: ScoreColumns, classes: number): DatasetTotals {
  const { thresholds, label } = columns;
  const sums = () => new Float64Array((classes + 1) * thresholds);
  const totals = {
    classes,
    thresholds,
    pixels: columns.pixels.reduce((sum, value) => sum + value, 0),
    background: columns.background.reduce((sum, value) => sum + value, 0),
    truth: new Float64Array(classes + 1),
    predicted: sums(),
    hit: sums(),
    onBackground: sums(),
  };
  const add = (into: Float64Array, at: number, value: number) => (into[at] = (into[at] as number) + value);
  for (let e = 0; e < label.length; e++) {
    const id = label[e] as number;
    add(totals.truth, id, columns.truth[e] as number);
    for (let k = 0; k < thresholds; k++) {
      const from = e * thresholds + k;
      const to = id * thresholds + k;
      add(totals.predicted, to, columns.predicted[from] as number);
      if (!columns.withMasks) continue;
      add(totals.hit, to, columns.hit[from] as number);
      add(totals.onBackground, to, columns.onBackground[from] as number);
    }
  }
  return totals;
}

/** Margins and diagonal of the confusion matrix at a threshold. @param k the threshold's place */
export function labelTotals(totals: DatasetTotals, k: number): LabelTotals {
  const labels = totals.classes + 1;
  const at = (sums: Float64Array) =>
    Float64Array.from({ length: labels }, (_, label) => sums[label * totals.thresholds + k] as number);
  const predicted = at(totals.predicted);
  const both = at(totals.hit);
  const onBackground = at(totals.onBackground);
  const truth = totals.truth.slice();
  truth[0] = totals.background;
  predicted[0] = totals.pixels - predicted.reduce((sum, value) => sum + value, 0);
  both[0] = totals.background - onBackground.reduce((sum, value) => sum + value, 0);
  return { truth, predicted, both, onBackground };
}

/** Scores at a threshold, as the published evaluation computes them. */
export function datasetScores(totals: DatasetTotals, k: number): SeedScores {
  return scoresOfTotals(labelTotals(totals, k));
}

/** Place of the largest value, the first on ties; null where all are null. */
export function bestPlace(values: readonly (number | null)[]): number | null {
  let best: number | null = null;
  values.forEach((value, place) => {
    if (value !== null && value > (best === null ? -Infinity : (values[best] ?? -Infinity))) best = place;
  });
  return best;
}
