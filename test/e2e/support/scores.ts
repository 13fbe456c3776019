/** The scores of a seed against a mask, worked out anew here so that the panel's figures have something to equal. */

/** Percent with one decimal, as the panel writes it; an en dash for a fraction of nothing. */
const percent = (part: number, whole: number) => (whole === 0 ? '–' : ((part / whole) * 100).toFixed(1));

export interface Scores {
  readonly iou: string;
  readonly fp: string;
  readonly fn: string;
  readonly precision: string;
  readonly recall: string;
}

/**
 * Scores of the seed of an image of one class: the pixels whose value exceeds the threshold.
 *
 * @param map of the class, [area]; @param mask label ids, [area], 255 ignored
 * @param threshold compared in float32, as NumPy does with float32 maps
 */
export function scoresOf(map: Float32Array, mask: Uint8Array, label: number, threshold: number): Scores {
  const bound = Math.fround(threshold);
  let [predicted, truth, both] = [0, 0, 0];
  mask.forEach((id, i) => {
    if (id === 255) return;
    const inSeed = (map[i] ?? 0) > bound;
    if (inSeed) predicted++;
    if (id === label) truth++;
    if (inSeed && id === label) both++;
  });
  const union = predicted + truth - both;
  return {
    iou: percent(both, union),
    fp: percent(predicted - both, union),
    fn: percent(truth - both, union),
    precision: percent(both, predicted),
    recall: percent(both, truth),
  };
}

/** Where the largest value lies. */
export function hottest(
  map: ArrayLike<number>,
  width: number,
): { readonly row: number; readonly column: number } {
  let best = 0;
  for (let i = 0; i < map.length; i++) if ((map[i] ?? 0) > (map[best] ?? 0)) best = i;
  return { row: Math.floor(best / width), column: best % width };
}
