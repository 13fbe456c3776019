/** From one small map per scale to one map at the image's size (lpcam.md, sections 2 and 4). */
import { addUpsampled, axisWeights } from './bilinear';

/** One class's (or prototype's) map at one scale, [height, width], before any upsampling. */
export interface LowMap {
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

/** `highRes`: the image's size. `strided`: a quarter of it, what IRN calls "cam". */
export type MapSize = 'highRes' | 'strided';

/** Also any other reduced size, made as `strided` is: as many pixels of each side as there are multiples of the number. */
export type ReducedSize = MapSize | number;

/** How many pixels of the image's side there are to one of the map's. */
export function strideOf(size: ReducedSize): number {
  return typeof size === 'number' ? size : size === 'strided' ? 4 : 1;
}

/** Height and width of an aggregated map: `H x W`, or `(H-1)//4+1` by `(W-1)//4+1`. */
export function mapSize(
  imageHeight: number,
  imageWidth: number,
  size: ReducedSize,
): { height: number; width: number } {
  const stride = strideOf(size);
  return {
    height: Math.floor((imageHeight - 1) / stride) + 1,
    width: Math.floor((imageWidth - 1) / stride) + 1,
  };
}

const roundUpTo16 = (x: number) => Math.ceil(x / 16) * 16;

/** `high_res` is upsampled to multiples of 16 and then cropped, which is not the same as upsampling to H x W. */
function sumOverScales(
  perScale: readonly LowMap[],
  imageHeight: number,
  imageWidth: number,
  size: ReducedSize,
): Float32Array {
  const { height, width } = mapSize(imageHeight, imageWidth, size);
  const fullHeight = size === 'highRes' ? roundUpTo16(height) : height;
  const fullWidth = size === 'highRes' ? roundUpTo16(width) : width;
  const sum = new Float32Array(height * width);
  for (const map of perScale) {
    const rows = axisWeights(map.height, fullHeight, height);
    const columns = axisWeights(map.width, fullWidth, width);
    addUpsampled(map.data, map.width, rows, columns, sum);
  }
  return sum;
}

function maximum(map: Float32Array): number {
  let max = -Infinity;
  // By index: iterators over arrays of millions take several times as long.
  for (let i = 0; i < map.length; i++) if ((map[i] as number) > max) max = map[i] as number;
  return max;
}

/**
 * CAM of one class: the sum over scales, divided by (its max + 1e-5).
 * @returns [height, width] of `mapSize`, 0..1
 */
export function aggregateCam(
  perScale: readonly LowMap[],
  imageHeight: number,
  imageWidth: number,
  size: ReducedSize,
): Float32Array {
  const map = sumOverScales(perScale, imageHeight, imageWidth, size);
  const divisor = Math.fround(maximum(map) + Math.fround(1e-5));
  for (let i = 0; i < map.length; i++) map[i] = (map[i] as number) / divisor;
  return map;
}

/**
 * LPCAM (or class-only map) of one class: the mean over scales, divided by its max, without an epsilon. A map with
 * nothing above zero is a dead seed: zeros and `dead`, where the published code divides by zero (section 6).
 * @returns `map` [height, width] of `mapSize`, at most 1
 */
export function aggregateLpcam(
  perScale: readonly LowMap[],
  imageHeight: number,
  imageWidth: number,
  size: ReducedSize,
): { map: Float32Array; dead: boolean } {
  const map = sumOverScales(perScale, imageHeight, imageWidth, size);
  const scales = Math.max(perScale.length, 1);
  // Dividing keeps the order, and gives the largest what it gives any value.
  const max = Math.fround(maximum(map) / scales);
  if (!(max > 0)) return { map: map.fill(0), dead: true };
  // Rounded in between, as the mean of the scales is a map in float32.
  for (let i = 0; i < map.length; i++) map[i] = Math.fround((map[i] as number) / scales) / max;
  return { map, dead: false };
}

/**
 * A similarity map for the eye: the mean over scales, not normalised.
 * @returns [height, width] of `mapSize`, in the unit of the input (cosine: -1..1)
 */
export function aggregateSimilarity(
  perScale: readonly LowMap[],
  imageHeight: number,
  imageWidth: number,
  size: ReducedSize,
): Float32Array {
  const map = sumOverScales(perScale, imageHeight, imageWidth, size);
  const scales = perScale.length;
  if (scales > 1) for (let i = 0; i < map.length; i++) map[i] = (map[i] as number) / scales;
  return map;
}
