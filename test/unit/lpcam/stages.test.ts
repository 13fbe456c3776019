/** Label maps and scores of the stages, against pixels counted one by one. */
import { describe, expect, it } from 'vitest';
import { softLabels, takesThreshold, type SoftMaps } from '../../../src/lpcam/stageLabels';
import { scoredLabels, stageChanges, stageScore } from '../../../src/lpcam/stageScores';

const area = 60 * 40;

/** Numbers that look random and are the same every time. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function labelsOf(seed: number, choices: readonly number[]): Uint8Array {
  const next = noise(seed);
  return Uint8Array.from({ length: area }, () => choices[Math.floor(next() * choices.length)] ?? 0);
}

/** IoU of one label by sets of pixels; null where the label is nowhere. */
function iouByHand(stage: ArrayLike<number>, mask: Uint8Array, label: number, left: (i: number) => boolean) {
  let both = 0;
  let either = 0;
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 255 || left(i)) continue;
    const inStage = stage[i] === label;
    const inMask = mask[i] === label;
    if (inStage && inMask) both++;
    if (inStage || inMask) either++;
  }
  return either === 0 ? null : both / either;
}

const none = () => false;
const mean = (values: readonly (number | null)[]) => {
  const there = values.filter((value) => value !== null);
  return there.reduce((sum, value) => sum + value, 0) / there.length;
};

describe('the score of a stage', () => {
  const mask = labelsOf(1, [0, 0, 3, 8, 255]);

  it.each([2, 3, 4])('is that of pixels counted one by one (labels %i)', (seed) => {
    const stage = labelsOf(seed, [0, 3, 3, 8, 8]);
    const wanted = scoredLabels([2, 7], mask);
    const score = stageScore(stage, mask, wanted);
    expect(wanted).toEqual([3, 8]);
    const expected = [0, 3, 8].map((label) => iouByHand(stage, mask, label, none));
    expect(score.classes.map(({ label }) => label)).toEqual([0, 3, 8]);
    expected.forEach((iou, i) => expect(score.classes[i]?.iou).toBeCloseTo(iou ?? NaN, 12));
    // The background is told, and is not in the mean.
    expect(score.mean).toBeCloseTo(mean(expected.slice(1)), 12);
    expect(score.open).toBeNull();
  });

  it('counts open pixels as missed, and tells what the others reach', () => {
    const stage = labelsOf(5, [0, 3, 8, 255]);
    const score = stageScore(stage, mask, [3, 8]);
    const open = (i: number) => stage[i] === 255;
    expect(score.mean).toBeCloseTo(mean([3, 8].map((label) => iouByHand(stage, mask, label, none))), 12);
    expect(score.open?.onSure).toBeCloseTo(
      mean([3, 8].map((label) => iouByHand(stage, mask, label, open))),
      12,
    );
    const known = [...mask.keys()].filter((i) => mask[i] !== 255);
    expect(score.open?.sure).toBeCloseTo(known.filter((i) => !open(i)).length / known.length, 12);
  });

  it('leaves a class out of the mean that neither has, and counts one that is wholly missed', () => {
    const stage = new Uint8Array(area).fill(3);
    const score = stageScore(stage, mask, [3, 8, 12]);
    expect(score.classes.find(({ label }) => label === 12)?.iou).toBeNull();
    expect(score.classes.find(({ label }) => label === 8)?.iou).toBe(0);
    expect(score.mean).toBeCloseTo((iouByHand(stage, mask, 3, none) ?? NaN) / 2, 12);
  });

  it('names classes that the image has not, outside the mean', () => {
    const stage = labelsOf(6, [0, 3, 8, 15]);
    const with15 = stageScore(stage, mask, [3, 8]);
    expect(with15.strangers).toEqual([15]);
    expect(with15.classes).toHaveLength(3);
  });

  it('is by the labels and the ground truth together, the same for every stage', () => {
    expect(scoredLabels([0], Uint8Array.of(0, 255, 4))).toEqual([1, 4]);
    expect(scoredLabels(null, Uint8Array.of(0, 2, 2))).toEqual([2]);
    expect(stageScore(Uint8Array.of(0), Uint8Array.of(0), []).mean).toBeNull();
  });
});

it('a change is from the last stage before that has a score', () => {
  expect(stageChanges([0.5, null, 0.625, 0.25])).toEqual([
    null,
    null,
    { from: 0, by: 0.125 },
    { from: 2, by: -0.375 },
  ]);
  expect(stageChanges([null, null])).toEqual([null, null]);
});

describe('the labels of soft maps', () => {
  const soft = (rest: Partial<SoftMaps>): SoftMaps => ({
    dialect: 'irn',
    height: 1,
    width: 5,
    keys: [4, 9],
    maps: [Float32Array.of(0.1, 0.3, 0.9, NaN, 0.5), Float32Array.of(0.2, 0.1, 0.8, 0.2, 0.5)],
    background: null,
    ...rest,
  });

  it('are thresholded as seeds are', () => {
    expect([...softLabels(soft({}), 0.25)]).toEqual([0, 5, 5, 0, 5]);
    expect([...softLabels(soft({}), 0.3)]).toEqual([0, 0, 5, 0, 5]);
  });

  it('compete with a background map where the file has one, whatever the threshold; ties are background', () => {
    const withBackground = soft({ dialect: 'sipe', background: Float32Array.of(0.15, 0.5, 0.1, 0.9, 0.5) });
    expect(takesThreshold(withBackground)).toBe(false);
    for (const threshold of [0, 0.3, 1])
      expect([...softLabels(withBackground, threshold)]).toEqual([10, 0, 5, 0, 0]);
  });

  it("leave AMN's background out, as its own evaluation does", () => {
    const amn = soft({ dialect: 'amn', background: new Float32Array(5).fill(1) });
    expect(takesThreshold(amn)).toBe(true);
    expect([...softLabels(amn, 0.25)]).toEqual([0, 5, 5, 0, 5]);
  });
});
