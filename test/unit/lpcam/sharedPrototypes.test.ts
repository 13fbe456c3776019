/** Which classes share parts, and which context recurs over classes. */
import { describe, expect, it } from 'vitest';
import { classAffinity } from '../../../src/lpcam/classAffinity';
import { recurringContext } from '../../../src/lpcam/recurringContext';

/** Classes 0 0 4 4 7; ids 10 to 14. */
const members = [0, 0, 4, 4, 7].map((classIndex, row) => ({ id: 10 + row, classIndex, row }));

function symmetric(pairs: Readonly<Record<string, number>>) {
  const side = members.length;
  const cosines = new Float32Array(side * side);
  for (let i = 0; i < side; i++) cosines[i * side + i] = 1;
  for (const [pair, cosine] of Object.entries(pairs)) {
    const [a, b] = [Number(pair[0]), Number(pair[1])];
    cosines[a * side + b] = cosines[b * side + a] = cosine;
  }
  return { cosines, side };
}

describe('parts that classes share', () => {
  it('are the two class prototypes of largest cosine, and which they are', () => {
    const matrix = symmetric({
      '01': 0.99,
      '02': 0.2,
      '13': 0.6,
      '12': 0.5,
      '04': -0.3,
      '14': -0.1,
      '24': 0.4,
    });
    const { cosines, centres } = classAffinity(members, matrix, [0, 4, 7]);
    expect([...cosines].map((value) => Math.round(value * 10) / 10)).toEqual([
      NaN,
      0.6,
      -0.1,
      0.6,
      NaN,
      0.4,
      -0.1,
      0.4,
      NaN,
    ]);
    expect([...centres]).toEqual([-1, 11, 11, 13, -1, 12, 14, 14, -1]);
  });

  it('are unknown of a class whose centres all were rejected', () => {
    const { cosines, centres } = classAffinity(members.slice(0, 4), symmetric({ '02': 0.5 }), [0, 4, 7]);
    expect(cosines[1]).toBe(0.5);
    expect([cosines[2], cosines[5], cosines[6], cosines[7]]).toEqual([NaN, NaN, NaN, NaN]);
    expect([centres[2], centres[7]]).toEqual([-1, -1]);
  });
});

describe('context that recurs', () => {
  it('is one context prototype and all that are like it, of whatever class', () => {
    const matrix = symmetric({ '02': 0.9, '23': 0.85, '24': 0.95 });
    expect(recurringContext(members, matrix, 0.8)).toEqual([
      {
        classes: [0, 4, 7],
        members: [
          { id: 12, classIndex: 4, cosine: 1 },
          { id: 14, classIndex: 7, cosine: Math.fround(0.95) },
          { id: 10, classIndex: 0, cosine: Math.fround(0.9) },
          { id: 13, classIndex: 4, cosine: Math.fround(0.85) },
        ],
      },
    ]);
  });

  it('forms no chains: what is like a member but not like the first stays for a group of its own', () => {
    const groups = recurringContext(
      members,
      symmetric({ '02': 0.9, '12': 0.9, '24': 0.9, '34': 0.9, '13': 0.9 }),
      0.8,
    );
    expect(groups.map(({ members: group }) => group.map(({ id }) => id))).toEqual([[12, 10, 11, 14]]);
    const two = recurringContext(members, symmetric({ '02': 0.9, '24': 0.9, '13': 0.9 }), 0.8);
    expect(two.map(({ members: group }) => group.map(({ id }) => id))).toEqual([
      [12, 10, 14],
      [11, 13],
    ]);
  });

  it('does not count two prototypes of one class, nor a cosine that only equals the bound', () => {
    expect(recurringContext(members, symmetric({ '01': 0.99, '23': 0.99 }), 0.8)).toEqual([]);
    expect(recurringContext(members, symmetric({ '02': 0.8 }), 0.8)).toEqual([]);
    expect(recurringContext(members, symmetric({ '02': 0.8 }), 0.79)).toHaveLength(1);
    expect(recurringContext([], symmetric({}), 0.5)).toEqual([]);
  });
});
