/** Maps and label maps as RGBA bytes for a canvas. */
import { labelColourIndex } from '../../../lpcam/labelColours';
import type { Labels } from '../../../lpcam/seeds';

/** A colour table of 256 RGB triples as 256 opaque RGBA words in the machine's byte order. */
export function rgbaWords(table: Uint8Array): Uint32Array {
  const bytes = new Uint8Array(256 * 4);
  for (let i = 0; i < 256; i++) {
    bytes[i * 4] = table[i * 3] ?? 0;
    bytes[i * 4 + 1] = table[i * 3 + 1] ?? 0;
    bytes[i * 4 + 2] = table[i * 3 + 2] ?? 0;
    bytes[i * 4 + 3] = 255;
  }
  return new Uint32Array(bytes.buffer);
}

/**
 * Values between `low` and `high` become the 256 colours of the table, evenly; what lies outside is clipped. In float32,
 * as the graphics card has it (`gpu/shaders.ts`), so that both give a value the same colour.
 */
export function heatPixels(
  map: Float32Array,
  low: number,
  high: number,
  table: Uint8Array,
  out: Uint8ClampedArray,
): void {
  const words = rgbaWords(table);
  const target = new Uint32Array(out.buffer, out.byteOffset, map.length);
  const lowest = Math.fround(low);
  const factor = Math.fround(high > low ? 256 / (high - low) : 0);
  for (let i = 0; i < map.length; i++) {
    const step = Math.fround(Math.fround((map[i] as number) - lowest) * factor);
    // NaN fails both comparisons and lands on the lowest colour.
    target[i] = words[step >= 255 ? 255 : step > 0 ? step | 0 : 0] as number;
  }
}

/**
 * Label ids in the colours of their classes, which repeat after 255; the background is transparent.
 * @param hidden another label that is transparent; the background's: none
 */
export function labelPixels(labels: Labels, table: Uint8Array, out: Uint8ClampedArray, hidden = 0): void {
  const words = rgbaWords(table);
  words[0] = 0;
  words[hidden] = 0;
  const target = new Uint32Array(out.buffer, out.byteOffset, labels.length);
  for (let i = 0; i < labels.length; i++) target[i] = words[labelColourIndex(labels[i] as number)] as number;
}

/** Opaque white where a label stands, transparent elsewhere: a stencil for a hatch. */
export function stencilPixels(labels: Labels, label: number, out: Uint8ClampedArray): void {
  const target = new Uint32Array(out.buffer, out.byteOffset, labels.length);
  for (let i = 0; i < labels.length; i++) target[i] = labels[i] === label ? 0xffffffff : 0;
}

/** RGB bytes (the network's input) as RGBA. */
export function picturePixels(rgb: Uint8Array, out: Uint8ClampedArray): void {
  for (let i = 0, j = 0; j < out.length; i += 3, j += 4) {
    out[j] = rgb[i] as number;
    out[j + 1] = rgb[i + 1] as number;
    out[j + 2] = rgb[i + 2] as number;
    out[j + 3] = 255;
  }
}
