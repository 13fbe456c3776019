import { describe, expect, it } from 'vitest';
import { seedAgreement } from '../../../src/lpcam/seedAgreement';

// A row of six pixels; the class looked at has the label 2.
const first = Uint8Array.of(2, 2, 0, 1, 255, 2);
const second = Uint8Array.of(2, 0, 2, 1, 2, 255);

describe('where two seeds have a class', () => {
  it('is told apart in four ways, and pixels left open are none of them', () => {
    const { kinds, counts, right } = seedAgreement(first, second, 2, null);
    expect([...kinds]).toEqual([1, 2, 3, 0, 4, 4]);
    expect(counts).toEqual({ both: 1, onlyFirst: 1, onlySecond: 1, neither: 1, open: 2 });
    expect(right).toBeNull();
  });

  it('says which of them the mask sides with', () => {
    const mask = Uint8Array.of(2, 0, 2, 1, 2, 2);
    expect(seedAgreement(first, second, 2, mask).right).toEqual({ onlyFirst: 0, onlySecond: 1 });
  });

  it('knows no open pixels in seeds of more classes than a byte can name', () => {
    const one = Uint16Array.of(255, 300);
    expect(seedAgreement(one, Uint16Array.of(255, 0), 255, null).counts).toMatchObject({ both: 1, open: 0 });
    expect(seedAgreement(one, Uint16Array.of(255, 0), 300, null).counts.onlyFirst).toBe(1);
  });

  it('is refused for seeds of different sizes', () => {
    expect(() => seedAgreement(first, Uint8Array.of(1), 2, null)).toThrow('6 and of 1 pixels');
  });
});
