/**
 * LPCAM in MCTformer: in place of its patch CAM, the relu of the head's scores. Per scale and view: class-to-patch
 * attention times LPCAM of the patch tokens, then refined by patch-to-patch attention; views and scales are summed.
 * "By simply replacing the PatchCAM with LPCAM", its authors say; no code of it is published.
 */
import { addUpsampled, axisWeights } from './bilinear';
import type { LowMap } from './aggregate';

/** `v2`: the last three blocks' attention summed, the plain product. `plus`: the mean of all blocks, the product's root. */
export type MctFormerRule = 'v2' | 'plus';

/** Blocks at the end whose attention V2 adds up, as its run.sh has it. */
const lastBlocks = 3;
const smallestRange = 1e-8;

/**
 * Class-to-patch attention over the blocks.
 * @param attention head-averaged, [blocks, size], size = classes * patches; @param blocks how many there are
 * @returns [size]
 */
export function classAttention(attention: Float32Array, blocks: number, rule: MctFormerRule): Float32Array {
  const size = attention.length / blocks;
  const first = rule === 'v2' ? Math.max(blocks - lastBlocks, 0) : 0;
  const sum = new Float32Array(size);
  for (let block = first; block < blocks; block++)
    for (let i = 0; i < size; i++) sum[i] = (sum[i] as number) + (attention[block * size + i] as number);
  if (rule === 'plus') for (let i = 0; i < size; i++) sum[i] = (sum[i] as number) / blocks;
  return sum;
}

/**
 * Attention times the maps of patches, position by position.
 * @param attention of `classAttention`; @param maps of the same shape, not negative: LPCAM, or the patch CAM it replaces
 */
export function fusedMaps(attention: Float32Array, maps: Float32Array, rule: MctFormerRule): Float32Array {
  const product = maps.map((value, i) => value * (attention[i] as number));
  return rule === 'plus' ? product.map(Math.sqrt) : product;
}

/**
 * Spreads maps along patch-to-patch attention: `A m` for every map m.
 * @param attention head-averaged and summed over the blocks, [patches, patches], a row per query
 * @param maps [n, patches]
 * @returns [n, patches]
 */
export function refinedMaps(
  attention: Float32Array,
  maps: Float32Array,
  patches: number,
): Float32Array<ArrayBuffer> {
  const refined = new Float32Array(maps.length);
  for (let start = 0; start < maps.length; start += patches)
    for (let query = 0; query < patches; query++) {
      let sum = 0;
      for (let key = 0; key < patches; key++)
        sum += (attention[query * patches + key] as number) * (maps[start + key] as number);
      refined[start + query] = sum;
    }
  return refined;
}

/** The map of one scale and view. */
export interface ViewMap extends LowMap {
  /** It was computed from the mirrored image, and is still mirrored. */
  readonly mirrored: boolean;
}

function unmirrored({ height, width, data, mirrored }: ViewMap): Float32Array {
  if (!mirrored) return data;
  return Float32Array.from({ length: height * width }, (_, i) => {
    const column = i % width;
    return data[i - column + width - 1 - column] as number;
  });
}

/**
 * One class over all scales and views: each upsampled bilinearly to the image's own size, summed, and brought to 0..1 by
 * its least and largest value (+1e-8).
 * @returns [imageHeight, imageWidth]
 */
export function aggregateViews(
  views: readonly ViewMap[],
  imageHeight: number,
  imageWidth: number,
): Float32Array {
  const sum = new Float32Array(imageHeight * imageWidth);
  for (const view of views) {
    const rows = axisWeights(view.height, imageHeight);
    const columns = axisWeights(view.width, imageWidth);
    addUpsampled(unmirrored(view), view.height, view.width, rows, columns, sum);
  }
  let least = Infinity;
  let largest = -Infinity;
  for (const value of sum) {
    least = Math.min(least, value);
    largest = Math.max(largest, value);
  }
  const range = Math.fround(Math.fround(largest - least) + smallestRange);
  return sum.map((value) => Math.fround(value - least) / range);
}
