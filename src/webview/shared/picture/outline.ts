/** Borders of labels, as line segments between pixels. */
import type { Labels } from '../../../lpcam/seeds';
import { bitsOfLabel, type Bits } from './bits';

/** Border of one label of a label map of this size. */
export interface Outline {
  readonly segments: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly style: 'seed' | 'mask';
}

/** @param labels label ids, [height, width] */
export function outlineOf(labels: Labels, height: number, width: number, label: number): Float32Array {
  return outlineOfBits(bitsOfLabel(labels, height, width, label));
}

/**
 * The border of the pixels that are set.
 * @returns four numbers per segment (x0, y0, x1, y1) in pixel corners; runs are joined. The image's border counts as
 *   an edge. Hand-written: a contour library would interpolate, and seeds are exact to the pixel.
 */
export function outlineOfBits(bits: Bits): Float32Array {
  const across: number[] = [];
  const down: number[] = [];
  const { height } = bits;
  const columns = new Columns(bits, down);
  for (let row = 0; row <= height; row++) {
    acrossEdges(bits, row, across);
    columns.next(row);
  }
  const segments = new Float32Array(across.length + down.length);
  segments.set(across);
  segments.set(down, across.length);
  return segments;
}

/** Edges between a row and the one above it. */
function acrossEdges({ words, perRow, height, width }: Bits, row: number, out: number[]): void {
  let start = -1;
  for (let at = 0; at < perRow; at++) {
    const above = row > 0 ? (words[(row - 1) * perRow + at] as number) : 0;
    const below = row < height ? (words[row * perRow + at] as number) : 0;
    const edges = above ^ below;
    // Where whole words are alike, nothing begins or ends inside.
    if (start < 0 ? edges === 0 : edges === -1) continue;
    for (let bit = 0; bit < 32; bit++) {
      const edge = (edges >>> bit) & 1;
      const column = at * 32 + bit;
      if (edge === 1 && start < 0) start = column;
      else if (edge === 0 && start >= 0) {
        out.push(start, row, column, row);
        start = -1;
      }
    }
  }
  if (start >= 0) out.push(start, row, width, row);
}

/** Edges to the left of pixels, followed from row to row. */
class Columns {
  readonly #starts: Int32Array;
  #before: Uint32Array;
  #now: Uint32Array;
  readonly #width: number;

  constructor(
    private readonly bits: Bits,
    private readonly out: number[],
  ) {
    // One more than there are pixels: the right border of the last.
    this.#width = bits.width + 1;
    const length = Math.ceil(this.#width / 32);
    this.#starts = new Int32Array(length * 32);
    this.#before = new Uint32Array(length);
    this.#now = new Uint32Array(length);
  }

  /** Begins and ends what changes from the row above to this one; after the last row everything ends. */
  next(row: number): void {
    const { words, perRow, height } = this.bits;
    const now = this.#now;
    let carry = 0;
    for (let at = 0; at < now.length; at++) {
      const word = row < height && at < perRow ? (words[row * perRow + at] as number) : 0;
      now[at] = word ^ ((word << 1) | carry);
      carry = word >>> 31;
      let changed = (now[at] as number) ^ (this.#before[at] as number);
      while (changed !== 0) {
        const bit = 31 - Math.clz32(changed & -changed);
        changed &= changed - 1;
        const column = at * 32 + bit;
        if (((now[at] as number) >>> bit) & 1) this.#starts[column] = row;
        else this.out.push(column, this.#starts[column] as number, column, row);
      }
    }
    this.#now = this.#before;
    this.#before = now;
  }
}
