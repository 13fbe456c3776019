import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/lpcam/inputError';
import { classCounts, ConfusionMatrix } from '../../../src/lpcam/metrics';
import { seedOf } from '../../../src/lpcam/seeds';
import { SeedSweep } from '../../../src/lpcam/sweep';
import { mapsOf, reference } from './reference';

const classes = 5;

function matrixAt(threshold: number): ConfusionMatrix {
  const matrix = new ConfusionMatrix(classes);
  for (const image of reference.images)
    matrix.add(seedOf(mapsOf(image), threshold, image.mask.length), Uint8Array.from(image.mask));
  return matrix;
}

describe('seed scores', () => {
  it.each(reference.scores)("at threshold $threshold are NumPy's", (expected) => {
    const scores = matrixAt(expected.threshold).scores();
    for (const name of ['miou', 'fp', 'fn'] as const) expect(scores[name]).toBeCloseTo(expected[name], 12);
    if (expected.fpShare === null) expect(scores.fpShare).toBeNull();
    else expect(scores.fpShare).toBeCloseTo(expected.fpShare, 12);
    for (const name of ['iou', 'precision', 'recall'] as const) {
      expect(scores[name].length).toBe(classes + 1);
      expected[name].forEach((value, label) => {
        if (value === null) expect(scores[name][label]).toBeNull();
        else expect(scores[name][label]).toBeCloseTo(value, 12);
      });
    }
  });

  it('come from one matrix over all images, not from a mean over images', () => {
    const whole = new ConfusionMatrix(1);
    const parts = [new ConfusionMatrix(1), new ConfusionMatrix(1)];
    const images = [
      [Uint8Array.of(1, 1, 0, 0), Uint8Array.of(1, 0, 0, 0)],
      [Uint8Array.of(1, 1, 1, 1), Uint8Array.of(1, 1, 1, 0)],
    ] as const;
    images.forEach(([seed, mask], i) => {
      whole.add(seed, mask);
      parts[i]?.add(seed, mask);
    });
    expect(whole.scores().iou[1]).toBeCloseTo(4 / 6, 12);
    const merged = new ConfusionMatrix(1);
    for (const part of parts) merged.merge(part);
    expect(merged.scores()).toEqual(whole.scores());
  });

  it('of nothing are null, not zero', () => {
    const scores = new ConfusionMatrix(2).scores();
    expect(scores).toMatchObject({ miou: null, fp: null, fn: null, fpShare: null, iou: [null, null, null] });
  });

  it('ignore pixels of label 255', () => {
    const matrix = new ConfusionMatrix(1);
    matrix.add(Uint8Array.of(1, 0), Uint8Array.of(255, 0));
    expect(matrix.scores()).toMatchObject({ miou: 1, fpShare: null });
  });

  it('refuse masks and seeds that belong to other classes or sizes, naming the file', () => {
    const matrix = new ConfusionMatrix(2);
    const add = (seed: number[], mask: number[]) => () =>
      matrix.add(Uint8Array.from(seed), Uint8Array.from(mask), 'masks/a.png');
    expect(add([0], [3])).toThrow(/masks\/a\.png.*label 3.*2 classes/);
    expect(add([3], [0])).toThrow(/masks\/a\.png.*label 3/);
    expect(add([0, 0], [0])).toThrow(/masks\/a\.png.*1 pixels.*2/);
    expect(add([0], [3])).toThrow(InputError);
  });
});

describe('a sweep over thresholds', () => {
  const thresholds = [0.5, 0.1, 0.3, 0.3, 0, 1, 0.25, 0.9, 0.7];

  it('gives exactly the scores of a seed at each threshold, in the order asked', () => {
    const sweep = new SeedSweep(classes, thresholds);
    for (const image of reference.images) sweep.add(mapsOf(image), Uint8Array.from(image.mask));
    const found = sweep.scores();
    expect(found.map(({ threshold }) => threshold)).toEqual(thresholds);
    for (const { threshold, scores } of found) expect(scores).toEqual(matrixAt(threshold).scores());
  });

  it('agrees on values that lie on a threshold, below zero, and on nothing at all', () => {
    const maps = [
      { classIndex: 1, map: Float32Array.from([0.3, -0.2, NaN, 0.1, 0.7, 0.7000001]) },
      { classIndex: 0, map: Float32Array.from([0.3, -0.1, 0.5, 0.2, 0.7, 0.7]) },
    ];
    const mask = Uint8Array.of(1, 2, 0, 255, 2, 0);
    for (const given of [maps, []]) {
      const sweep = new SeedSweep(2, thresholds);
      sweep.add(given, mask);
      for (const { threshold, scores } of sweep.scores()) {
        const matrix = new ConfusionMatrix(2);
        matrix.add(seedOf(given, threshold, mask.length), mask);
        expect(scores).toEqual(matrix.scores());
      }
    }
  });

  it('refuses classes and masks that are not of the study', () => {
    const sweep = new SeedSweep(2, thresholds);
    const maps = [{ classIndex: 2, map: new Float32Array(1) }];
    expect(() => sweep.add(maps, new Uint8Array(1), 'a.png')).toThrow(/a\.png.*class 2/);
    expect(() => sweep.add([], Uint8Array.of(9), 'a.png')).toThrow(/a\.png.*label 9/);
  });
});

describe('counts of one class in one image', () => {
  it('leave ignored pixels out', () => {
    const seed = Uint8Array.of(1, 1, 1, 0, 0, 1);
    const mask = Uint8Array.of(1, 0, 2, 1, 0, 255);
    expect(classCounts(seed, mask, 1)).toEqual({
      predicted: 3,
      truth: 2,
      intersection: 1,
      union: 4,
      falsePositives: 2,
      falseNegatives: 1,
      iou: 1 / 4,
      fp: 2 / 4,
      fn: 1 / 4,
      precision: 1 / 3,
      recall: 1 / 2,
    });
  });

  it('of a class that is nowhere have no fractions', () => {
    expect(classCounts(new Uint8Array(2), new Uint8Array(2), 1)).toMatchObject({
      union: 0,
      iou: null,
      recall: null,
    });
  });
});
