/**
 * What one image tells about its seed, for every threshold at once: per class how many pixels the seed has, how many of
 * them are right and how many lie on the mask's background. The winning class of a pixel does not depend on the
 * threshold, only whether it beats the background does; so each pixel is counted once, under the number of thresholds
 * it exceeds, and sums from above give every threshold's counts.
 */
import { checkLabels, ignored, labelError } from '../metrics';
import type { ClassMap } from '../seeds';
import type { ThresholdLevels } from './thresholdLevels';

/** Per pixel the class that wins and how many thresholds it exceeds; 0 and 0 where none does. */
export interface PixelLevels {
  /** Label ids, [area]. */
  readonly labels: Uint16Array;
  /** [area]. */
  readonly levels: Uint16Array;
}

/** One class of one image. */
export interface ClassEntry {
  /** Class index + 1. */
  readonly label: number;
  /** Of `entryFlags`. */
  flags: number;
  /** Pixels of the mask; 0 without one. */
  truth: number;
  /** Pixels of the seed, of those that agree with the mask, and of those on its background; one per threshold. */
  readonly predicted: Uint32Array;
  readonly hit: Uint32Array;
  readonly onBackground: Uint32Array;
}

export const entryFlags = {
  /** The image-level labels have the class. */
  labelled: 1,
  /** The seed file has a map of it, or the label map has pixels of it. */
  seeded: 2,
  /** Its map is zero everywhere or holds NaN. */
  dead: 4,
} as const;

export interface ImageCounts {
  /** Pixels counted: without those whose mask is 255. */
  readonly pixels: number;
  /** Pixels that the mask calls background; 0 without a mask. */
  readonly background: number;
  /** Classes of the seed, the mask and the labels, by label. */
  readonly entries: readonly ClassEntry[];
}

/** Whether nothing can come of a map: it is zero (or less) everywhere, or holds NaN as the published code writes it. */
export function isDeadMap(map: Float32Array): boolean {
  let largest = 0;
  for (const value of map) {
    if (Number.isNaN(value)) return true;
    if (value > largest) largest = value;
  }
  return largest === 0;
}

/** The winning class per pixel, with `seedOf`'s rules: ties go to the first class given, not-a-number never wins. */
export function pixelLevels(
  maps: readonly ClassMap[],
  area: number,
  thresholds: ThresholdLevels,
): PixelLevels {
  const labels = new Uint16Array(area);
  const levels = new Uint16Array(area);
  const best = new Float32Array(area).fill(-Infinity);
  for (const { classIndex, map } of maps)
    for (let i = 0; i < area; i++) {
      const value = map[i] as number;
      if (value > (best[i] as number)) {
        best[i] = value;
        labels[i] = classIndex + 1;
      }
    }
  for (let i = 0; i < area; i++) {
    const level = thresholds.of(best[i] as number);
    levels[i] = level;
    if (level === 0) labels[i] = 0;
  }
  return { labels, levels };
}

/** A label map as it is: there is nothing to threshold, so it exceeds all of them. 255 counts as background, as IRN's eval_sem_seg counts it. */
export function labelMapLevels(map: Uint8Array, thresholds: number): PixelLevels {
  const labels = Uint16Array.from(map, (label) => (label === ignored ? 0 : label));
  return { labels, levels: labels.map((label) => (label > 0 ? thresholds : 0)) };
}

export interface CountedImage {
  readonly pixels: PixelLevels;
  /** Label ids, [area]; null: no ground truth. */
  readonly mask: Uint8Array | null;
  /** The mask's, for errors. */
  readonly maskFile?: string | undefined;
  /** Class indices of the image-level labels. */
  readonly labelled: readonly number[];
  /** Class indices that the seed has maps of; the dead ones among them. */
  readonly seeded: readonly number[];
  readonly dead: readonly number[];
}

class Entries {
  private readonly byLabel = new Map<number, ClassEntry>();

  constructor(private readonly thresholds: number) {}

  of(label: number): ClassEntry {
    const known = this.byLabel.get(label);
    if (known !== undefined) return known;
    const counts = () => new Uint32Array(this.thresholds);
    const entry: ClassEntry = {
      label,
      flags: 0,
      truth: 0,
      predicted: counts(),
      hit: counts(),
      onBackground: counts(),
    };
    this.byLabel.set(label, entry);
    return entry;
  }

