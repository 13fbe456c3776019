/** Rows for k-means as a network's features are: not negative, many near zero, of more directions than centres. */
import { open } from 'node:fs/promises';
import { HalfCast } from '../../src/engine/clustering/halfCast';
import { seededRandom, type Random } from '../../src/engine/clustering/random';
import { bytesOf } from '../../src/formats/numericArray';

/** Sum of three uniform numbers: near enough to a normal one, of variance 1/4, and quick. */
function noise(random: Random): number {
  return random() + random() + random() - 1.5;
}

/** Positive parts of random directions, [count, channels]. */
export function directions(count: number, channels: number, random: Random): Float32Array {
  return Float32Array.from({ length: count * channels }, () => Math.max(0, noise(random)));
}

/**
 * Fills `rows` [n, channels], each near one of the directions, none negative.
 * @param length of every row, or null: as they come
 */
export function fillRows(
  rows: Float32Array,
  base: Float32Array,
  channels: number,
  random: Random,
  length: number | null,
): void {
  const many = base.length / channels;
  for (let start = 0; start < rows.length; start += channels) {
    const from = Math.floor(random() * many) * channels;
    let square = 0;
    for (let i = 0; i < channels; i++) {
      // One uniform number is noise enough here: most of the time goes into drawing them.
      const value = Math.max(0, (base[from + i] ?? 0) + 1.6 * (random() - 0.5));
      rows[start + i] = value;
      square += value * value;
    }
    if (length === null) continue;
    const factor = length / Math.sqrt(square);
    for (let i = start; i < start + channels; i++) rows[i] = (rows[i] ?? 0) * factor;
  }
}

/** Writes `count` half-precision rows of one length, [count, channels]. */
export async function writeKmeansRows(path: string, count: number, channels: number): Promise<void> {
  const random = seededRandom(5);
  const base = directions(60, channels, random);
  const cast = await HalfCast.open();
  const file = await open(path, 'w');
  try {
    for (let start = 0; start < count; start += 1000) {
      const rows = new Float32Array(Math.min(1000, count - start) * channels);
      fillRows(rows, base, channels, random, 30);
      await file.write(bytesOf(await cast.halves(rows)));
    }
  } finally {
    await file.close();
    await cast.release();
  }
}
