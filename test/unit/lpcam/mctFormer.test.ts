import { describe, expect, it } from 'vitest';
import { aggregateViews, classAttention, fusedMaps, refinedMaps } from '../../../src/lpcam/mctFormer';

describe('class-to-patch attention', () => {
  // Five blocks of one class and two patches.
  const attention = Float32Array.of(1, 10, 2, 20, 3, 30, 4, 40, 5, 50);
  it('is the sum of the last three blocks in V2, the mean of all in MCTformer+', () => {
    expect([...classAttention(attention, 5, 'v2')]).toEqual([12, 120]);
    expect([...classAttention(attention, 5, 'plus')]).toEqual([3, 30]);
    expect([...classAttention(attention.subarray(0, 4), 2, 'v2')]).toEqual([3, 30]);
  });

  it('times LPCAM, of which MCTformer+ takes the root', () => {
    const maps = Float32Array.of(0, 0.5);
    expect([...fusedMaps(Float32Array.of(3, 8), maps, 'v2')]).toEqual([0, 4]);
    expect([...fusedMaps(Float32Array.of(3, 8), maps, 'plus')]).toEqual([0, 2]);
  });
});

it('patch-to-patch attention takes to each patch what it attends to, for every class', () => {
  const attention = Float32Array.of(1, 2, 3, 4);
  expect([...refinedMaps(attention, Float32Array.of(1, 0, 1, 1), 2)]).toEqual([1, 3, 3, 7]);
});

describe('over scales and views', () => {
  it('mirrored maps are turned back, and the sum runs from 0 to 1', () => {
    const view = { height: 1, width: 2, data: Float32Array.of(1, 3), mirrored: false };
    const mirrored = { height: 1, width: 2, data: Float32Array.of(3, 1), mirrored: true };
    const map = aggregateViews([view, mirrored], 1, 2);
    expect(map[0]).toBe(0);
    expect(map[1]).toBeCloseTo(1, 6);
    expect([...aggregateViews([view, { ...mirrored, mirrored: false }], 1, 2)]).toEqual([0, 0]);
  });

  it('smaller maps are brought to the image bilinearly', () => {
    const map = aggregateViews([{ height: 1, width: 2, data: Float32Array.of(0, 4), mirrored: false }], 2, 4);
    [0, 0.25, 0.75, 1].forEach((value, column) => {
      expect(map[column]).toBeCloseTo(value, 6);
      expect(map[4 + column]).toBeCloseTo(value, 6);
    });
  });
});
