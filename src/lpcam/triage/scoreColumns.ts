/** The counts of many images as columns of numbers: 100,000 images stay small, sort fast and cross processes whole. */
import type { ImageCounts } from './imageCounts';

/**
 * Images with their classes behind them: the entries of image i are `first[i]` to `first[i + 1]`. Counts per threshold lie
 * side by side: entry e at threshold k is at `e * thresholds + k`.
 */
export interface ScoreColumns {
  readonly images: number;
  /** How many thresholds there are counts of. */
  readonly thresholds: number;
  /** Whether there was ground truth; without it everything that compares with a mask is 0. */
  readonly withMasks: boolean;
  /** [images]: pixels counted, and those the mask calls background. */
  readonly pixels: Uint32Array<ArrayBuffer>;
  readonly background: Uint32Array<ArrayBuffer>;
  /** [images + 1]. */
  readonly first: Uint32Array<ArrayBuffer>;
  /** [entries]: label id, `entryFlags`, pixels of the mask. */
  readonly label: Uint16Array<ArrayBuffer>;
  readonly flags: Uint8Array<ArrayBuffer>;
  readonly truth: Uint32Array<ArrayBuffer>;
  /** [entries * thresholds]; the last two are empty without masks. */
  readonly predicted: Uint32Array<ArrayBuffer>;
  readonly hit: Uint32Array<ArrayBuffer>;
  readonly onBackground: Uint32Array<ArrayBuffer>;
}

function joined<T extends Uint8Array | Uint16Array | Uint32Array>(
  into: T,
  parts: readonly ArrayLike<number>[],
): T {
  let at = 0;
  for (const part of parts) {
    into.set(part, at);
    at += part.length;
  }
  return into;
}

const total = (parts: readonly ArrayLike<unknown>[]) => parts.reduce((sum, { length }) => sum + length, 0);

/** Puts images into columns. */
export function columnsOf(
  images: readonly ImageCounts[],
  thresholds: number,
  withMasks: boolean,
): ScoreColumns {
  const entries = images.flatMap((image) => image.entries);
  const first = new Uint32Array(images.length + 1);
  images.forEach((image, i) => (first[i + 1] = (first[i] as number) + image.entries.length));
  const counts = (of: 'predicted' | 'hit' | 'onBackground') =>
    joined(
      new Uint32Array(entries.length * thresholds),
      entries.map((entry) => entry[of]),
    );
  return {
    images: images.length,
    thresholds,
    withMasks,
    pixels: Uint32Array.from(images, (image) => image.pixels),
    background: Uint32Array.from(images, (image) => image.background),
    first,
    label: Uint16Array.from(entries, (entry) => entry.label),
    flags: Uint8Array.from(entries, (entry) => entry.flags),
    truth: Uint32Array.from(entries, (entry) => entry.truth),
    predicted: counts('predicted'),
    hit: withMasks ? counts('hit') : new Uint32Array(),
    onBackground: withMasks ? counts('onBackground') : new Uint32Array(),
  };
}

/** One after the other. @param parts of the same thresholds */
export function joinColumns(
  parts: readonly ScoreColumns[],
  thresholds: number,
  withMasks: boolean,
): ScoreColumns {
  const images = parts.reduce((sum, part) => sum + part.images, 0);
  const first = new Uint32Array(images + 1);
  let image = 0;
  let entry = 0;
  for (const part of parts) {
    for (let i = 1; i <= part.images; i++) first[image + i] = entry + (part.first[i] as number);
    image += part.images;
    entry += part.label.length;
  }
  const column = (of: 'pixels' | 'background' | 'truth' | 'predicted' | 'hit' | 'onBackground') => {
    const all = parts.map((part) => part[of]);
    return joined(new Uint32Array(total(all)), all);
  };
  const labels = parts.map(({ label }) => label);
  const flags = parts.map((part) => part.flags);
  return {
    images,
    thresholds,
    withMasks,
    pixels: column('pixels'),
    background: column('background'),
    first,
    label: joined(new Uint16Array(total(labels)), labels),
    flags: joined(new Uint8Array(total(flags)), flags),
    truth: column('truth'),
    predicted: column('predicted'),
    hit: column('hit'),
    onBackground: column('onBackground'),
  };
}
