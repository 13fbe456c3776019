/**
 * Pillow's BICUBIC resize on 8-bit RGB, byte for byte (lpcam.md, section 1.2). Ours and no library's because the published
 * numbers rest on Pillow's exact fixed-point arithmetic: sharp shrinks with other kernels and enlarges corner-aligned,
 * up to 24 levels away. The rules are those of Pillow's `src/libImaging/Resample.c`:
 *
 * - cubic convolution with a = -0.5, whose support (2 pixels) grows with the ratio when shrinking;
 * - coefficients normalised in double precision, then rounded to integers of 22 fractional bits;
 * - horizontal pass first, each pass summed in integers, rounded and clipped to 8 bits.
 *
 * The sums are WebAssembly (`resample.wat`): four at a time, where JavaScript does one. A resize goes line by line through
 * a memory of a few lines, whatever the image's size.
 */

import { axisWeights } from './axisWeights';
import { resampler } from './resampler';

/**
 * Resizes an image as Pillow's `Image.resize((outWidth, outHeight), Image.BICUBIC)` does.
 * @param rgb [height, width, 3], 0..255
 * @returns [outHeight, outWidth, 3]; a copy where the size does not change
 */
export function resizeBicubic(
  rgb: Uint8Array,
  height: number,
  width: number,
  outHeight: number,
  outWidth: number,
): Uint8Array {
  if (rgb.length !== height * width * 3) {
    throw new RangeError(`expected ${height} x ${width} x 3 bytes, got ${rgb.length}`);
  }
  const across = outWidth === width ? null : axisWeights(width, outWidth);
  const down = outHeight === height ? null : axisWeights(height, outHeight);
  const lines = resampler(width, outWidth, across, down);
  const stride = outWidth * 3;
  const out = new Uint8Array(outHeight * stride);
  let next = 0;
  for (let y = 0; y < outHeight; y++) {
    const end = down === null ? y + 1 : (down.starts[y] as number) + (down.counts[y] as number);
    for (; next < end; next++) lines.take(next, rgb.subarray(next * width * 3, (next + 1) * width * 3));
    out.set(lines.blend(y), y * stride);
  }
  return out;
}
