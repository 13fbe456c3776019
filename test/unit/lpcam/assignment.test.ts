/** The best pairs of rows and columns, beside all that there could be. */
import { describe, expect, it } from 'vitest';
import { assign } from '../../../src/lpcam/assignment';

/** Numbers from 0 to 1 that are the same in every run. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** The largest sum over every way to pair as many as there can be. */
function bestSum(gains: readonly number[], rows: number, columns: number): number {
  const pairs = Math.min(rows, columns);
  const search = (row: number, used: ReadonlySet<number>): number => {
    if (used.size === pairs) return 0;
    if (row === rows) return -Infinity;
    let best = rows - row > pairs - used.size ? search(row + 1, used) : -Infinity;
    for (let column = 0; column < columns; column++)
      if (!used.has(column))
        best = Math.max(
          best,
          (gains[row * columns + column] ?? NaN) + search(row + 1, new Set([...used, column])),
        );
    return best;
  };
  return search(0, new Set());
}

describe('the assignment', () => {
  it('has the largest sum of all there could be, for every shape up to 6 by 6', () => {
    const random = numbers(7);
    for (let rows = 1; rows <= 6; rows++)
      for (let columns = 1; columns <= 6; columns++)
        for (let round = 0; round < 8; round++) {
          // Coarse values, so that equal gains are common; negative ones, too.
          const gains = Array.from({ length: rows * columns }, () =>
            round % 2 === 0 ? random.next().value * 2 - 1 : Math.round(random.next().value * 4) / 4 - 0.5,
          );
          const columnOf = assign(gains, rows, columns);
          const given = [...columnOf].filter((column) => column >= 0);
          expect(given).toHaveLength(Math.min(rows, columns));
          expect(new Set(given).size).toBe(given.length);
          const sum = [...columnOf].reduce(
            (total, column, row) => total + (column < 0 ? 0 : (gains[row * columns + column] ?? NaN)),
            0,
          );
          expect(sum).toBeCloseTo(bestSum(gains, rows, columns), 10);
        }
  });

  it('gives up the best pair where two others gain more', () => {
    expect([...assign([0.9, 0.8, 0.8, 0.1], 2, 2)]).toEqual([1, 0]);
  });

  it('finds a shuffled order of hundreds again', () => {
    const random = numbers(3);
    const count = 300;
    const order = Array.from({ length: count }, (_, i) => ({ i, at: random.next().value }))
      .sort((a, b) => a.at - b.at)
      .map(({ i }) => i);
    const gains = new Float32Array(count * count);
    for (let i = 0; i < gains.length; i++) gains[i] = random.next().value * 0.5;
    order.forEach((column, row) => (gains[row * count + column] = 0.6));
    expect([...assign(gains, count, count)]).toEqual(order);
  });

  it('of nothing is nothing', () => {
    expect([...assign([], 0, 3)]).toEqual([]);
    expect([...assign([], 2, 0)]).toEqual([-1, -1]);
  });
});
