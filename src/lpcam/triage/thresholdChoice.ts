/** How a threshold was chosen: whether on ground truth or not is what makes a score comparable. */
import type { SeedScores } from '../metrics';
import { bestPlace, datasetScores, type DatasetTotals } from './datasetScores';

export interface SweptSeeds {
  readonly labelMaps: boolean;
  /** Ascending. */
  readonly thresholds: readonly number[];
  /** Places of those whose scores are reported. */
  readonly sweep: readonly number[];
  /** The study's own and who says so. */
  readonly own: { readonly place: number; readonly from: string } | null;
}

/** Scores of a sweep, and where its best are. */
export interface SweepScores {
  /** One per place of the sweep. */
  readonly entries: readonly { readonly place: number; readonly scores: SeedScores }[];
  /** Place of the largest mIoU, the first on ties; null without ground truth. */
  readonly best: number | null;
  /** [classes + 1]: place where the label's own IoU is largest; null where it is in no seed and no mask. */
  readonly bestOfLabel: readonly (number | null)[];
}

export function sweepScores(
  totals: DatasetTotals,
  places: readonly number[],
  withMasks: boolean,
): SweepScores {
  const entries = places.map((place) => ({ place, scores: datasetScores(totals, place) }));
  const placeOf = (values: readonly (number | null)[]) => {
    const best = withMasks ? bestPlace(values) : null;
    return best === null ? null : (entries[best]?.place ?? null);
  };
  const labels = Array.from({ length: totals.classes + 1 }, (_, label) => label);
  return {
    entries,
    best: placeOf(entries.map(({ scores }) => scores.miou)),
    bestOfLabel: labels.map((label) => placeOf(entries.map(({ scores }) => scores.iou[label] ?? null))),
  };
}

export interface ThresholdChoice {
  readonly text: string;
  /** Chosen with the help of the masks it is scored on. */
  readonly oracle: boolean;
}

/** A threshold as people write it: .3, .05, .125. */
export function thresholdText(threshold: number): string {
  return String(Math.round(threshold * 1e4) / 1e4).replace(/^0(?=\.)/, '');
}

/** @param place of the threshold looked at; @param best of the sweep */
export function thresholdChoice(seeds: SweptSeeds, place: number, best: number | null): ThresholdChoice {
  if (seeds.labelMaps) return { text: 'None: label maps are scored as they are.', oracle: false };
  const at = thresholdText(seeds.thresholds[place] ?? 0);
  if (place === seeds.own?.place)
    return {
      text: `${at}, as ${seeds.own.from} sets it: fixed before scoring, without looking at these masks.${
        place === best ? ' It is also the best of the sweep.' : ''
      }`,
      oracle: false,
    };
  if (place === best)
    return {
      text: `${at}, the best of a sweep on these very masks: an oracle. Who has no ground truth cannot choose it; say so where you report it.`,
      oracle: true,
    };
  return best === null
    ? { text: `${at}, by hand.`, oracle: false }
    : {
        text: `${at}, by hand while the score on these masks was in sight: an oracle as well.`,
        oracle: true,
      };
}
