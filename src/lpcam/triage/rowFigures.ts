/**
 * What the triage table says of each image at one threshold. While a slider moves over 100,000 images, a column is made
 * only when all of it is asked for, as the one that sorts the table is; of the others the rows in sight are enough.
 */
import { entryFlags } from './imageCounts';
import type { ScoreColumns } from './scoreColumns';

/** Not-a-number where a figure does not apply. Shares 0..1. */
export type FigureName =
  /** Mean over the image's foreground classes of intersection / union; of one class when filtered. Larger is better. */
  | 'iou'
  /** Mean over these classes of `1 - truth/union` and `1 - predicted/union`, as the published FP and FN. */
  | 'fp'
  | 'fn'
  /** Pixels of the seed over all pixels. */
  | 'area'
  /** IoU of the seeds a step below and above the threshold: 1 where the threshold hardly matters. */
  | 'stability'
  /** Maps that are zero or hold NaN. */
  | 'dead'
  /** Classes of the mask (of the labels, without masks) of which the seed has no pixel. */
  | 'missing';

type Column = Float32Array | Uint8Array;

/** Figures that are made by one loop. */
interface Overlaps {
  readonly iou: Float32Array;
  readonly fp: Float32Array;
  readonly fn: Float32Array;
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

export class RowFigures {
  readonly #columns: ScoreColumns;
  readonly #levels: Levels;
  readonly #label: number | null;
  readonly #whole = new Map<FigureName, Column>();

  /** @param label a class's label id: only that class counts; null: all of the image */
  constructor(columns: ScoreColumns, levels: Levels, label: number | null) {
    this.#columns = columns;
    this.#levels = levels;
    this.#label = label;
  }

  /** A figure of every image, [images]. */
  column(name: FigureName): Column {
    const known = this.#whole.get(name);
    if (known) return known;
    const { images } = this.#columns;
    if (name === 'iou' || name === 'fp' || name === 'fn') {
      const { iou, fp, fn } = this.#overlaps(0, images);
      this.#whole.set('iou', iou).set('fp', fp).set('fn', fn);
      return name === 'iou' ? iou : name === 'fp' ? fp : fn;
    }
    const made = this.#figure(name, 0, images);
    this.#whole.set(name, made);
    return made;
  }

  /** A figure of one image. */
  of(name: FigureName, image: number): number {
    const known = this.#whole.get(name);
    if (known) return known[image] ?? NaN;
    const overlap = name === 'iou' || name === 'fp' || name === 'fn';
    const one = overlap ? this.#overlaps(image, image + 1)[name] : this.#figure(name, image, image + 1);
    return one[0] ?? NaN;
  }

  #figure(name: Exclude<FigureName, keyof Overlaps>, from: number, to: number): Column {
    switch (name) {
      case 'area':
        return this.#area(from, to);
      case 'stability':
        return this.#stability(from, to);
      case 'dead':
        return this.#dead(from, to);
      case 'missing':
        return this.#missing(from, to);
    }
  }

  #overlaps(from: number, to: number): Overlaps {
    const { first, thresholds, predicted, hit, truth: truths, label, withMasks } = this.#columns;
    const wanted = this.#label;
    const { at } = this.#levels;
    const shares = () => new Float32Array(to - from).fill(NaN);
    const [iou, fp, fn] = [shares(), shares(), shares()];
    if (!withMasks) return { iou, fp, fn };
    for (let i = from; i < to; i++) {
      let classes = 0;
      let iouSum = 0;
      let fpSum = 0;
      let fnSum = 0;
      const end = first[i + 1] as number;
      for (let entry = first[i] as number; entry < end; entry++) {
        if (wanted !== null && label[entry] !== wanted) continue;
        const truth = truths[entry] as number;
        const seeded = predicted[entry * thresholds + at] as number;
        const both = hit[entry * thresholds + at] as number;
        const union = truth + seeded - both;
        if (union === 0) continue;
        classes++;
        iouSum += both / union;
        fpSum += (seeded - both) / union;
        fnSum += (truth - both) / union;
      }
      if (classes === 0) continue;
      iou[i - from] = iouSum / classes;
      fp[i - from] = fpSum / classes;
      fn[i - from] = fnSum / classes;
    }
    return { iou, fp, fn };
  }

  #area(from: number, to: number): Float32Array {
    const { first, pixels, thresholds, predicted, label } = this.#columns;
    const wanted = this.#label;
    const { at } = this.#levels;
    const area = new Float32Array(to - from).fill(NaN);
    for (let i = from; i < to; i++) {
      let sum = 0;
      let entries = 0;
      const end = first[i + 1] as number;
      for (let entry = first[i] as number; entry < end; entry++) {
        if (wanted !== null && label[entry] !== wanted) continue;
        entries++;
        sum += predicted[entry * thresholds + at] as number;
      }
      const all = pixels[i] as number;
      if (all > 0 && (wanted === null || entries > 0)) area[i - from] = sum / all;
    }
    return area;
  }

  #stability(from: number, to: number): Float32Array {
    const { first, thresholds, predicted, label } = this.#columns;
    const wanted = this.#label;
    const { below, above } = this.#levels;
    const stability = new Float32Array(to - from).fill(NaN);
    for (let i = from; i < to; i++) {
      let belowSum = 0;
      let aboveSum = 0;
      const end = first[i + 1] as number;
      for (let entry = first[i] as number; entry < end; entry++) {
        if (wanted !== null && label[entry] !== wanted) continue;
        belowSum += predicted[entry * thresholds + below] as number;
        aboveSum += predicted[entry * thresholds + above] as number;
      }
      if (belowSum > 0) stability[i - from] = aboveSum / belowSum;
    }
    return stability;
  }

  #dead(from: number, to: number): Uint8Array {
    const { first, flags, label } = this.#columns;
    const wanted = this.#label;
    const dead = new Uint8Array(to - from);
    for (let i = from; i < to; i++)
      for (let entry = first[i] as number; entry < (first[i + 1] as number); entry++) {
        if (wanted !== null && label[entry] !== wanted) continue;
        if (((flags[entry] as number) & entryFlags.dead) !== 0)
          dead[i - from] = (dead[i - from] as number) + 1;
      }
    return dead;
  }

  #missing(from: number, to: number): Uint8Array {
    const { first, flags, truth, thresholds, predicted, label, withMasks } = this.#columns;
    const wanted = this.#label;
    const { at } = this.#levels;
    const missing = new Uint8Array(to - from);
    for (let i = from; i < to; i++)
      for (let entry = first[i] as number; entry < (first[i + 1] as number); entry++) {
        if (wanted !== null && label[entry] !== wanted) continue;
        const there = withMasks
          ? (truth[entry] as number) > 0
          : ((flags[entry] as number) & entryFlags.labelled) !== 0;
        if (there && predicted[entry * thresholds + at] === 0)
          missing[i - from] = (missing[i - from] as number) + 1;
      }
    return missing;
  }
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
