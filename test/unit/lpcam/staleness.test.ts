/** What was made with a checkpoint is judged by its record, and by times only where it has none. */
import { describe, expect, it } from 'vitest';
import { driftOf } from '../../../src/lpcam/drift';
import { stalenessOf } from '../../../src/lpcam/staleness';
import type { CentrePair, ComparedCentre } from '../../../src/lpcam/bankComparison';

describe('a bank, or seeds', () => {
  it.each([
    ['of this checkpoint, though written before a copy of it', { checkpointHash: 'a', modified: 1 }, null],
    ['of this checkpoint by its other name', { checkpointHash: 'b', modified: 1 }, null],
    ['of another checkpoint, though newer', { checkpointHash: 'c', modified: 9 }, 'otherCheckpoint'],
    ['without a record, and older', { checkpointHash: null, modified: 4 }, 'older'],
    ['without a record, and newer', { checkpointHash: null, modified: 6 }, null],
    ['without a record or a time', { checkpointHash: null, modified: null }, null],
  ] as const)('%s', (_, made, expected) => {
    expect(stalenessOf(made, ['a', 'b'], 5)).toBe(expected);
  });
});

describe('drift', () => {
  const centre = (fate: ComparedCentre['fate']): ComparedCentre => ({ id: 0, fate, reason: '' });
  const pair = (
    first: ComparedCentre | null,
    second: ComparedCentre | null,
    cosine: number | null,
  ): CentrePair => ({
    className: 'boat',
    set: 'foreground',
    first,
    second,
    cosine,
  });

  it('is of pairs that are prototypes in both checkpoints', () => {
    const [kept, lost] = [centre('class'), centre('rejected')];
    const drift = driftOf([
      pair(kept, kept, 1),
      pair(kept, kept, 0.5),
      pair(centre('context'), kept, 0.9),
      pair(kept, lost, 0.99),
      pair(lost, lost, 0.1),
      pair(kept, null, null),
    ]);
    expect(drift.pairs).toBe(3);
    expect(drift.median).toBe(0.9);
    // As numpy.quantile([0.5, 0.9, 1], 0.1).
    expect(drift.low).toBeCloseTo(0.58, 12);
    expect(drift).toMatchObject({ matched: 2, drifted: 1, died: 2, born: 1 });
  });

  it('of nothing is nothing', () => {
    expect(driftOf([])).toEqual({
      pairs: 0,
      median: null,
      low: null,
      matched: 0,
      drifted: 0,
      born: 0,
      died: 0,
    });
  });
});
