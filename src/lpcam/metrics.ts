/** How good seeds are (lpcam.md, section 5): one confusion matrix over all images. */
import { InputError } from './inputError';
import type { Labels } from './seeds';

/** Label of pixels without ground truth. */
export const ignored = 255;

/** Scores as fractions 0..1; null where nothing is there to score. Arrays are indexed by label: 0 background. */
export interface SeedScores {
  /** Mean IoU over background and all classes; classes absent from both seed and mask are left out. */
  readonly miou: number | null;
  /** Mean over foreground classes of `1 - truth/union`: what the seed has too much. */
  readonly fp: number | null;
  /** Mean over foreground classes of `1 - predicted/union`: what the seed lacks. */
  readonly fn: number | null;
  /** Predicted foreground pixels whose ground truth is background, over all predicted foreground pixels. */
  readonly fpShare: number | null;
  readonly iou: readonly (number | null)[];
  readonly classFp: readonly (number | null)[];
  readonly classFn: readonly (number | null)[];
  readonly precision: readonly (number | null)[];
  readonly recall: readonly (number | null)[];
}

const share = (part: number, whole: number) => (whole > 0 ? part / whole : null);

function meanOfPresent(values: readonly (number | null)[]): number | null {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (value === null) continue;
    sum += value;
    count++;
  }
  return share(sum, count);
}

/** Counts pixels by (ground truth, prediction) over any number of images. */
export class ConfusionMatrix {
  /** Labels: background and the classes. */
  readonly labels: number;
  private readonly counts: Float64Array;

  /** @param classes foreground classes; labels run from 0 (background) to `classes` */
  constructor(readonly classes: number) {
    this.labels = classes + 1;
    this.counts = new Float64Array(this.labels * this.labels);
  }

  /**
   * Counts one image. Pixels whose mask is 255 are ignored.
   * @param seed label ids; @param mask ground truth label ids of the same size; @param file the mask's, for errors
   * @throws InputError when the sizes differ or an id is above `classes` (and, in the mask, not 255)
   */
  add(seed: Labels, mask: Uint8Array, file?: string): void {
    checkLabels(mask, seed.length, this.classes, file);
    for (let i = 0; i < mask.length; i++) {
      const truth = mask[i] as number;
      if (truth === ignored) continue;
      const predicted = seed[i] as number;
      if (predicted > this.classes) {
        throw labelError(
          file,
          `the seed has label ${predicted}, but the study has ${this.classes} classes (labels 0 to ${this.classes}).`,
        );
      }
      this.count(truth, predicted, 1);
    }
  }

  /** Adds pixels of one kind. */
  count(truth: number, predicted: number, pixels: number): void {
    const at = truth * this.labels + predicted;
    this.counts[at] = (this.counts[at] as number) + pixels;
  }

  /** Pixels of one kind. */
  at(truth: number, predicted: number): number {
    return this.counts[truth * this.labels + predicted] ?? 0;
  }

  /** Adds another matrix of the same classes. */
  merge(other: ConfusionMatrix): void {
    if (other.classes !== this.classes)
      throw new RangeError(`Cannot merge ${other.classes} classes into ${this.classes}.`);
    for (let i = 0; i < this.counts.length; i++)
      this.counts[i] = (this.counts[i] as number) + (other.counts[i] as number);
  }

  scores(): SeedScores {
    const { labels } = this;
    const truth = new Float64Array(labels);
    const predicted = new Float64Array(labels);
    for (let t = 0; t < labels; t++) {
      for (let p = 0; p < labels; p++) {
        truth[t] = (truth[t] as number) + this.at(t, p);
        predicted[p] = (predicted[p] as number) + this.at(t, p);
      }
    }
    const diagonal = Float64Array.from({ length: labels }, (_, n) => this.at(n, n));
    const onBackground = Float64Array.from({ length: labels }, (_, p) => (p === 0 ? 0 : this.at(0, p)));
    return scoresOfTotals({ truth, predicted, both: diagonal, onBackground });
  }
}

/** What the scores need of a confusion matrix; all [labels]. */
export interface LabelTotals {
  /** Pixels of the masks, of the seeds, and of both at once. */
  readonly truth: Float64Array;
  readonly predicted: Float64Array;
  readonly both: Float64Array;
  /** Of the seeds' pixels those that the masks call background; 0 for the background itself. */
  readonly onBackground: Float64Array;
}

/** The scores of a confusion matrix from its margins, its diagonal and the row of the background. */
export function scoresOfTotals({ truth, predicted, both, onBackground }: LabelTotals): SeedScores {
  const perLabel = (score: (both: number, truth: number, predicted: number) => number | null) =>
    Array.from(both, (hit, n) => score(hit, truth[n] as number, predicted[n] as number));
  const iou = perLabel((hit, t, p) => share(hit, t + p - hit));
  const classFp = perLabel((hit, t, p) => share(p - hit, t + p - hit));
  const classFn = perLabel((hit, t, p) => share(t - hit, t + p - hit));
  const sum = (values: Float64Array) => values.subarray(1).reduce((total, value) => total + value, 0);
  return {
    miou: meanOfPresent(iou),
    fp: meanOfPresent(classFp.slice(1)),
    fn: meanOfPresent(classFn.slice(1)),
    fpShare: share(sum(onBackground), sum(predicted)),
    iou,
    classFp,
    classFn,
    precision: perLabel((hit, _, p) => share(hit, p)),
    recall: perLabel((hit, t) => share(hit, t)),
  };
}

/** An InputError whose message starts with the file, where one is known. */
export function labelError(file: string | undefined, problem: string): InputError {
  return new InputError(file === undefined ? problem : `${file}: ${problem}`, { file });
}

/**
 * A mask must have one label per pixel, each a class's or 255; what lies above would be scored as no class at all.
 * @throws InputError
 */
export function checkLabels(mask: Uint8Array, area: number, classes: number, file: string | undefined): void {
  if (mask.length !== area) {
    throw labelError(file, `the mask has ${mask.length} pixels, the seed ${area}: they must be of one size.`);
  }
  for (const label of mask) {
    if (label > classes && label !== ignored) {
      throw labelError(
        file,
        `the mask has label ${label}, but the study has ${classes} classes (labels 0 to ${classes}, 255 ignored). ` +
          'Masks hold class ids, not colours; check "classes" and "dataset.masks" in the study.',
      );
    }
  }
}

/** One class's seed against one image's mask. Pixels and fractions; a fraction of nothing is null. */
export interface ClassCounts {
  readonly predicted: number;
  readonly truth: number;
  readonly intersection: number;
  readonly union: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly iou: number | null;
  /** `1 - truth/union`. */
  readonly fp: number | null;
  /** `1 - predicted/union`. */
  readonly fn: number | null;
  readonly precision: number | null;
  readonly recall: number | null;
}

/** @param label the class's label id (index + 1; 0 for the background); pixels whose mask is 255 are ignored */
export function classCounts(seed: Labels, mask: Uint8Array, label: number): ClassCounts {
  let predicted = 0;
  let truth = 0;
  let intersection = 0;
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === ignored) continue;
    const inSeed = seed[i] === label;
    const inMask = mask[i] === label;
    if (inSeed) predicted++;
    if (inMask) truth++;
    if (inSeed && inMask) intersection++;
  }
  const union = predicted + truth - intersection;
  return {
    predicted,
    truth,
    intersection,
    union,
    falsePositives: predicted - intersection,
    falseNegatives: truth - intersection,
    iou: share(intersection, union),
    fp: share(predicted - intersection, union),
    fn: share(truth - intersection, union),
    precision: share(intersection, predicted),
    recall: share(intersection, truth),
  };
}
