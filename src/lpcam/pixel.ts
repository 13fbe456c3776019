/** What a person reads under the cursor: one pixel of every similarity map, without upsampling any of them. */
import { addUpsampled, axisWeights, type AxisWeights } from './bilinear';

/** Similarity maps of one scale, [P, height, width]. */
export interface SimilarityMaps {
  readonly height: number;
  readonly width: number;
  readonly similarity: Float32Array;
}

/**
 * The value that `aggregateSimilarity(..., 'highRes')` has at one pixel, for each of P maps.
 * @param perScale one block of maps per scale; @param count P
 * @param row, column the pixel, in the image
 * @returns [P]; zeros without scales
 */
export function similaritiesAt(
  perScale: readonly SimilarityMaps[],
  count: number,
  imageHeight: number,
  imageWidth: number,
  row: number,
  column: number,
): Float32Array {
  const values = new Float32Array(count);
  const pixel = new Float32Array(1);
  for (const { height, width, similarity } of perScale) {
    const rows = weightsAt(height, imageHeight, row);
    const columns = weightsAt(width, imageWidth, column);
    const area = height * width;
    for (let p = 0; p < count; p++) {
      pixel[0] = values[p] as number;
      addUpsampled(similarity.subarray(p * area, (p + 1) * area), width, rows, columns, pixel);
      values[p] = pixel[0];
    }
  }
  if (perScale.length > 1)
    for (let p = 0; p < count; p++) values[p] = (values[p] as number) / perScale.length;
  return values;
}

/** Weights of a single position; sizes are rounded up to 16 as for `highRes` maps. */
function weightsAt(input: number, size: number, at: number): AxisWeights {
  return placed(axisWeights(input, Math.ceil(size / 16) * 16, at + 1), at);
}

/** The last of some positions alone. */
function placed(all: AxisWeights, at: number): AxisWeights {
  return {
    low: all.low.subarray(at),
    high: all.high.subarray(at),
    lowWeight: all.lowWeight.subarray(at),
    highWeight: all.highWeight.subarray(at),
  };
}
