import { describe, expect, it } from 'vitest';
import {
  aggregateFused,
  classAttention,
  fusedLpcamAtScale,
  fusedMaps,
  refinedMaps,
  valueOfFused,
} from '../../../src/lpcam/mctFormer';
import { ScaleSum } from '../../../src/lpcam/scaleSum';

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

it('takes patch attention as halves too', () => {
  // 1, 2, 0.5 and 0 in half precision.
  const halves = Uint16Array.of(0x3c00, 0x4000, 0x3800, 0);
  expect([...refinedMaps(halves, Float32Array.of(1, 10), 2)]).toEqual([21, 0.5]);
});

describe('one class at one scale', () => {
  // One row of two patches, two views, two classes of the image; the second view is mirrored.
  const scale = {
    height: 1,
    width: 2,
    attention: Float32Array.of(9, 9, 2, 1, 9, 9, 4, 3),
    // Two centres per view: what class prototype 0 and context prototype 1 see.
    similarity: Float32Array.of(0.5, 0.75, 0.25, 1, 0.5, 1, 0.25, 0.5),
    affinity: null,
  };
  const shown = { position: 1, classes: 2, classRows: [0], contextRows: [1] };

  it("takes each view's own attention and LPCAM, and turns the mirrored one back", () => {
    // relu(FG - BG): [.25, 0] and [.25, .5]; times attention [2, 1] and [4, 3]; the second mirrored.
    expect([...fusedLpcamAtScale(scale, shown, 'v2')]).toEqual([0.5 + 1.5, 0 + 1]);
    const [left, right] = fusedLpcamAtScale(scale, shown, 'plus');
    expect(left).toBeCloseTo(Math.sqrt(0.5) + Math.sqrt(1.5), 6);
    expect(right).toBeCloseTo(1, 6);
  });

  it('is refined view by view before it is turned back', () => {
    // The first view swaps its patches, the second doubles its left one (halves 1 and 2).
    const affinity = Uint16Array.of(0, 0x3c00, 0x3c00, 0, 0x4000, 0, 0, 0x3c00);
    expect([...fusedLpcamAtScale({ ...scale, affinity }, shown, 'v2')]).toEqual([0 + 1.5, 0.5 + 2]);
  });

  it('never takes a root of what is below zero: without context the cosines are clipped', () => {
    const signed = { ...scale, similarity: Float32Array.of(-0.5, 0.5, 0, 0, -1, -1, 0, 0) };
    const maps = fusedLpcamAtScale(signed, { ...shown, contextRows: [] }, 'plus');
    expect([...maps].map((value) => Number(value.toFixed(6)))).toEqual([0, 0.707107]);
  });
});

describe('over the scales', () => {
  it('the sum runs from 0 to 1, by its least and largest value', () => {
    const first = { height: 1, width: 2, data: Float32Array.of(1, 3) };
    const { map, dead, least, range } = aggregateFused([first, first], 1, 2, 'highRes');
    expect([map[0], dead, least]).toEqual([0, false, 2]);
    expect(map[1]).toBeCloseTo(1, 6);
    expect(range).toBeCloseTo(4, 6);
  });

  it('smaller maps are brought straight to the size of the image, bilinearly', () => {
    const { map } = aggregateFused([{ height: 1, width: 2, data: Float32Array.of(0, 4) }], 2, 4, 'highRes');
    [0, 0.25, 0.75, 1].forEach((value, column) => {
      expect(map[column]).toBeCloseTo(value, 6);
      expect(map[4 + column]).toBeCloseTo(value, 6);
    });
  });

  it('nothing that stands out is a dead map of zeros', () => {
    const { map, dead } = aggregateFused(
      [{ height: 1, width: 1, data: Float32Array.of(3) }],
      2,
      2,
      'highRes',
    );
    expect([[...map], dead]).toEqual([[0, 0, 0, 0], true]);
  });

  it('single pixels are the same numbers', () => {
    const scales = [
      { height: 2, width: 3, data: Float32Array.of(1, 5, 2, 0, 3, 4) },
      { height: 1, width: 2, data: Float32Array.of(2, 7) },
    ];
    const { map, least, range } = aggregateFused(scales, 21, 35, 'highRes');
    const sum = new ScaleSum(scales, { height: 21, width: 35, fullHeight: 21, fullWidth: 35 });
    expect([sum.least, valueOfFused(sum.largest, least, range)]).toEqual([least, Math.max(...map)]);
    for (const [row, column] of [
      [0, 0],
      [20, 34],
      [7, 18],
    ] as const) {
      expect(valueOfFused(sum.at(row, column), least, range)).toBe(map[row * 35 + column]);
    }
  });
});
