/**
 * The sum over scales of small maps, upsampled: any one value of it, and its largest and least, without making all of
 * it. Every value is computed as `aggregate.ts` computes it, bit for bit.
 */
import type { LowMap } from './aggregate';
import { axisWeights, type AxisWeights } from './bilinear';

/** How the maps of one scale lie under the sum. */
interface Layed {
  readonly width: number;
  readonly data: Float32Array;
  readonly rows: AxisWeights;
  readonly columns: AxisWeights;
}

/** The size of a sum, and the size that its maps are upsampled to before it is cropped. */
export interface SumSize {
  readonly height: number;
  readonly width: number;
  readonly fullHeight: number;
  readonly fullWidth: number;
}

/** Weights of maps of some size under a sum of some size, made once each. */
export class WeightCache {
  readonly #known = new Map<string, AxisWeights>();

  get(input: number, output: number, cropped: number): AxisWeights {
    const key = `${input} ${output} ${cropped}`;
    const known = this.#known.get(key) ?? axisWeights(input, output, cropped);
    this.#known.set(key, known);
    return known;
  }
}

/**
 * Rows and columns of a block whose bound is known before its values. Bounds are half of a large image's work with blocks
 * of 16; with larger ones, more of their values are looked at.
 */
function blockSideOf(height: number, width: number): number {
  return height * width > 2 ** 21 ? 32 : 16;
}

export class ScaleSum {
  readonly height: number;
  readonly width: number;
  readonly #layed: readonly Layed[];
  #largest: number | undefined;
  #least: number | undefined;

  constructor(
    readonly perScale: readonly LowMap[],
    readonly size: SumSize,
    weights = new WeightCache(),
  ) {
    this.height = size.height;
    this.width = size.width;
    this.#layed = perScale.map(({ height, width, data }) => ({
      width,
      data,
      rows: weights.get(height, size.fullHeight, size.height),
      columns: weights.get(width, size.fullWidth, size.width),
    }));
  }

  /** The axes' weights, one pair per scale. */
  get axes(): readonly Pick<Layed, 'rows' | 'columns'>[] {
    return this.#layed;
  }

  at(row: number, column: number): number {
    let sum = 0;
    for (const { width, data, rows, columns } of this.#layed) {
      const left = columns.low[column] as number;
      const right = columns.high[column] as number;
      const leftWeight = columns.lowWeight[column] as number;
      const rightWeight = columns.highWeight[column] as number;
      const upper = (rows.low[row] as number) * width;
      const lower = (rows.high[row] as number) * width;
      // The width first, each product and sum in float32, as `addUpsampled` has it.
      const above = Math.fround(
        Math.fround((data[upper + left] as number) * leftWeight) +
          Math.fround((data[upper + right] as number) * rightWeight),
      );
      const below = Math.fround(
        Math.fround((data[lower + left] as number) * leftWeight) +
          Math.fround((data[lower + right] as number) * rightWeight),
      );
      const value = Math.fround(
        Math.fround(above * (rows.lowWeight[row] as number)) +
          Math.fround(below * (rows.highWeight[row] as number)),
      );
      sum = Math.fround(sum + value);
    }
    return sum;
  }

  /** Whether `largest` is above a bound; where it is, mostly known from one value. */
  exceeds(bound: number): boolean {
    if (this.#largest === undefined && this.#layed.some((layed) => this.#atPeak(layed) > bound)) return true;
    return this.largest > bound;
  }

  /** The value over the middle of a small map's largest position. */
  #atPeak({ width, data, rows, columns }: Layed): number {
    let peak = 0;
    for (let i = 1; i < data.length; i++) if ((data[i] as number) > (data[peak] as number)) peak = i;
    return this.at(
      middleOf(rows, Math.floor(peak / width), data.length / width),
      middleOf(columns, peak % width, width),
    );
  }

  /** The largest value; -Infinity without scales' positions. */
  get largest(): number {
    return (this.#largest ??= this.#extreme(1));
  }

  get least(): number {
    return (this.#least ??= -this.#extreme(-1));
  }

  /**
   * The largest of `sign * value`. An upsampled value lies between those it is made of, so a block's values are bounded
   * by the small maps beneath it: only blocks whose bound exceeds what was found are looked at.
   */
  #extreme(sign: 1 | -1): number {
    const side = blockSideOf(this.height, this.width);
    const down = Math.ceil(this.height / side);
    const across = Math.ceil(this.width / side);
    const bounds = new Float64Array(down * across);
    for (const layed of this.#layed) addBounds(layed, sign, side, bounds);
    // Rounding may lift a sum of rounded products a little above the sum of the bounds.
    for (let i = 0; i < bounds.length; i++) {
      const bound = bounds[i] as number;
      bounds[i] = bound + Math.abs(bound) * 1e-6;
    }
    let highest = 0;
    for (let i = 1; i < bounds.length; i++)
      if ((bounds[i] as number) > (bounds[highest] as number)) highest = i;
    let best = this.#blockExtreme(highest, side, sign, -Infinity);
    const others: number[] = [];
    for (let i = 0; i < bounds.length; i++) if (i !== highest && (bounds[i] as number) > best) others.push(i);
    // The most promising first, so that no block is looked at whose bound the largest value itself exceeds.
    others.sort((a, b) => (bounds[b] as number) - (bounds[a] as number));
    for (const block of others) {
      if ((bounds[block] as number) <= best) break;
      best = this.#blockExtreme(block, side, sign, best);
    }
    return best;
  }

  #blockExtreme(block: number, side: number, sign: 1 | -1, best: number): number {
    const across = Math.ceil(this.width / side);
    const top = Math.floor(block / across) * side;
    const left = (block % across) * side;
    const bottom = Math.min(top + side, this.height);
    const right = Math.min(left + side, this.width);
    let found = best;
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) {
        const value = sign * this.at(row, column);
        if (value > found) found = value;
      }
    }
    return found;
  }
}

/** The position of an axis that lies over the middle of a small map's, or the last one. */
function middleOf({ low }: AxisWeights, position: number, positions: number): number {
  const middle = Math.floor(((position + 0.5) / positions) * low.length);
  return Math.min(middle, low.length - 1);
}

/** Adds to each block the largest of `sign * value` among the positions of one scale's map that its values are made of. */
function addBounds(
  { width, data, rows, columns }: Layed,
  sign: 1 | -1,
  side: number,
  bounds: Float64Array,
): void {
  const height = data.length / width;
  const down = Math.ceil(rows.high.length / side);
  const across = Math.ceil(columns.high.length / side);
  const ofRows = new Float64Array(height * across);
  for (let j = 0; j < across; j++) {
    const from = columns.low[j * side] as number;
    const to = columns.high[Math.min((j + 1) * side, columns.high.length) - 1] as number;
    for (let y = 0; y < height; y++) {
      let most = -Infinity;
      for (let x = from; x <= to; x++) most = Math.max(most, sign * (data[y * width + x] as number));
      ofRows[y * across + j] = most;
    }
  }
  for (let i = 0; i < down; i++) {
    const from = rows.low[i * side] as number;
    const to = rows.high[Math.min((i + 1) * side, rows.high.length) - 1] as number;
    for (let j = 0; j < across; j++) {
      let most = -Infinity;
      for (let y = from; y <= to; y++) most = Math.max(most, ofRows[y * across + j] as number);
      bounds[i * across + j] = (bounds[i * across + j] as number) + most;
    }
  }
}
