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
  const [red, green, blue] = [0, 1, 2].map((channel) =>
    normalisation(mean[channel] ?? 0, std[channel] ?? 1),
  ) as [Float32Array, Float32Array, Float32Array];
  const image = area * 3;
  const input = new Float32Array(mirror ? image * 2 : image);
  // All planes and both images in one walk: every pixel is looked up once, while its lines are in the cache.
  for (let y = 0; y < height; y++) {
    let source = y * width * 3;
    let plain = y * width;
    let mirrored = image + plain + width - 1;
    for (const end = plain + width; plain < end; plain++, mirrored--, source += 3) {
      const r = red[rgb[source] as number] as number;
      const g = green[rgb[source + 1] as number] as number;
      const b = blue[rgb[source + 2] as number] as number;
      input[plain] = r;
      input[plain + area] = g;
      input[plain + 2 * area] = b;
      if (!mirror) continue;
      input[mirrored] = r;
      input[mirrored + area] = g;
      input[mirrored + 2 * area] = b;
    }
  }
  return input;
}
