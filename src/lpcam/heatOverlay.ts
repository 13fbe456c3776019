/** A heat map over its photograph. */
import { colourTable, type ColourMapName } from './colourMap';

/**
 * Blends a map's colours over the network's input, everywhere with the same opacity: a colour means the same value
 * wherever it is.
 * @param rgb [height, width, 3]; @param map [height, width], clipped to 0..1; @param opacity 0..1
 * @returns [height, width, 3]
 */
export function heatOverlay(
  rgb: Uint8Array,
  map: Float32Array,
  { colours = 'turbo', opacity = 0.6 }: { readonly colours?: ColourMapName; readonly opacity?: number } = {},
): Uint8Array<ArrayBuffer> {
  const table = colourTable(colours);
  const data = new Uint8Array(rgb.length);
  for (const [pixel, value] of map.entries()) {
    const share = Math.min(1, Math.max(0, value));
    const colour = Math.round(share * 255) * 3;
    for (let channel = 0; channel < 3; channel++) {
      const under = rgb[pixel * 3 + channel] ?? 0;
      const over = table[colour + channel] ?? 0;
      data[pixel * 3 + channel] = Math.round(under + (over - under) * opacity);
    }
  }
  return data;
}