  sorted(): ClassEntry[] {
    return [...this.byLabel.values()].sort((one, other) => one.label - other.label);
  }
}

/** From "exceeds exactly k + 1" to "exceeds at least k + 1". */
function sumFromAbove(counts: Uint32Array): void {
  for (let k = counts.length - 2; k >= 0; k--) counts[k] = (counts[k] as number) + (counts[k + 1] as number);
}

/**
 * Counts one image.
 * @param thresholds how many; @param classes foreground classes
 * @throws InputError when the mask has another size, or a label that is no class's
 */
export function countImage(image: CountedImage, thresholds: number, classes: number): ImageCounts {
  const { mask } = image;
  const { labels, levels } = image.pixels;
  if (mask !== null) checkLabels(mask, labels.length, classes, image.maskFile);
  const strange = [...image.seeded, ...image.labelled].find((index) => index >= classes);
  if (strange !== undefined)
    throw labelError(
      undefined,
      `there is no class ${strange}: the study has ${classes} (0 to ${classes - 1}).`,
    );
  const entries = new Entries(thresholds);
  for (const index of image.labelled) entries.of(index + 1).flags |= entryFlags.labelled;
  for (const index of image.seeded) entries.of(index + 1).flags |= entryFlags.seeded;
  for (const index of image.dead) entries.of(index + 1).flags |= entryFlags.dead;
  let pixels = 0;
  let background = 0;
  // Neighbours are mostly of one class: the last entry is asked first.
  let seen = entries.of(0);
  let truly = seen;
  for (let i = 0; i < labels.length; i++) {
    const truth = mask === null ? 0 : (mask[i] as number);
    if (truth === ignored && mask !== null) continue;
    pixels++;
    if (mask !== null) {
      if (truth === 0) background++;
      else {
        if (truly.label !== truth) truly = entries.of(truth);
        truly.truth++;
      }
    }
    const level = levels[i] as number;
    if (level === 0) continue;
    const label = labels[i] as number;
    if (seen.label !== label) seen = entries.of(label);
    const at = level - 1;
    seen.predicted[at] = (seen.predicted[at] as number) + 1;
    if (mask === null) continue;
    if (truth === label) seen.hit[at] = (seen.hit[at] as number) + 1;
    else if (truth === 0) seen.onBackground[at] = (seen.onBackground[at] as number) + 1;
  }
  const found = entries.sorted().filter(({ label }) => label > 0);
  for (const { predicted, hit, onBackground } of found) [predicted, hit, onBackground].forEach(sumFromAbove);
  return { pixels, background, entries: found };
}

/**
 * How far two seeds of one image agree, per pair of thresholds: pixels where both have the same class, over pixels where
 * either has one, as 0..65535; 65535 also where neither has any.
 * @returns [thresholds of the first * thresholds of the second]
 */
export function agreement(
  first: PixelLevels,
  second: PixelLevels,
  thresholds: readonly [number, number],
): Uint16Array {
  const [rows, columns] = thresholds;
  const width = columns + 1;
  const both = new Float64Array((rows + 1) * width);
  const same = new Float64Array((rows + 1) * width);
  for (let i = 0; i < first.labels.length; i++) {
    const at = (first.levels[i] as number) * width + (second.levels[i] as number);
    both[at] = (both[at] as number) + 1;
    if (first.labels[i] === second.labels[i]) same[at] = (same[at] as number) + 1;
  }
  // From "exactly these levels" to "at least these levels".
  for (const counts of [both, same])
    for (let row = rows; row >= 0; row--)
      for (let column = columns; column >= 0; column--) {
        const at = row * width + column;
        const down = row < rows ? (counts[at + width] as number) : 0;
        const right = column < columns ? (counts[at + 1] as number) : 0;
        const across = row < rows && column < columns ? (counts[at + width + 1] as number) : 0;
        counts[at] = (counts[at] as number) + down + right - across;
      }
  const result = new Uint16Array(rows * columns);
  for (let row = 1; row <= rows; row++)
    for (let column = 1; column <= columns; column++) {
      const either =
        (both[row * width] as number) + (both[column] as number) - (both[row * width + column] as number);
      const agreed = same[row * width + column] as number;
      result[(row - 1) * columns + column - 1] = either === 0 ? 65535 : Math.round((65535 * agreed) / either);
    }
  return result;
}
