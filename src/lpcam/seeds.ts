/** From maps to a seed: a thresholded label map (lpcam.md, section 5). */

/** A map of one class, [area], in 0..1. */
export interface ClassMap {
  readonly classIndex: number;
  readonly map: Float32Array;
}

/** Label ids per pixel, 0 background. Masks are bytes; a seed may have more classes than a byte can name. */
export type Labels = Uint8Array | Uint16Array;

/**
 * The seed: per pixel the largest of [threshold, class maps]; ties go to the background, then to the first class
 * given. Not-a-number never wins. The threshold is compared in float32, as NumPy pads it to float32 maps.
 * @param threshold the background's score: one for all pixels, or a map of its own, [area]
 * @returns label ids, [area]: 0 background, class index + 1
 */
export function seedOf(
  maps: readonly ClassMap[],
  threshold: number | Float32Array,
  area: number,
): Uint16Array {
  const seed = new Uint16Array(area);
  const best = typeof threshold === 'number' ? new Float32Array(area).fill(threshold) : threshold.slice();
  for (const { classIndex, map } of maps) {
    const label = classIndex + 1;
    for (let i = 0; i < area; i++) {
      const value = map[i] as number;
      if (value > (best[i] as number)) {
        best[i] = value;
        seed[i] = label;
      }
    }
  }
  return seed;
}

/**
 * One class's map where the class wins over the others, and nothing anywhere else: above a threshold of at least 0 it
 * is the class's pixels in `seedOf` at that threshold.
 * @param maps each [area], in the order of `seedOf`; @returns [area], -1 where another class wins
 */
export function winningMap(maps: readonly ClassMap[], classIndex: number): Float32Array {
  const place = maps.findIndex((one) => one.classIndex === classIndex);
  const won = maps[place]?.map.slice() ?? new Float32Array();
  maps.forEach(({ map }, i) => {
    if (i === place) return;
    // The first of equals wins.
    const first = i < place;
    for (let at = 0; at < won.length; at++) {
      const other = map[at] as number;
      const own = won[at] as number;
      if (first ? other >= own : other > own) won[at] = -1;
    }
  });
  return won;
}
