/**
 * The plane in which vectors differ most: the first two axes of their principal component analysis, mean removed. Exact:
 * a Krylov space grows until both axes satisfy A v = l v to nine digits, A being the covariance, so nothing is left to
 * chance but the rounding of the last digits. Not a library (ml-pca): those decompose the whole matrix, cubic work for
 * thousands of centres of thousands of channels, where two axes need some dozens of products with it.
 */
import { symmetricEigen } from './symmetricEigen';

export interface PrincipalPlane {
  /** Position of each vector along the two axes, [count, 2], in the vectors' own unit; NaN where one is not finite. */
  readonly coordinates: Float32Array<ArrayBuffer>;
  /** Share of the total variance that each axis explains, 0..1; 0 where there is no variance. */
  readonly explained: readonly [number, number];
}

/** Vectors multiplied at a time; finds axes of equal variance up to as many. */
const blockSize = 4;
/** Of A v - l v beside the largest l. */
const tolerance = 1e-9;
/** Below this share of its length, what is left of a vector is rounding. */
const nothingNew = 1e-10;

/** The centred vectors as an operator: they are never copied. */
class Centred {
  readonly #mean: Float64Array;

  constructor(
    readonly vectors: readonly Float32Array[],
    readonly channels: number,
  ) {
    this.#mean = new Float64Array(channels);
    for (const vector of vectors)
      for (let c = 0; c < channels; c++) this.#mean[c] = (this.#mean[c] ?? 0) + (vector[c] ?? 0);
    for (let c = 0; c < channels; c++) this.#mean[c] = (this.#mean[c] ?? 0) / vectors.length;
  }

  /** Sum of squares: the total variance times the number of vectors. */
  total(): number {
    let sum = 0;
    for (const vector of this.vectors)
      for (let c = 0; c < this.channels; c++) sum += ((vector[c] ?? 0) - (this.#mean[c] ?? 0)) ** 2;
    return sum;
  }

  /** X v, [count]. */
  project(axis: Float64Array): Float64Array {
    const shift = dot(this.#mean, axis);
    return Float64Array.from(this.vectors, (vector) => dot(vector, axis) - shift);
  }

  /** X^T u, [channels]. */
  combine(weights: Float64Array): Float64Array {
    const sum = new Float64Array(this.channels);
    let all = 0;
    this.vectors.forEach((vector, i) => {
      const weight = weights[i] ?? 0;
      all += weight;
      add(sum, vector, weight);
    });
    add(sum, this.#mean, -all);
    return sum;
  }
}

function dot(a: Float64Array | Float32Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function add(to: Float64Array, what: Float64Array | Float32Array, times: number): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) + (what[i] as number) * times;
}

/** Numbers without a pattern, the same in every run; a linear congruence is enough to start from. */
function start(channels: number, seed: number): Float64Array {
  let state = seed * 2654435761;
  return Float64Array.from({ length: channels }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

/** What of a vector none of the others has, of length 1; null when nothing is left. */
function newDirection(vector: Float64Array, basis: readonly Float64Array[]): Float64Array | null {
  const before = Math.sqrt(dot(vector, vector));
  const left = Float64Array.from(vector);
  // Twice is enough: the second pass removes what rounding left of the first.
  for (let pass = 0; pass < 2; pass++) for (const known of basis) add(left, known, -dot(known, left));
  const length = Math.sqrt(dot(left, left));
  return length > before * nothingNew ? left.map((value) => value / length) : null;
}

interface Axis {
  readonly value: number;
  readonly vector: Float64Array;
  /** Length of A v - l v. */
  readonly error: number;
}

/** The two best axes within a space. @param turned A times each of its directions */
function bestAxes(basis: readonly Float64Array[], turned: readonly Float64Array[]): readonly Axis[] {
  const within = basis.map((one) => Float64Array.from(turned, (other) => dot(one, other)));
  // Rounding only.
  within.forEach((row, i) =>
    within.slice(0, i).forEach((other, j) => (row[j] = other[i] = ((row[j] ?? 0) + (other[i] ?? 0)) / 2)),
  );
  return symmetricEigen(within)
    .slice(0, 2)
    .map(({ value, vector: weights }) => {
      const vector = new Float64Array(basis[0]?.length ?? 0);
      const error = new Float64Array(vector.length);
      weights.forEach((weight, i) => {
        add(vector, basis[i] ?? vector, weight);
        add(error, turned[i] ?? error, weight);
      });
      add(error, vector, -value);
      return { value, vector, error: Math.sqrt(dot(error, error)) };
    });
}

/** The largest component of an axis is positive, so that pictures of the same vectors look the same. */
function oriented(axis: Float64Array): Float64Array {
  let largest = 0;
  for (const value of axis) if (Math.abs(value) > Math.abs(largest)) largest = value;
  return largest < 0 ? axis.map((value) => -value) : axis;
}

function* axesOf(centred: Centred): Generator<undefined, readonly Axis[]> {
  const { channels, vectors } = centred;
  const rank = Math.min(channels, vectors.length - 1);
  const basis: Float64Array[] = [];
  const turned: Float64Array[] = [];
  let axes: readonly Axis[] = [];
  let next = Array.from({ length: blockSize }, (_, i) =>
    centred.combine(centred.project(start(channels, i + 1))),
  );
  for (let judged = 0; ;) {
    const before = basis.length;
    for (const candidate of next) {
      const direction = basis.length < rank ? newDirection(candidate, basis) : null;
      if (direction === null) continue;
      basis.push(direction);
      turned.push(centred.combine(centred.project(direction)));
    }
    yield undefined;
    const complete = basis.length === before;
    // Judging costs the cube of the space's size: done each time it has grown by a third, all of it stays small.
    if (complete || basis.length >= judged * 1.33) {
      judged = basis.length;
      axes = bestAxes(basis, turned);
      const allowed = (axes[0]?.value ?? 0) * tolerance;
      if (complete || (axes.length === 2 && axes.every(({ error }) => error <= allowed))) return axes;
    }
    next = turned.slice(before);
  }
}

/**
 * Yields between its steps, so that whoever runs it can let others in or stop; its result is the plane.
 * @param vectors each of `channels` numbers; those that hold what is not finite are left out
 */
export function* principalPlane(
  vectors: readonly Float32Array[],
  channels: number,
): Generator<undefined, PrincipalPlane> {
  const finite = vectors.map((vector) => vector.every(Number.isFinite));
  const coordinates = new Float32Array(vectors.length * 2).fill(NaN);
  const centred = new Centred(
    vectors.filter((_, i) => finite[i]),
    channels,
  );
  if (centred.vectors.length === 0) return { coordinates, explained: [0, 0] };
  const total = centred.total();
  const axes = total > 0 ? yield* axesOf(centred) : [];
  const share = (place: 0 | 1) => Math.min(1, Math.max(0, (axes[place]?.value ?? 0) / (total || 1)));
  ([0, 1] as const).forEach((place) => {
    const axis = axes[place];
    const along = axis && centred.project(oriented(axis.vector));
    let row = 0;
    finite.forEach((known, i) => {
      if (known) coordinates[i * 2 + place] = along?.[row++] ?? 0;
    });
  });
  return { coordinates, explained: [share(0), share(1)] };
}
