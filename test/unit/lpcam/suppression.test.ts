import { describe, expect, it } from 'vitest';
import { suppressionKinds, suppressionOf } from '../../../src/lpcam/suppression';

describe('suppression', () => {
  const classOnly = Float32Array.from([1, 0.8, 0.6, 0.5, 0.2]);
  const lpcam = Float32Array.from([1, 0.1, 0.1, 0.1, 0.9]);

  it('is what exceeded the threshold before context was subtracted and does not after', () => {
    const { kinds, counts } = suppressionOf(classOnly, lpcam, 0.3, Uint8Array.of(1, 2, 1, 255, 1), 1);
    const { nothing, falsePositiveRemoved, truePositiveLost, removed } = suppressionKinds;
    expect([...kinds]).toEqual([nothing, falsePositiveRemoved, truePositiveLost, removed, nothing]);
    expect(counts).toEqual({
      removed: 3,
      falsePositivesRemoved: 1,
      truePositivesLost: 1,
      withoutGroundTruth: 1,
    });
  });

  it('without a mask is neither right nor wrong', () => {
    const { counts } = suppressionOf(classOnly, lpcam, 0.3, null, 1);
    expect(counts).toMatchObject({ removed: 3, withoutGroundTruth: 3 });
  });

  it('divides each map by its own max', () => {
    const half = classOnly.map((value) => value / 2);
    expect(suppressionOf(half, lpcam, 0.3, null, 1)).toEqual(suppressionOf(classOnly, lpcam, 0.3, null, 1));
  });

  it('of a dead LPCAM removes the whole seed', () => {
    expect(suppressionOf(classOnly, new Float32Array(5), 0.3, null, 1).counts.removed).toBe(4);
    expect(suppressionOf(new Float32Array(5), new Float32Array(5), 0.3, null, 1).counts.removed).toBe(0);
  });
});
