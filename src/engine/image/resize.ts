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
import { resampler } from './resampler';

/** 32 bits, less 8 for the pixel and 2 for overshoot of the kernel's negative lobes. */
const precisionBits = 32 - 8 - 2;
const one = 1 << precisionBits;
const support = 2;
const a = -0.5;

/** Weights of one axis: output position i reads `counts[i]` inputs from `starts[i]`, weighted by `weights[i * size ...]`. */
export interface AxisWeights {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  readonly weights: Int32Array;
  readonly size: number;
}

function cubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

function axisWeights(inSize: number, outSize: number): AxisWeights {
  const scale = inSize / outSize;
  const filterScale = Math.max(scale, 1);
  const reach = support * filterScale;
  const size = Math.ceil(reach) * 2 + 1;
  const starts = new Int32Array(outSize);
  const counts = new Int32Array(outSize);
  const weights = new Int32Array(outSize * size);
  const row = new Float64Array(size);
  const inverse = 1 / filterScale;
  for (let i = 0; i < outSize; i++) {
    const centre = (i + 0.5) * scale;
    const start = Math.max(Math.trunc(centre - reach + 0.5), 0);
    const count = Math.min(Math.trunc(centre + reach + 0.5), inSize) - start;
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const weight = cubic((k + start - centre + 0.5) * inverse);
      row[k] = weight;
      sum += weight;
    }
    for (let k = 0; k < count; k++) {
      const weight = (row[k] ?? 0) / (sum === 0 ? 1 : sum);
      weights[i * size + k] = Math.trunc(weight < 0 ? weight * one - 0.5 : weight * one + 0.5);
    }
    starts[i] = start;
    counts[i] = count;
  }
  return { starts, counts, weights, size };
}

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
