/** What the triage table says of each image at one threshold: columns of numbers, made anew when the threshold moves. */
import { entryFlags } from './imageCounts';
import type { ScoreColumns } from './scoreColumns';

/** [images] each; not-a-number where a figure does not apply. Shares 0..1. */
export interface RowFigures {
  /** Mean over the image's foreground classes of intersection / union; of one class when filtered. Larger is better. */
  readonly iou: Float32Array;
  /** Mean over these classes of `1 - truth/union` and `1 - predicted/union`, as the published FP and FN. */
  readonly fp: Float32Array;
  readonly fn: Float32Array;
  /** Pixels of the seed over all pixels. */
  readonly area: Float32Array;
  /** IoU of the seeds a step below and above the threshold: 1 where the threshold hardly matters. */
  readonly stability: Float32Array;
  /** Maps that are zero or hold NaN. */
  readonly dead: Uint8Array;
  /** Classes of the mask (of the labels, without masks) of which the seed has no pixel. */
  readonly missing: Uint8Array;
}

/** Places of thresholds. */
export interface Levels {
  readonly at: number;
  /** A step below and above, for the stability. */
  readonly below: number;
  readonly above: number;
}

/** How far a step is when stability is asked for. */
const stabilityStep = 0.05;

function nearest(thresholds: readonly number[], wanted: number): number {
  let best = 0;
  thresholds.forEach((threshold, place) => {
    if (Math.abs(threshold - wanted) < Math.abs((thresholds[best] ?? 0) - wanted)) best = place;
  });
  return best;
}

/** @param thresholds ascending; @param at place of the one looked at */
export function levelsAround(thresholds: readonly number[], at: number): Levels {
  const threshold = thresholds[at] ?? 0;
  return {
    at,
    below: nearest(thresholds, threshold - stabilityStep),
    above: nearest(thresholds, threshold + stabilityStep),
  };
}

/**
 * Figures of every image, in one plain loop: a slider moves while 100,000 images are looked at.
 * @param label a class's label id: only that class counts; null: all of the image
 */
export function rowFigures(columns: ScoreColumns, levels: Levels, label: number | null): RowFigures {
  const { images, first, pixels, thresholds, predicted, hit, flags, withMasks } = columns;
  const { at, below, above } = levels;
  const shares = () => new Float32Array(images).fill(NaN);
  const counts = () => new Uint8Array(images);
  const [iou, fp, fn, area, stability] = [shares(), shares(), shares(), shares(), shares()];
  const [dead, missing] = [counts(), counts()];
  for (let i = 0; i < images; i++) {
    let [entries, classes, areaSum, belowSum, aboveSum] = [0, 0, 0, 0, 0];
    let [iouSum, fpSum, fnSum] = [0, 0, 0];
    const end = first[i + 1] as number;
    for (let entry = first[i] as number; entry < end; entry++) {
      if (label !== null && columns.label[entry] !== label) continue;
      entries++;
      const flag = flags[entry] as number;
      const truth = columns.truth[entry] as number;
      const from = entry * thresholds;
      const seeded = predicted[from + at] as number;
      areaSum += seeded;
      belowSum += predicted[from + below] as number;
      aboveSum += predicted[from + above] as number;
      if ((flag & entryFlags.dead) !== 0) dead[i] = (dead[i] as number) + 1;
      const wanted = withMasks ? truth > 0 : (flag & entryFlags.labelled) !== 0;
      if (wanted && seeded === 0) missing[i] = (missing[i] as number) + 1;
      if (!withMasks) continue;
      const both = hit[from + at] as number;
      const union = truth + seeded - both;
      if (union === 0) continue;
      classes++;
      iouSum += both / union;
      fpSum += (seeded - both) / union;
      fnSum += (truth - both) / union;
    }
    if (label !== null && entries === 0) continue;
    const all = pixels[i] as number;
    if (all > 0) area[i] = areaSum / all;
    if (belowSum > 0) stability[i] = aboveSum / belowSum;
    if (classes === 0) continue;
    iou[i] = iouSum / classes;
    fp[i] = fpSum / classes;
    fn[i] = fnSum / classes;
  }
  return { iou, fp, fn, area, stability, dead, missing };
}

/** Pixels of an image's seed per threshold, as a share of the image: area against threshold. */
export function areaCurve(columns: ScoreColumns, image: number, label: number | null): Float32Array {
  const { first, thresholds, predicted, pixels } = columns;
  const curve = new Float32Array(thresholds);
  for (let entry = first[image] ?? 0; entry < (first[image + 1] ?? 0); entry++) {
    if (label !== null && columns.label[entry] !== label) continue;
    for (let k = 0; k < thresholds; k++)
      curve[k] = (curve[k] as number) + (predicted[entry * thresholds + k] as number);
  }
  const area = Math.max(1, pixels[image] ?? 1);
  return curve.map((value) => value / area);
}
