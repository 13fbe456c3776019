/**
 * Where the rows of the gallery lie, so that only those in sight are drawn. Not a library: every height is known
 * beforehand, so that sums and a binary search do what virtualisers measure elements for.
 */
import type { Section } from './arrangement';

/** Pixels. */
export interface Metrics {
  readonly columns: number;
  readonly headingHeight: number;
  /** Height of a row of cards, with the gap below it. */
  readonly rowHeight: number;
}

export type Row =
  | { readonly kind: 'heading'; readonly section: number; readonly top: number; readonly height: number }
  | {
      readonly kind: 'cards';
      readonly section: number;
      /** Places in the section's centres, `to` excluded. */
      readonly from: number;
      readonly to: number;
      readonly top: number;
      readonly height: number;
    };

export interface Layout {
  readonly rows: readonly Row[];
  readonly height: number;
  readonly columns: number;
}

/** Cards per row in a width; at least one. */
export function columnsIn(width: number, cardWidth: number, gap: number): number {
  return Math.max(1, Math.floor((width + gap) / (cardWidth + gap)));
}

export function layOut(sections: readonly Section[], metrics: Metrics): Layout {
  const { columns, headingHeight, rowHeight } = metrics;
  const rows: Row[] = [];
  let top = 0;
  sections.forEach(({ centres }, section) => {
    rows.push({ kind: 'heading', section, top, height: headingHeight });
    top += headingHeight;
    for (let from = 0; from < centres.length; from += columns) {
      const to = Math.min(from + columns, centres.length);
      rows.push({ kind: 'cards', section, from, to, top, height: rowHeight });
      top += rowHeight;
    }
  });
  return { rows, height: top, columns };
}

/** Place of the last row that begins at or above a height; 0 above all. */
export function rowAt({ rows }: Layout, y: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.top ?? 0) <= y) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** Places of the rows that touch a window, `to` excluded. */
export function rowsWithin(layout: Layout, top: number, height: number): { from: number; to: number } {
  if (layout.rows.length === 0) return { from: 0, to: 0 };
  return { from: rowAt(layout, top), to: rowAt(layout, top + height) + 1 };
}

/** Scroll position that shows a row, moved no farther than needed; `covered`: pixels hidden at the upper edge. */
export function scrollTo(row: Row, top: number, height: number, covered: number): number {
  if (row.top - covered < top) return Math.max(0, row.top - covered);
  if (row.top + row.height > top + height) return Math.max(0, row.top + row.height - height);
  return top;
}
