/** Maps of the images explained last, so that opening one again (or a reload of the window) costs nothing. */
import { LRUCache } from 'lru-cache';
import type { Notice } from '../../lpcam/notice';
import type { ScaleMaps } from '../../protocol/explanation';

/** What the network said of an image. */
export interface ImageMaps {
  /** [N], at the first scale. */
  readonly logits: Float32Array;
  /** Bank indices of the centres, in the order of `ScaleMaps.similarity`. */
  readonly centreIds: readonly number[];
  readonly scales: readonly ScaleMaps[];
  readonly stride: number | null;
  /** Scales that failed for want of memory or size. */
  readonly notices: readonly Notice[];
}

const maximumBytes = 256 << 20;

function bytesOf(maps: ImageMaps): number {
  const scales = maps.scales.reduce(
    (sum, { cam, similarity, fusion }) =>
      sum +
      [cam, similarity, ...Object.values(fusion ?? {})].reduce(
        (own, array) => own + (array?.byteLength ?? 0),
        0,
      ),
    0,
  );
  return maps.logits.byteLength + scales + 1024;
}

export function mapsCache(): LRUCache<string, ImageMaps> {
  return new LRUCache({ maxSize: maximumBytes, sizeCalculation: bytesOf });
}
