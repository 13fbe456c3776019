/**
 * LPCAM in MCTformer: in place of its patch CAM, the relu of the head's scores. Per scale and view (the image, its
 * mirror): class-to-patch attention times LPCAM of the patch tokens, then refined by patch-to-patch attention; views and
 * scales are summed, and the sum brought to 0..1. "By simply replacing the PatchCAM with LPCAM", its authors say; no
 * code of it is published.
 */
import { mapSize, type LowMap, type ReducedSize } from './aggregate';
import { lpcamAtScale } from './attribution';
import { addUpsampled, axisWeights } from './bilinear';
import { halfTable } from './halves';

/** `v2`: the last three blocks' attention summed, the plain product. `plus`: the mean of all blocks, the product's root. */
export const mctFormerRules = ['v2', 'plus'] as const;
export type MctFormerRule = (typeof mctFormerRules)[number];

/** Blocks at the end whose attention V2 adds up, as its run.sh has it. */
export const lastBlocks = 3;
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
 * @param attention head-averaged and summed over the blocks, [patches, patches], a row per query; float32, or halves as
 *   their 16 bits
 * @param maps [n, patches]
 * @returns [n, patches]
 */
export function refinedMaps(
  attention: Float32Array | Uint16Array,
  maps: Float32Array,
  patches: number,
): Float32Array<ArrayBuffer> {
  const refined = new Float32Array(maps.length);
  const halves = attention instanceof Uint16Array ? new Float32Array(patches) : null;
  const table = halfTable();
  for (let query = 0; query < patches; query++) {
    const row = halves ?? attention.subarray(query * patches, (query + 1) * patches);
    if (halves)
      for (let key = 0; key < patches; key++)
        halves[key] = table[attention[query * patches + key] as number] as number;
    for (let start = 0; start < maps.length; start += patches) {
      let sum = 0;
      for (let key = 0; key < patches; key++) sum += (row[key] as number) * (maps[start + key] as number);
      refined[start + query] = sum;
    }
  }
  return refined;
}

/** A map [height, width] turned around its middle column. */
function mirrored(data: Float32Array, width: number): Float32Array {
  return data.map((_, i) => {
    const column = i % width;
    return data[i - column + width - 1 - column] as number;
  });
}

/** What the rule needs of one scale. Views: the image, then (with `mirror`) its mirror, which is still mirrored here. */
export interface AttendedScale {
  readonly height: number;
  readonly width: number;
  /** Of `classAttention`, [views, classes of the image, height, width]. */
  readonly attention: Float32Array;
  /** Cosine of each view's own patch tokens with each centre, [views, centres, height, width]. */
  readonly similarity: Float32Array;
  /** Patch-to-patch attention, [views, height * width, height * width], halves as 16 bits; null: not at hand. */
  readonly affinity: Uint16Array | null;
}

/** One class of the image, and the centres that take part in its LPCAM. */
export interface AttendedClass {
  /** Its place in `AttendedScale.attention`, of `classes`. */
  readonly position: number;
  readonly classes: number;
  /** Rows of `AttendedScale.similarity`. */
  readonly classRows: readonly number[];
  readonly contextRows: readonly number[];
}

/**
 * One class at one scale, its views turned back and summed. LPCAM takes the place of a map that is never negative: it
 * is clipped at zero here also where no context prototype is subtracted. Without patch attention the product stays as
 * it is, not refined.
 * @returns [height, width]
 */
export function fusedLpcamAtScale(
  { height, width, attention, similarity, affinity }: AttendedScale,
  { position, classes, classRows, contextRows }: AttendedClass,
  rule: MctFormerRule,
): Float32Array {
  const area = height * width;
  const views = attention.length / (classes * area);
  const sum = new Float32Array(area);
  for (let view = 0; view < views; view++) {
    const cosines = similarity.length / views;
    const ofView = similarity.subarray(view * cosines, (view + 1) * cosines);
    const lpcam = lpcamAtScale(ofView, area, classRows, contextRows).map((value) => Math.max(value, 0));
    const start = (view * classes + position) * area;
    const fused = fusedMaps(attention.subarray(start, start + area), lpcam, rule);
    const refined =
      affinity === null
        ? fused
        : refinedMaps(affinity.subarray(view * area * area, (view + 1) * area * area), fused, area);
    const turned = view === 0 ? refined : mirrored(refined, width);
    for (let i = 0; i < area; i++) sum[i] = (sum[i] as number) + (turned[i] as number);
  }
  return sum;
}

/** A map brought to 0..1, and what it was brought there by: `(sum - least) / range`. */
export interface FusedMap {
  readonly map: Float32Array;
  /** Nothing stands out: the sum is the same everywhere, and the map zero. */
  readonly dead: boolean;
  readonly least: number;
  readonly range: number;
}

/**
 * One class over all scales: each upsampled bilinearly straight to the size (no multiples of 16 here), summed, and
 * brought to 0..1 by the sum's least and largest value (+1e-8). Published: upsampled first, mirrored views turned back
 * afterwards, which is the same sum.
 * @param perScale of `fusedLpcamAtScale`
 * @returns [height, width] of `mapSize`
 */
export function aggregateFused(
  perScale: readonly LowMap[],
  imageHeight: number,
  imageWidth: number,
  size: ReducedSize,
): FusedMap {
  const { height, width } = mapSize(imageHeight, imageWidth, size);
  const sum = new Float32Array(height * width);
  for (const map of perScale) {
    const rows = axisWeights(map.height, height);
    const columns = axisWeights(map.width, width);
    addUpsampled(map.data, map.width, rows, columns, sum);
  }
  let least = Infinity;
  let largest = -Infinity;
  for (const value of sum) {
    if (value < least) least = value;
    if (value > largest) largest = value;
  }
  const range = Math.fround(Math.fround(largest - least) + smallestRange);
  return {
    map: sum.map((value) => valueOfFused(value, least, range)),
    dead: !(largest > least),
    least,
    range,
  };
}

/** A single value of `FusedMap.map`, from the sum over the scales. */
export function valueOfFused(sum: number, least: number, range: number): number {
  return Math.fround(Math.fround(sum - least) / range);
}
