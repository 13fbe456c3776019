/** A yes or no per pixel, 32 to a word: what an outline runs around. */
import type { Labels } from '../../../lpcam/seeds';

export interface Bits {
  /** Rows of `perRow` words each; the lowest bit is the leftmost pixel, and bits beyond the width are 0. */
  readonly words: Uint32Array;
  readonly perRow: number;
  readonly height: number;
  readonly width: number;
}

/** Of no pixel at all. */
export const noBits: Bits = { words: new Uint32Array(), perRow: 0, height: 0, width: 0 };

export const wordsPerRow = (width: number): number => Math.ceil(width / 32);

function bitsWhere(height: number, width: number, fill: (words: Uint32Array, perRow: number) => void): Bits {
  const perRow = wordsPerRow(width);
  const words = new Uint32Array(perRow * height);
  fill(words, perRow);
  return { words, perRow, height, width };
}

/** Pixels of a label map that bear a label. */
export function bitsOfLabel(labels: Labels, height: number, width: number, label: number): Bits {
  return bitsWhere(height, width, (words, perRow) => {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        if (labels[row * width + column] !== label) continue;
        const at = row * perRow + (column >> 5);
        words[at] = (words[at] as number) | (1 << (column & 31));
      }
    }
  });
}

/** Pixels of a map above a threshold, compared in float32. */
export function bitsAbove(map: Float32Array, height: number, width: number, threshold: number): Bits {
  const bound = Math.fround(threshold);
  return bitsWhere(height, width, (words, perRow) => {
    for (let row = 0; row < height; row++) {
      const from = row * width;
      for (let start = 0; start < width; start += 32) {
        const end = Math.min(start + 32, width);
        let word = 0;
        for (let column = start; column < end; column++)
          if ((map[from + column] as number) > bound) word |= 1 << (column - start);
        words[row * perRow + (start >> 5)] = word;
      }
    }
  });
}
