/** Which pixels along one axis make a pixel of the resized image, and with what weights. */

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

/** Pillow's fixed-point weights for resizing an axis of `inSize` pixels to `outSize`; `resize.ts` has the rules. */
export function axisWeights(inSize: number, outSize: number): AxisWeights {
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
