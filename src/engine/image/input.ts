/** From 8-bit pixels to the network's input (lpcam.md, section 1.3). */

type Triple = readonly [number, number, number];

/** (value/255 - mean)/std of every byte, computed in double precision and rounded once, as NumPy does it. */
function normalisation(mean: number, std: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, value) => (value / 255 - mean) / std);
}

/**
 * `(x/255 - mean)/std`, planar, with the mirror image as the second of the batch.
 * @param rgb [height, width, 3], 0..255
 * @param mean RGB, 0..1
 * @param std RGB, 0..1
 * @returns [B, 3, height, width], B = 2 with the mirror, else 1
 */
export function networkInput(
  rgb: Uint8Array,
  height: number,
  width: number,
  mean: Triple,
  std: Triple,
  mirror: boolean,
): Float32Array {
  const area = height * width;
  if (rgb.length !== area * 3) {
    throw new RangeError(`expected ${height} x ${width} x 3 bytes, got ${rgb.length}`);
  }
  const input = new Float32Array(area * 3 * (mirror ? 2 : 1));
  for (let channel = 0; channel < 3; channel++) {
    const table = normalisation(mean[channel] ?? 0, std[channel] ?? 1);
    const plane = channel * area;
    for (let i = 0, source = channel; i < area; i++, source += 3) {
      input[plane + i] = table[rgb[source] as number] as number;
    }
  }
  if (mirror) mirrorRows(input.subarray(0, area * 3), input.subarray(area * 3), width);
  return input;
}

function mirrorRows(source: Float32Array, target: Float32Array, width: number): void {
  for (let row = 0; row < source.length; row += width) {
    for (let x = 0, from = row + width - 1; x < width; x++, from--) target[row + x] = source[from] as number;
  }
}
