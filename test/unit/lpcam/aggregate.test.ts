import { describe, expect, it } from 'vitest';
import {
  aggregateCam,
  aggregateLpcam,
  aggregateSimilarity,
  mapSize,
  type LowMap,
} from '../../../src/lpcam/aggregate';
import { lpcamAtScale, meanSimilarity } from '../../../src/lpcam/attribution';
import { upsample } from '../../../src/lpcam/bilinear';

const map = (height: number, width: number, value: (i: number) => number): LowMap => ({
  height,
  width,
  data: Float32Array.from({ length: height * width }, (_, i) => value(i)),
});

describe('aggregated maps', () => {
  const scales = [map(3, 4, (i) => i / 10), map(2, 2, (i) => i)];

  it('have the sizes of IRN: a quarter, and the image', () => {
    expect(mapSize(375, 500, 'strided')).toEqual({ height: 94, width: 125 });
    expect(mapSize(1, 4, 'strided')).toEqual({ height: 1, width: 1 });
    expect(mapSize(375, 500, 'highRes')).toEqual({ height: 375, width: 500 });
  });

  it('are upsampled to multiples of 16 and cropped, not to the image', () => {
    const found = aggregateSimilarity(scales.slice(0, 1), 40, 50, 'highRes');
    const wide = upsample(scales[0]?.data ?? new Float32Array(0), 3, 4, 48, 64);
    const cropped = Array.from({ length: 40 * 50 }, (_, i) => wide[Math.floor(i / 50) * 64 + (i % 50)]);
    expect([...found]).toEqual(cropped);
  });

  it('of CAM are the sum over scales, over its max + 1e-5', () => {
    const [one, two] = scales.map(({ data, height, width }) => upsample(data, height, width, 10, 13));
    const sum = Array.from(one ?? [], (value, i) => value + (two?.[i] ?? 0));
    const max = Math.max(...sum);
    const found = aggregateCam(scales, 40, 50, 'strided');
    sum.forEach((value, i) => expect(found[i]).toBeCloseTo(value / (max + 1e-5), 6));
    expect(Math.max(...found)).toBeLessThan(1);
  });

  it('of LPCAM reach exactly 1', () => {
    const { map: found, dead } = aggregateLpcam(scales, 40, 50, 'highRes');
    expect(dead).toBe(false);
    expect(Math.max(...found)).toBe(1);
  });

  it('of LPCAM with nothing above zero are zeros and flagged, never NaN', () => {
    for (const value of [0, -1]) {
      const { map: found, dead } = aggregateLpcam([map(3, 4, () => value)], 40, 50, 'highRes');
      expect(dead).toBe(true);
      expect(found.every((x) => x === 0)).toBe(true);
    }
  });

  it('of a CAM that is zero everywhere are zeros', () => {
    expect(aggregateCam([map(3, 4, () => 0)], 40, 50, 'strided').every((x) => x === 0)).toBe(true);
  });
});

describe('LPCAM at one scale', () => {
  // Three prototypes over two positions.
  const similarity = Float32Array.from([0.8, 0.2, 0.6, 0.0, 0.1, 0.5]);

  it('is the mean class similarity less the mean context similarity, never below zero', () => {
    const [first, second] = lpcamAtScale(similarity, 2, [0, 1], [2]);
    expect(first).toBeCloseTo(0.6, 6);
    expect(second).toBe(0);
  });

  it('without context prototypes is the class similarity, without a relu', () => {
    expect([...lpcamAtScale(Float32Array.from([-0.5, 0.25]), 2, [0], [])]).toEqual([-0.5, 0.25]);
  });

  it('with every class prototype switched off is nothing', () => {
    expect([...lpcamAtScale(similarity, 2, [], [2])]).toEqual([0, 0]);
    expect([...meanSimilarity(similarity, 2, [])]).toEqual([0, 0]);
  });
});
