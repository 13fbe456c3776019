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

/** Classes of an image at a threshold, summed up for its row. */
class RowSum {
  classes = 0;
  iou = 0;
  fp = 0;
  fn = 0;
  predicted = 0;
  below = 0;
  above = 0;
  dead = 0;
  missing = 0;
  entries = 0;

  add(columns: ScoreColumns, entry: number, { at, below, above }: Levels): void {
    const { thresholds, predicted, hit, withMasks } = columns;
    const flags = columns.flags[entry] as number;
    const truth = columns.truth[entry] as number;
    const from = entry * thresholds;
    const pixels = predicted[from + at] as number;
    this.entries++;
    this.predicted += pixels;
    this.below += predicted[from + below] as number;
    this.above += predicted[from + above] as number;
    if ((flags & entryFlags.dead) !== 0) this.dead++;
    const wanted = withMasks ? truth > 0 : (flags & entryFlags.labelled) !== 0;
    if (wanted && pixels === 0) this.missing++;
    if (!withMasks) return;
    const both = hit[from + at] as number;
    const union = truth + pixels - both;
    if (union === 0) return;
    this.classes++;
    this.iou += both / union;
    this.fp += (pixels - both) / union;
    this.fn += (truth - both) / union;
  }
}

/**
 * Figures of every image.
 * @param label a class's label id: only that class counts; null: all of the image
 */
export function rowFigures(columns: ScoreColumns, levels: Levels, label: number | null): RowFigures {
  const { images, first, pixels } = columns;
  const shares = () => new Float32Array(images).fill(NaN);
  const counts = () => new Uint8Array(images);
  const figures = {
    iou: shares(),
    fp: shares(),
    fn: shares(),
    area: shares(),
    stability: shares(),
    dead: counts(),
    missing: counts(),
  };
  for (let i = 0; i < images; i++) {
    const sum = new RowSum();
    const end = first[i + 1] as number;
    for (let entry = first[i] as number; entry < end; entry++)
      if (label === null || columns.label[entry] === label) sum.add(columns, entry, levels);
    if (label !== null && sum.entries === 0) continue;
    const area = pixels[i] as number;
    if (area > 0) figures.area[i] = sum.predicted / area;
    if (sum.below > 0) figures.stability[i] = sum.above / sum.below;
    if (sum.classes > 0) {
      figures.iou[i] = sum.iou / sum.classes;
      figures.fp[i] = sum.fp / sum.classes;
      figures.fn[i] = sum.fn / sum.classes;
    }
    figures.dead[i] = Math.min(255, sum.dead);
    figures.missing[i] = Math.min(255, sum.missing);
  }
  return figures;
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
