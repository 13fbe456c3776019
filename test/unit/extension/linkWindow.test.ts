import { expect, it } from 'vitest';
import { covers, linkWindow, wholeUpTo } from '../../../src/extension/references/linkWindow';

const lines = (ranges: readonly { first: number; last: number }[]) =>
  ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);

it('a short text gets links everywhere, an empty one nowhere', () => {
  expect(linkWindow(wholeUpTo, [])).toEqual([{ first: 0, last: wholeUpTo - 1 }]);
  expect(linkWindow(0, [])).toEqual([]);
});

it('of a long text only what is in sight does, with room to scroll', () => {
  const window = linkWindow(100_000, [{ first: 50_000, last: 50_060 }]);
  expect(window).toEqual([{ first: 49_500, last: 50_560 }]);
  expect(covers(window, [{ first: 50_300, last: 50_360 }])).toBe(true);
  expect(covers(window, [{ first: 50_540, last: 50_600 }])).toBe(false);
});

it('two editors of one text are seen to, and a text that nobody sees at its beginning', () => {
  const window = linkWindow(100_000, [
    { first: 99_950, last: 99_999 },
    { first: 100, last: 150 },
    { first: 800, last: 850 },
  ]);
  expect(window).toEqual([
    { first: 0, last: 1350 },
    { first: 99_450, last: 99_999 },
  ]);
  expect(lines(linkWindow(100_000, []))).toBe(501);
});
