import { describe, expect, it } from 'vitest';
import { seedOf } from '../../../src/lpcam/seeds';
import { mapsOf, reference } from './reference';

describe('seeds', () => {
  it("are NumPy's argmax over a background of the threshold", () => {
    for (const image of reference.images) {
      reference.scores.forEach(({ threshold }, i) => {
        const seed = seedOf(mapsOf(image), threshold, image.mask.length);
        expect([...seed]).toEqual(image.seeds[i]);
      });
    }
  });

  it('give ties to the background, then to the first class', () => {
    const maps = [
      { classIndex: 4, map: Float32Array.from([0.3, 0.6]) },
      { classIndex: 2, map: Float32Array.from([0.3, 0.6]) },
    ];
    expect([...seedOf(maps, 0.3, 2)]).toEqual([0, 5]);
  });

  it('leave pixels to the background where a map is not a number', () => {
    const maps = [
      { classIndex: 0, map: Float32Array.from([NaN, NaN]) },
      { classIndex: 1, map: Float32Array.from([0.1, 0.9]) },
    ];
    expect([...seedOf(maps, 0.3, 2)]).toEqual([0, 2]);
  });

  it('name the classes of networks that have more than a byte holds', () => {
    const maps = [{ classIndex: 999, map: Float32Array.from([0.1, 0.9]) }];
    expect([...seedOf(maps, 0.3, 2)]).toEqual([0, 1000]);
  });

  it('without classes are background', () => {
    expect([...seedOf([], 0.3, 3)]).toEqual([0, 0, 0]);
  });
});
