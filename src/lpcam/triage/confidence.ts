/**
 * Suggestions for IRN's conf_fg_thres and conf_bg_thres. cam_to_ir_label.py takes a pixel for its class where the seed at
 * conf_fg has it, for background where the seed at conf_bg has none, and ignores the rest. So conf_fg should be the lowest
 * threshold whose foreground is right often enough, and conf_bg the highest whose background is.
 */
import { labelTotals, type DatasetTotals } from './datasetScores';

/** Shares 0..1 that the confident pixels should be right; what IRN's values give depends on the maps. */
export interface ConfidenceTargets {
  readonly fg: number;
  readonly bg: number;
}

export const defaultTargets: ConfidenceTargets = { fg: 0.8, bg: 0.95 };

export interface Suggestion {
  /** Place of the threshold. */
  readonly place: number;
  /** Share of its confident pixels that are right, 0..1. */
  readonly precision: number;
  /** Share of all scored pixels that it makes confident. */
  readonly share: number;
  /** Whether the target is reached; if not, this is the most precise threshold there is. */
  readonly reached: boolean;
}

export interface ConfidenceSuggestions {
  readonly fg: Suggestion | null;
  readonly bg: Suggestion | null;
  /** Share of pixels between the two, which IRN would ignore; null unless both are there and in order. */
  readonly ignored: number | null;
}

/** A foreground smaller than this share of the masks' says nothing about precision. */
const leastForeground = 0.02;

/** Precision of the foreground (pixels of the right class) and of the background at every threshold. */
function precisionCurves(totals: DatasetTotals): {
  readonly fg: readonly (number | null)[];
  readonly bg: readonly (number | null)[];
  readonly fgShare: readonly number[];
} {
  const fg: (number | null)[] = [];
  const bg: (number | null)[] = [];
  const fgShare: number[] = [];
  const truth = totals.truth.reduce((sum, value) => sum + value, 0);
  for (let k = 0; k < totals.thresholds; k++) {
    const { predicted, both } = labelTotals(totals, k);
    const sum = (values: Float64Array) => values.subarray(1).reduce((all, value) => all + value, 0);
    const foreground = sum(predicted);
    fg.push(foreground > 0 && foreground >= leastForeground * truth ? sum(both) / foreground : null);
    const background = predicted[0] ?? 0;
    bg.push(background > 0 ? (both[0] ?? 0) / background : null);
    fgShare.push(totals.pixels > 0 ? foreground / totals.pixels : 0);
  }
  return { fg, bg, fgShare };
}

function chosen(
  precision: readonly (number | null)[],
  target: number,
  share: (place: number) => number,
  from: 'lowest' | 'highest',
): Suggestion | null {
  const places = precision.flatMap((value, place) => (value === null ? [] : [{ place, value }]));
  if (from === 'highest') places.reverse();
  const met = places.find(({ value }) => value >= target);
  const [first, ...others] = places;
  if (first === undefined) return null;
  const best = met ?? others.reduce((one, other) => (other.value > one.value ? other : one), first);
  return {
    place: best.place,
    precision: best.value,
    share: share(best.place),
    reached: met !== undefined,
  };
}

/**
 * The lowest threshold whose foreground reaches its target, and the highest whose background does; in each case the most
 * precise one where none does.
 */
export function suggestConfidence(totals: DatasetTotals, targets: ConfidenceTargets): ConfidenceSuggestions {
  const { fg, bg, fgShare } = precisionCurves(totals);
  const high = chosen(fg, targets.fg, (place) => fgShare[place] ?? 0, 'lowest');
  const low = chosen(bg, targets.bg, (place) => 1 - (fgShare[place] ?? 0), 'highest');
  const ordered = high !== null && low !== null && low.place <= high.place;
  return { fg: high, bg: low, ignored: ordered ? Math.max(0, 1 - high.share - low.share) : null };
}
