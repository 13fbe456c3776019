/** What changed between two maps. */
import { describe, expect, it } from 'vitest';
import { mapDifference } from '../../../src/lpcam/mapDifference';

describe('the difference of two maps', () => {
  it('is second minus first, with its largest and its mean size', () => {
    const { map, largest, mean } = mapDifference(
      Float32Array.of(0.5, 0.25, 1, 0),
      Float32Array.of(0.75, 0.25, 0, 0.25),
    );
    expect([...map]).toEqual([0.25, 0, -1, 0.25]);
    expect(largest).toBe(1);
    expect(mean).toBe(0.375);
  });

  it('of equal maps is nothing', () => {
    const map = Float32Array.of(0.1, 0.9);
    expect(mapDifference(map, map)).toMatchObject({ largest: 0, mean: 0 });
    expect(mapDifference(new Float32Array(0), new Float32Array(0)).mean).toBe(0);
  });

  it('of maps of different sizes is refused', () => {
    expect(() => mapDifference(new Float32Array(4), new Float32Array(3))).toThrow(/4 and of 3/);
  });
});
