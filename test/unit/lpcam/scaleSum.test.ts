import { describe, expect, it } from 'vitest';
import { ScaleSum } from '../../../src/lpcam/scaleSum';

/** Maps of formulas, of two scales, under a sum of some size. */
function sumOf(height: number, width: number): ScaleSum {
  const perScale = [16, 40].map((stride) => {
    const [h, w] = [Math.ceil(height / stride), Math.ceil(width / stride)];
    const data = Float32Array.from({ length: h * w }, (_, i) => Math.sin(i * 12.9898) * Math.cos(i * 0.37));
    return { height: h, width: w, data };
  });
  return new ScaleSum(perScale, { height, width, fullHeight: height, fullWidth: width });
}

describe('The largest and least value of a sum of upsampled maps', () => {
  it.each([
    [237, 320],
    [1500, 1413],
  ])('are those of all its %i x %i values', (height, width) => {
    const sum = sumOf(height, width);
    let [least, largest] = [Infinity, -Infinity];
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const value = sum.at(row, column);
        least = Math.min(least, value);
        largest = Math.max(largest, value);
      }
    }
    expect(sum.largest).toBe(largest);
    expect(sum.least).toBe(least);
  });

  it('are known to exceed whatever the largest exceeds, and nothing else, before it is looked for and after', () => {
    const { largest } = sumOf(237, 320);
    for (const bound of [-1, 0, largest / 2, largest * 0.9999, largest, largest * 1.0001, 10]) {
      const sum = sumOf(237, 320);
      expect(sum.exceeds(bound)).toBe(largest > bound);
      expect(sum.largest).toBe(largest);
      expect(sum.exceeds(bound)).toBe(largest > bound);
    }
  });
});
