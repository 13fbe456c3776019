/** EDAM's joining of seeds with saliency maps. */
import { describe, expect, it } from 'vitest';
import { SaliencySweep, salientSeed } from '../../../src/lpcam/saliency';

const maps = [
  { classIndex: 4, map: Float32Array.of(0.5, 0.5, 0, 1, 0.2, 1, 1e-7) },
  { classIndex: 7, map: Float32Array.of(0.4, 0.6, 0, 0.1, 0.2, 1, 0) },
];

describe('a seed joined with saliency', () => {
  it('has the strongest class where something is salient, the first on ties, and background elsewhere', () => {
    const saliency = Uint8Array.of(255, 21, 255, 255, 255, 255, 255);
    expect([...salientSeed(maps, saliency, 0.2)]).toEqual([5, 8, 0, 5, 5, 5, 0]);
  });

  it('keeps a class that is nearly certain also where nothing is salient', () => {
    expect([...salientSeed(maps, new Uint8Array(7), 0.2)]).toEqual([0, 0, 0, 5, 0, 5, 0]);
  });

  it('takes saliency equal to a hundred times theta for background', () => {
    const one = [{ classIndex: 0, map: Float32Array.of(0.5, 0.5) }];
    expect([...salientSeed(one, Uint8Array.of(20, 21), 0.2)]).toEqual([0, 1]);
  });

  it('never lets a not-a-number win', () => {
    const one = [
      { classIndex: 0, map: Float32Array.of(NaN) },
      { classIndex: 1, map: Float32Array.of(0.1) },
    ];
    expect([...salientSeed(one, Uint8Array.of(255), 0.2)]).toEqual([2]);
  });
});

describe('their scores over theta', () => {
  it('are those of each seed', () => {
    const sweep = new SaliencySweep(1, [0.2, 0.9]);
    const map = Float32Array.of(0.5, 0.5, 0);
    sweep.add([{ classIndex: 0, map }], Uint8Array.of(200, 50, 0), Uint8Array.of(1, 1, 0));
    expect(sweep.scores().map(({ threshold, scores }) => [threshold, scores.iou])).toEqual([
      [0.2, [1, 1]],
      [0.9, [0.5, 0.5]],
    ]);
  });

  it('refuse a map of another size', () => {
    const sweep = new SaliencySweep(1, [0.2]);
    expect(() => sweep.add([], new Uint8Array(2), new Uint8Array(3), 'm.png')).toThrow(
      /the saliency map has 2 pixels, the mask 3/,
    );
  });
});
