import { describe, expect, it } from 'vitest';
import { upsample } from '../../../src/lpcam/bilinear';
import { resizeNearest } from '../../../src/lpcam/nearest';
import { roundHalfToEven, scaledSize } from '../../../src/lpcam/rounding';
import { reference } from './reference';

describe('bilinear upsampling', () => {
  it.each(reference.bilinear)("of $from to $to is PyTorch's", ({ from, to, source, target }) => {
    const found = upsample(Float32Array.from(source), ...from, ...to);
    expect(found.length).toBe(target.length);
    const worst = Math.max(...target.map((value, i) => Math.abs(value - (found[i] ?? NaN))));
    expect(worst).toBeLessThan(2e-6);
  });

  it('leaves a map of the wanted size as it is', () => {
    const map = Float32Array.from({ length: 12 }, (_, i) => i / 7);
    expect(upsample(map, 3, 4, 3, 4)).toEqual(map);
  });
});

describe('nearest resizing', () => {
  it.each(reference.nearest)("of $from to $to rows is PyTorch's", ({ from, to, positions }) => {
    const rows = Float32Array.from({ length: from }, (_, i) => i);
    expect([...resizeNearest(rows, from, 1, to, 1)]).toEqual(positions);
    expect([...resizeNearest(rows, 1, from, 1, to)]).toEqual(positions);
  });
});

describe('sizes of scaled images', () => {
  it("follow NumPy's rounding", () => {
    for (const [size, scale, rounded] of reference.sizes)
      expect([size, scale, scaledSize(size, 7, scale).height]).toEqual([size, scale, rounded]);
  });

  it('put halves on the even side', () => {
    expect([0.5, 1.5, 2.5, 166.5, 167.5, -1.5].map(roundHalfToEven)).toEqual([0, 2, 2, 166, 168, -2]);
  });

  it('are untouched at scale 1', () => {
    expect(scaledSize(333, 500, 1)).toEqual({ height: 333, width: 500 });
  });
});
