/** Moving from card to card by keys, over rows that are not drawn as well. */
import type { Section } from './arrangement';
import type { Layout, Row } from './layout';

/** A card's place: its section and its place therein. */
export interface Place {
  readonly section: number;
  readonly place: number;
}

type CardsRow = Extract<Row, { kind: 'cards' }>;

/** Where a centre's card lies; null when it is not among those shown. */
export function placeOf(sections: readonly Section[], id: number | null): Place | null {
  if (id === null) return null;
  for (const [section, { centres }] of sections.entries()) {
    const place = centres.findIndex(({ centre }) => centre.id === id);
    if (place >= 0) return { section, place };
  }
  return null;
}

/** The row that holds a card. */
export function rowOf(layout: Layout, { section, place }: Place): CardsRow | null {
  for (const row of layout.rows)
    if (row.kind === 'cards' && row.section === section && place >= row.from && place < row.to) return row;
  return null;
}

/** Rows of cards that Page Up and Page Down move by. */
const page = 3;

/**
 * The card that a key leads to: left and right run on over rows and sections; up and down keep the column.
 * @returns null when the key moves nothing
 */
export function step(
  key: string,
  sections: readonly Section[],
  layout: Layout,
  current: Place | null,
): Place | null {
  const rows = layout.rows.filter((row): row is CardsRow => row.kind === 'cards');
  const first = rows[0];
  const last = rows.at(-1);
  if (!first || !last) return null;
  const start = { section: first.section, place: 0 };
  if (key === 'Home') return start;
  if (key === 'End') return { section: last.section, place: last.to - 1 };
  const vertical = { ArrowUp: -1, ArrowDown: 1, PageUp: -page, PageDown: page }[key];
  const sideways = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (vertical === undefined && sideways === undefined) return null;
  const at = rows.findIndex(
    (row) => row.section === current?.section && current.place >= row.from && current.place < row.to,
  );
  const row = rows[at];
  if (!current || !row) return start;
  if (vertical !== undefined) {
    const target = rows[Math.min(Math.max(at + vertical, 0), rows.length - 1)] ?? row;
    const place = Math.min(target.from + current.place - row.from, target.to - 1);
    return { section: target.section, place };
  }
  const place = current.place + (sideways ?? 0);
  if (place >= 0 && place < (sections[current.section]?.centres.length ?? 0)) return { ...current, place };
  const section = current.section + (sideways ?? 0);
  const members = sections[section]?.centres.length;
  if (members === undefined) return current;
  return { section, place: place < 0 ? members - 1 : 0 };
}
