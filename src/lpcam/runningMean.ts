/** The mean of some maps of a stack, kept so that one map more or less costs one map's work. */

/** What a similarity can be at most, with room for rounding. */
const largestValue = 2;

/**
 * Gives what `meanSimilarity` gives, to the last bit, whatever was asked before.
 *
 * A float64 sum of float32 values is exact, and depends on no order, as long as all of them are multiples of one power of
 * two that is not too small for the sum (2^-46 for 48 maps of cosines). So maps can be added to it and taken away again.
 * The few positions where a map has a value that is no such multiple are summed anew, in order.
 */
export class RunningMean {
  readonly #stack: Float32Array;
  readonly #sum: Float64Array;
  /** Added to a value and taken away again, it leaves only what is a multiple of that power of two. */
  readonly #rounder: number;
  readonly #looked = new Set<number>();
  readonly #inexact = new Set<number>();
  #rows: readonly number[] = [];
  #mean: Float32Array;

  /** @param stack cosines, [P, area] */
  constructor(
    stack: Float32Array,
    private readonly area: number,
  ) {
    this.#stack = stack;
    this.#sum = new Float64Array(area);
    this.#mean = new Float32Array(area);
    const most = (largestValue * stack.length) / Math.max(area, 1);
    this.#rounder = 0.75 * 2 ** Math.ceil(Math.log2(Math.max(most, 8)));
  }

  /** @param rows which of the P, each once; none: zeros; @returns [area], not to be written to */
  of(rows: readonly number[]): Float32Array {
    if (rows.length === this.#rows.length && rows.every((row, i) => row === this.#rows[i])) return this.#mean;
    const [before, now] = [new Set(this.#rows), new Set(rows)];
    const gone = this.#rows.filter((row) => !now.has(row));
    const come = rows.filter((row) => !before.has(row));
    if (gone.length + come.length < rows.length) {
      for (const row of gone) this.#add(row, -1);
      for (const row of come) this.#add(row, 1);
    } else {
      this.#sum.fill(0);
      for (const row of rows) this.#add(row, 1);
    }
    this.#rows = [...rows];
    this.#mean = this.#divided();
    return this.#mean;
  }

  #add(row: number, sign: 1 | -1): void {
    if (!this.#looked.has(row)) this.#look(row);
    const map = this.#map(row);
    const sum = this.#sum;
    for (let i = 0; i < map.length; i++) sum[i] = (sum[i] as number) + sign * (map[i] as number);
  }

  #look(row: number): void {
    this.#looked.add(row);
    const map = this.#map(row);
    const rounder = this.#rounder;
    for (let i = 0; i < map.length; i++) {
      const value = map[i] as number;
      // Written so that what is no number is inexact.
      if (!(Math.abs(value) <= largestValue && value + rounder - rounder === value)) this.#inexact.add(i);
    }
  }

  #divided(): Float32Array {
    const sum = this.#sum;
    const { length } = this.#rows;
    const mean = new Float32Array(this.area);
    if (length === 0) return mean;
    for (let i = 0; i < mean.length; i++) mean[i] = (sum[i] as number) / length;
    for (const at of this.#inexact) {
      let inOrder = 0;
      for (const row of this.#rows) inOrder += this.#stack[row * this.area + at] as number;
      mean[at] = inOrder / length;
    }
    return mean;
  }

  #map(row: number): Float32Array {
    return this.#stack.subarray(row * this.area, (row + 1) * this.area);
  }
}
