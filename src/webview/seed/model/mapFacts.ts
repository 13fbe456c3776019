/** What the numbers of one map are like. */

export interface MapFacts {
  /** Of the finite values; null where there is none. */
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  /** Values that are no number; the published code divides a dead map by its maximum, zero. */
  readonly nan: number;
  /** Nothing above zero: no threshold makes a seed of it. */
  readonly dead: boolean;
}

const known = new WeakMap<Float32Array, MapFacts>();

export function mapFacts(map: Float32Array): MapFacts {
  const before = known.get(map);
  if (before) return before;
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let finite = 0;
  let nan = 0;
  for (const value of map) {
    if (Number.isNaN(value)) nan++;
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    finite++;
  }
  const some = finite > 0;
  const facts: MapFacts = {
    min: some ? min : null,
    max: some ? max : null,
    mean: some ? sum / finite : null,
    nan,
    dead: !(max > 0),
  };
  known.set(map, facts);
  return facts;
}
