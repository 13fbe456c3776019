/** A heat map over its photograph, as a PNG. */
import { encode } from 'fast-png';
import { heatOverlay } from '../lpcam/heatOverlay';

/**
 * @param rgb [height, width, 3]; @param map [height, width], clipped to 0..1
 * @returns PNG bytes
 */
export function overlayPng(
  rgb: Uint8Array,
  map: Float32Array,
  { height, width }: { readonly height: number; readonly width: number },
): Uint8Array {
  return encode({ width, height, data: heatOverlay(rgb, map), channels: 3, depth: 8 });
}
