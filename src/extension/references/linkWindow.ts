/** Which lines of a long text get links: those in sight, and enough around them to scroll. */

/** First and last line, both inside. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** A text of at most so many lines gets links everywhere. */
export const wholeUpTo = 2_000;
/** Lines before and after those in sight. */
const margin = 500;

/**
 * @param lines of the text; @param visible what its editors show; none: its beginning
 * @returns ascending, none touching another
 */
export function linkWindow(lines: number, visible: readonly LineRange[]): LineRange[] {
  if (lines <= wholeUpTo) return lines > 0 ? [{ first: 0, last: lines - 1 }] : [];
  const sights = visible.length > 0 ? visible : [{ first: 0, last: 0 }];
  const wide = sights
    .map(({ first, last }) => ({
      first: Math.max(0, first - margin),
      last: Math.min(lines - 1, last + margin),
    }))
    .sort((one, other) => one.first - other.first);
  const joined: LineRange[] = [];
  for (const range of wide) {
    const before = joined.at(-1);
    if (before !== undefined && range.first <= before.last + 1) {
      joined[joined.length - 1] = { first: before.first, last: Math.max(before.last, range.last) };
    } else joined.push(range);
  }
  return joined;
}

/** Whether every line in sight has its links. */
export function covers(window: readonly LineRange[], visible: readonly LineRange[]): boolean {
  return visible.every(({ first, last }) =>
    window.some((range) => range.first <= first && last <= range.last),
  );
}
