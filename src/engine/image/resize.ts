/**
 * Pillow's BICUBIC resize on 8-bit RGB, byte for byte (lpcam.md, section 1.2). Ours and no library's because the published
 * numbers rest on Pillow's exact fixed-point arithmetic: sharp shrinks with other kernels and enlarges corner-aligned,
 * up to 24 levels away. The rules are those of Pillow's `src/libImaging/Resample.c`:
 *
 * - cubic convolution with a = -0.5, whose support (2 pixels) grows with the ratio when shrinking;
 * - coefficients normalised in double precision, then rounded to integers of 22 fractional bits;
 * - horizontal pass first, each pass summed in integers, rounded and clipped to 8 bits.
 */

/** 32 bits, less 8 for the pixel and 2 for overshoot of the kernel's negative lobes. */
const precisionBits = 32 - 8 - 2;
const one = 1 << precisionBits;
const half = 1 << (precisionBits - 1);
const support = 2;
const a = -0.5;

/** Weights of one axis: output position i reads `counts[i]` inputs from `starts[i]`, weighted by `weights[i * size ...]`. */
interface AxisWeights {
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

/* The passes stay in 32-bit integers (`Math.imul`, `| 0`): sums cannot overflow, and the engine runs them fast. */

function horizontal(rgb: Uint8Array, height: number, width: number, outWidth: number): Uint8Array {
  const { starts, counts, weights, size } = axisWeights(width, outWidth);
  // Clamped store: the typed array does Pillow's clip8 for us.
  const out = new Uint8ClampedArray(height * outWidth * 3);
  let target = 0;
  for (let y = 0; y < height; y++) {
    const line = y * width * 3;
    for (let x = 0; x < outWidth; x++) {
      let weight = x * size;
      let source = line + (starts[x] as number) * 3;
      let red = half;
      let green = half;
      let blue = half;
      for (const end = weight + (counts[x] as number); weight < end; weight++, source += 3) {
        const w = weights[weight] as number;
        red = (red + Math.imul(rgb[source] as number, w)) | 0;
        green = (green + Math.imul(rgb[source + 1] as number, w)) | 0;
        blue = (blue + Math.imul(rgb[source + 2] as number, w)) | 0;
      }
      out[target] = red >> precisionBits;
      out[target + 1] = green >> precisionBits;
      out[target + 2] = blue >> precisionBits;
      target += 3;
    }
  }
  return new Uint8Array(out.buffer);
}

/** One line from four: what enlarging always needs, without a line of sums in between. */
function blendFour(
  rgb: Uint8Array,
  lines: readonly [number, number, number, number],
  weights: readonly [number, number, number, number],
  out: Uint8ClampedArray,
  target: number,
  stride: number,
): void {
  const [a0, a1, a2, a3] = lines;
  const [w0, w1, w2, w3] = weights;
  for (let i = 0; i < stride; i++) {
    const sum =
      (half +
        Math.imul(rgb[a0 + i] as number, w0) +
        Math.imul(rgb[a1 + i] as number, w1) +
        Math.imul(rgb[a2 + i] as number, w2) +
        Math.imul(rgb[a3 + i] as number, w3)) |
      0;
    out[target + i] = sum >> precisionBits;
  }
}

function vertical(rgb: Uint8Array, height: number, width: number, outHeight: number): Uint8Array {
  const { starts, counts, weights, size } = axisWeights(height, outHeight);
  const stride = width * 3;
  const out = new Uint8ClampedArray(outHeight * stride);
  // One line of sums, walked along the rows: the columns are never strided through.
  const sums = new Int32Array(stride);
  for (let y = 0; y < outHeight; y++) {
    const start = starts[y] as number;
    const count = counts[y] as number;
    const target = y * stride;
    if (count <= 4) {
      // Lines that are not there weigh nothing.
      const line = (k: number) => (k < count ? start + k : start) * stride;
      const weight = (k: number) => (k < count ? (weights[y * size + k] as number) : 0);
      const lines = [line(0), line(1), line(2), line(3)] as const;
      blendFour(rgb, lines, [weight(0), weight(1), weight(2), weight(3)], out, target, stride);
      continue;
    }
    sums.fill(half);
    for (let k = 0; k < count; k++) {
      const w = weights[y * size + k] as number;
      const source = (start + k) * stride;
      for (let i = 0; i < stride; i++) {
        sums[i] = ((sums[i] as number) + Math.imul(rgb[source + i] as number, w)) | 0;
      }
    }
    for (let i = 0; i < stride; i++) out[target + i] = (sums[i] as number) >> precisionBits;
  }
  return new Uint8Array(out.buffer);
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
  const wide = outWidth === width ? rgb : horizontal(rgb, height, width, outWidth);
  if (outHeight === height) return wide === rgb ? rgb.slice() : wide;
  return vertical(wide, height, outWidth, outHeight);
}
