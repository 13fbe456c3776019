import { expect, it } from 'vitest';
import { halfTable, toHalves } from '../../../src/lpcam/halves';

it('every half survives the way to float32 and back', () => {
  const bits = Uint16Array.from({ length: 1 << 16 }, (_, i) => i);
  const back = toHalves(halfTable());
  const isNaN = (half: number) => (half & 0x7fff) > 0x7c00;
  expect([...bits].filter((half) => !isNaN(half) && back[half] !== half)).toEqual([]);
  expect([...bits].filter((half) => isNaN(half) && !isNaN(back[half] ?? 0))).toEqual([]);
});

it('numbers between two halves go to the nearer one, from the middle to the even one', () => {
  const table = halfTable();
  for (const low of [0, 1, 2, 1022, 1023, 1024, 0x3c00, 0x3c01, 0x7bfe]) {
    const [a = 0, b = 0] = [table[low], table[low + 1]];
    const middle = (a + b) / 2;
    const even = low % 2 === 0 ? low : low + 1;
    expect([...toHalves(Float32Array.of(middle, -middle))]).toEqual([even, even | 0x8000]);
    const [below, above] = [a + (b - a) * 0.49, a + (b - a) * 0.51];
    expect([...toHalves(Float32Array.of(below, above))]).toEqual([low, low + 1]);
  }
  expect([...toHalves(Float32Array.of(65519, 65520, 1e9, -Infinity))]).toEqual([
    0x7bff, 0x7c00, 0x7c00, 0xfc00,
  ]);
});
