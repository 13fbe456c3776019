/** What changed between two maps of the same image. */

export interface MapDifference {
  /** second - first, pixel by pixel. */
  readonly map: Float32Array;
  /** Largest absolute value; 0: the maps are equal. */
  readonly largest: number;
  /** Mean absolute value. */
  readonly mean: number;
}

/**
 * @param first, second [height, width] of the same size
 * @throws Error when the sizes differ
 */
export function mapDifference(first: Float32Array, second: Float32Array): MapDifference {
  if (first.length !== second.length)
    throw new Error(`Maps of ${first.length} and of ${second.length} pixels have no difference.`);
  const map = new Float32Array(first.length);
  let largest = 0;
  let sum = 0;
  for (let i = 0; i < map.length; i++) {
    const value = (second[i] as number) - (first[i] as number);
    map[i] = value;
    const size = Math.abs(value);
    if (size > largest) largest = size;
    sum += size;
  }
  return { map, largest, mean: map.length > 0 ? sum / map.length : 0 };
}
