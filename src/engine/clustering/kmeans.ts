/**
 * LPCAM's k-means (lpcam.md, section 3, step 3): rows go to the centre of largest cosine, a centre is the plain mean
 * of its raw rows, and the run ends once (summed shift)^2 is below the tolerance. Ours: the iteration limit, and an
 * empty cluster starts again from the row farthest from every centre instead of dividing by zero.
 */
import { setImmediate } from 'node:timers/promises';
import { farthestRows } from './farthestRows';
import type { KmeansStep } from './kmeansStep';
import { drawDistinct } from './random';
import type { Random } from './random';
import type { Rows } from './rows';

export interface KmeansOptions {
  readonly k: number;
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly random: Random;
  /** Rows to start from instead of drawing them: for comparing with other implementations. */
  readonly initialRows?: readonly number[];
  readonly signal: AbortSignal;
  /** Called in each iteration with each block's labels, one per row from row `start` on: nothing keeps them. */
  readonly onAssigned?: (start: number, labels: Int32Array) => void;
  /** Called after each iteration with its summed shift. */
  readonly onIteration?: (iteration: number, summedShift: number) => void;
}

export interface KmeansResult {
  /** Final centres, [K, C]. */
  readonly centres: Float32Array;
  readonly k: number;
  /** The centres before them, [K, C]: the final ones are the means of the rows nearest to these. */
  readonly before: Float32Array;
  /** Rows per centre. */
  readonly sizes: readonly number[];
  readonly initialRows: readonly number[];
  readonly summedShift: readonly number[];
  readonly settled: boolean;
  /** Iterations, from 0, in which a cluster was empty and started again where a row was left for it. */
  readonly reseeded: readonly number[];
}

/** Each centre divided by max(its length, 1e-8), [K, C]. */
export function unitCentres(centres: Float32Array, channels: number): Float32Array {
  const unit = new Float32Array(centres.length);
  for (let start = 0; start < centres.length; start += channels) {
    let square = 0;
    for (let i = start; i < start + channels; i++) square += (centres[i] ?? 0) ** 2;
    const length = Math.max(Math.sqrt(square), 1e-8);
    for (let i = start; i < start + channels; i++) unit[i] = (centres[i] ?? 0) / length;
  }
  return unit;
}

interface Assignment {
  readonly sums: Float64Array;
  readonly sizes: number[];
  /** For empty clusters, farthest first. */
  readonly farthest: number[];
}

/** One pass over all rows; another one where clusters are empty. */
async function assign(
  rows: Rows,
  step: KmeansStep,
  centres: Float32Array,
  { signal, onAssigned }: KmeansOptions,
): Promise<Assignment> {
  const unit = unitCentres(centres, rows.channels);
  const k = centres.length / rows.channels;
  const sums = new Float64Array(centres.length);
  const sizes = new Array<number>(k).fill(0);
  for await (const block of rows.blocks()) {
    signal.throwIfAborted();
    const result = await step.assign(block, unit);
    onAssigned?.(block.start, result.labels);
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) + (result.sums[i] ?? 0);
    for (const label of result.labels) sizes[label] = (sizes[label] ?? 0) + 1;
    // A run blocks its thread: let a cancel message in.
    await setImmediate();
  }
  const empty = sizes.filter((size) => size === 0).length;
  const farthest = empty > 0 ? await farthestRows(rows, step, unit, empty, signal) : [];
  return { sums, sizes, farthest };
}

/** Means of the assigned rows; an empty cluster takes the farthest row, or stays where it is if all rows lie on centres. */
async function means(
  rows: Rows,
  before: Float32Array,
  { sums, sizes, farthest }: Assignment,
): Promise<{ centres: Float32Array; empty: boolean; restarted: boolean }> {
  const { channels } = rows;
  const centres = Float32Array.from(before);
  let restarted = false;
  for (const [k, size] of sizes.entries()) {
    const start = k * channels;
    if (size > 0) {
      for (let i = start; i < start + channels; i++) centres[i] = (sums[i] ?? 0) / size;
      continue;
    }
    const row = farthest.shift();
    if (row === undefined) continue;
    restarted = true;
    centres.set(await rows.row(row), start);
  }
  return { centres, empty: sizes.includes(0), restarted };
}

/** Sum over centres of the Euclidean distance each has moved. */
function summedShift(before: Float32Array, after: Float32Array, channels: number): number {
  let sum = 0;
  for (let start = 0; start < before.length; start += channels) {
    let square = 0;
    for (let i = start; i < start + channels; i++) square += ((after[i] ?? 0) - (before[i] ?? 0)) ** 2;
    sum += Math.sqrt(square);
  }
  return sum;
}

/**
 * @param rows at least one row; with fewer rows than `k`, K is lowered to their number
 * @throws the signal's reason when cancelled
 */
export async function kmeans(rows: Rows, step: KmeansStep, options: KmeansOptions): Promise<KmeansResult> {
  const { channels } = rows;
  const k = Math.min(options.k, rows.count);
  const initialRows = options.initialRows ?? drawDistinct(options.random, k, rows.count);
  let centres = new Float32Array(k * channels);
  for (const [place, row] of initialRows.entries()) centres.set(await rows.row(row), place * channels);

  let before = centres;
  const shifts: number[] = [];
  const reseeded: number[] = [];
  let sizes: number[] = [];
  let settled = false;
  while (!settled && shifts.length < options.maxIterations) {
    const assignment = await assign(rows, step, centres, options);
    const next = await means(rows, centres, assignment);
    const shift = summedShift(centres, next.centres, channels);
    if (next.empty) reseeded.push(shifts.length);
    sizes = assignment.sizes;
    before = centres;
    centres = Float32Array.from(next.centres);
    shifts.push(shift);
    // The row an empty cluster starts from is no mean yet: let it gather rows first.
    settled = shift ** 2 < options.tolerance && !next.restarted;
    options.onIteration?.(shifts.length, shift);
  }
  return { centres, k, before, sizes, initialRows, summedShift: shifts, settled, reseeded };
}
