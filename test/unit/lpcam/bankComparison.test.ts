/** What became of prototypes: matched, drifted, died, born. */
import { describe, expect, it } from 'vitest';
import {
  countClasses,
  countPairs,
  pairCentres,
  pairFate,
  type CentrePair,
  type ComparedCentre,
} from '../../../src/lpcam/bankComparison';
import type { FateKind } from '../../../src/lpcam/gating';

const bars = { matched: 0.95, drifted: 0.8 };
const centre = (id: number, fate: FateKind = 'class'): ComparedCentre => ({ id, fate, reason: '' });
const of = { className: 'boat', set: 'foreground' } as const;
const pair = (cosine: number | null, first: FateKind | null, second: FateKind | null): CentrePair => ({
  ...of,
  first: first && centre(0, first),
  second: second && centre(1, second),
  cosine,
});

describe('pairs of centres', () => {
  it('hold every centre of both banks once', () => {
    const first = [centre(4), centre(5), centre(6)];
    const second = [centre(0), centre(2)];
    const pairs = pairCentres(first, second, Float32Array.of(0.1, 0.9, 0.2, 0.3, 0.75, 0.1), of);
    expect(pairs.map((one) => [one.first?.id, one.second?.id, one.cosine])).toEqual([
      [4, 2, Math.fround(0.9)],
      [5, undefined, null],
      [6, 0, 0.75],
    ]);
    const turned = pairCentres(second, first, Float32Array.of(0.1, 0.2, 0.75, 0.9, 0.3, 0.1), of);
    expect(turned.map((one) => [one.first?.id, one.second?.id])).toEqual([
      [0, 6],
      [2, 4],
      [undefined, 5],
    ]);
  });

  it('take a cosine that is no number for 0', () => {
    const [only] = pairCentres([centre(0)], [centre(0)], Float32Array.of(NaN), of);
    expect(only?.cosine).toBe(0);
  });
});

describe('the fate of a pair', () => {
  it('begins at its bar, as the float next to it', () => {
    expect(pairFate(pair(Math.fround(0.95), 'class', 'class'), bars)).toBe('matched');
    expect(pairFate(pair(0.9499, 'class', 'class'), bars)).toBe('drifted');
    expect(pairFate(pair(Math.fround(0.8), 'class', 'class'), bars)).toBe('drifted');
    expect(pairFate(pair(0.7999, 'class', 'class'), bars)).toBe('apart');
    expect(pairFate(pair(null, 'class', null), bars)).toBe('apart');
  });

  it('counts where one of the two is a prototype', () => {
    expect(pairFate(pair(1, 'rejected', 'class'), bars)).toBe('matched');
    expect(pairFate(pair(1, 'rejected', 'rejected'), bars)).toBe('rejected');
    expect(pairFate(pair(null, null, 'rejected'), bars)).toBe('rejected');
  });
});

describe('the counts', () => {
  const pairs = [
    pair(0.99, 'class', 'class'),
    pair(0.97, 'context', 'rejected'),
    pair(0.9, 'class', 'class'),
    pair(0.85, 'class', 'class'),
    pair(0.5, 'class', 'class'),
    pair(0.4, 'rejected', 'class'),
    pair(null, 'class', null),
    pair(null, null, 'rejected'),
  ];

  it('say what died and was born of pairs that are too far apart', () => {
    expect(countPairs(pairs, bars)).toEqual({
      matched: 2,
      drifted: 2,
      died: 2,
      born: 2,
      medianCosine: (0.97 + 0.9) / 2,
    });
  });

  it('are one row per class, and no median where nothing is paired', () => {
    const other = { ...pair(null, 'class', null), className: 'cat' };
    const rows = countClasses([...pairs, other], bars);
    expect(rows.map(({ className }) => className)).toEqual(['boat', 'cat']);
    expect(rows[1]).toEqual({
      className: 'cat',
      matched: 0,
      drifted: 0,
      died: 1,
      born: 0,
      medianCosine: null,
    });
  });
});
