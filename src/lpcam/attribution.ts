/** What prototypes see in one scale's similarity maps (lpcam.md, section 4, steps 2 and 3). */

/**
 * Mean similarity to some prototypes.
 * @param similarity cosines, [P, area]; @param area height * width; @param indices which of the P; none: zeros
 * @returns [area]
 */
export function meanSimilarity(
  similarity: Float32Array,
  area: number,
  indices: readonly number[],
): Float32Array {
  const mean = new Float32Array(area);
  if (indices.length === 0) return mean;
  const sum = new Float64Array(area);
  for (const index of indices) {
    const from = index * area;
    for (let i = 0; i < area; i++) sum[i] = (sum[i] as number) + (similarity[from + i] as number);
  }
  for (let i = 0; i < area; i++) mean[i] = (sum[i] as number) / indices.length;
  return mean;
}

/**
 * LPCAM of one class at one scale: `relu(FG - BG)`, and `FG` without a relu where there is no context prototype, as
 * in the published code (which then lights up most of the image: flag it).
 * @param similarity cosines, [P, area]
 * @param classIndices rows of the class prototypes; @param contextIndices rows of the context prototypes
 * @returns [area]
 */
export function lpcamAtScale(
  similarity: Float32Array,
  area: number,
  classIndices: readonly number[],
  contextIndices: readonly number[],
): Float32Array {
  const map = meanSimilarity(similarity, area, classIndices);
  if (contextIndices.length === 0) return map;
  return aboveContext(map, meanSimilarity(similarity, area, contextIndices));
}

/** `relu(FG - BG)`: by how much the class is more similar than the context; each [area]. */
export function aboveContext(classMean: Float32Array, contextMean: Float32Array): Float32Array {
  const above = new Float32Array(classMean.length);
  for (let i = 0; i < above.length; i++)
    above[i] = Math.max((classMean[i] as number) - (contextMean[i] as number), 0);
  return above;
}
