import { describe, expect, it, vi } from 'vitest';
import { labelFacts, labelledIds, largestClass } from '../../../../src/engine/study/labelFacts';

const labels = () =>
  new Map<string, readonly number[]>([
    ['cat', [7]],
    ['both', [7, 11]],
    ['elsewhere', [19]],
    ['none', []],
  ]);
const ids = ['both', 'cat', 'none', 'unlabelled'];

describe('What follows from the labels of a list', () => {
  it('is its classes and how many images have no labels', () => {
    expect(labelFacts(ids, labels())).toEqual({ unlabelled: 1, classes: new Set([7, 11]) });
    expect(largestClass(labels())).toBe(19);
    expect(largestClass(new Map())).toBe(-1);
    expect(labelledIds(labels())).toEqual(['cat', 'both', 'elsewhere', 'none']);
  });

  it('costs the next image of a run nothing, however long the list', () => {
    const read = labels();
    const all = (of: Map<string, readonly number[]>) => [
      labelFacts(ids, of),
      largestClass(of),
      labelledIds(of),
    ];
    const first = all(read);
    const looks = (['get', 'keys', 'values'] as const).map((name) => vi.spyOn(read, name));
    expect(all(read)).toEqual(first);
    for (const look of looks) expect(look).not.toHaveBeenCalled();
  });

  it('is found anew of another list and of other labels', () => {
    const read = labels();
    expect(labelFacts(ids, read).unlabelled).toBe(1);
    expect(labelFacts(['cat'], read).unlabelled).toBe(0);
    expect(labelFacts(ids, new Map()).unlabelled).toBe(4);
  });
});
