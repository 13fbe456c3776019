/** The table's columns: which there are, what they are called, and how their figures are written. */
import type { ColumnId, Sorting } from './triageView';

export interface TableKind {
  readonly withMasks: boolean;
  readonly compared: boolean;
  /** Every folder holds label maps: there is no threshold to move. */
  readonly labelMaps: boolean;
}

export interface Heading {
  readonly label: string;
  readonly title: string;
  /** Whether the first press of its heading sorts the largest first. */
  readonly largestFirst: boolean;
}

export const headings: Readonly<Record<ColumnId, Heading>> = {
  image: { label: 'Image', title: 'Image id; sorted as the list has it', largestFirst: false },
  classes: { label: 'Classes', title: 'Classes of the mask and the seed', largestFirst: false },
  iou: {
    label: 'IoU',
    title: "Mean IoU over the image's classes, background left out; of the class alone when filtered",
    largestFirst: false,
  },
  iou2: { label: 'IoU B', title: 'The same of the second folder', largestFirst: false },
  delta: { label: 'B − A', title: 'IoU of the second folder less that of the first', largestFirst: false },
  fp: {
    label: 'FP',
    title: 'What the seed has too much: mean over classes of 1 − truth/union',
    largestFirst: true,
  },
  fn: {
    label: 'FN',
    title: 'What the seed lacks: mean over classes of 1 − predicted/union',
    largestFirst: true,
  },
  area: { label: 'Area', title: 'Pixels of the seed over all pixels', largestFirst: true },
  area2: { label: 'Area B', title: 'The same of the second folder', largestFirst: true },
  stability: {
    label: 'Stability',
    title: 'IoU of the seeds at .05 below and above the threshold: 100 where the threshold hardly matters',
    largestFirst: false,
  },
  differs: {
    label: 'Differs',
    title: 'Pixels that the two seeds name differently, over pixels that either names',
    largestFirst: true,
  },
  dead: { label: 'Dead', title: 'Maps that are zero everywhere or hold NaN', largestFirst: true },
  missing: {
    label: 'Missing',
    title: 'Classes of the mask (of the labels, without masks) of which the seed has no pixel',
    largestFirst: true,
  },
};

/** Columns of a table, in their order. */
export function columnsFor({ withMasks, compared, labelMaps }: TableKind): readonly ColumnId[] {
  if (compared)
    return withMasks
      ? ['image', 'classes', 'iou', 'iou2', 'delta', 'differs', 'area', 'area2']
      : ['image', 'classes', 'area', 'area2', 'differs'];
  const stability: readonly ColumnId[] = labelMaps ? [] : ['stability'];
  return withMasks
    ? ['image', 'classes', 'iou', 'fp', 'fn', 'area', ...stability, 'dead', 'missing']
    : ['image', 'classes', 'area', ...stability, 'dead', 'missing'];
}

/** Worst first: what a table is sorted by before anybody chose. */
export function worstFirst({ withMasks, compared, labelMaps }: TableKind): Sorting {
  if (compared)
    return withMasks ? { column: 'delta', descending: false } : { column: 'differs', descending: true };
  if (withMasks) return { column: 'iou', descending: false };
  return labelMaps ? { column: 'area', descending: false } : { column: 'stability', descending: false };
}

const counts: ReadonlySet<ColumnId> = new Set(['dead', 'missing']);

/** Heading of a column; of two folders the first one's figures are marked as such. */
export function columnLabel(column: ColumnId, { compared }: TableKind): string {
  const { label } = headings[column];
  return compared && (column === 'iou' || column === 'area') ? `${label} A` : label;
}

/** Widths of columns of figures in em: as wide as the heading with the arrow of a sorted column. */
const widths: Readonly<Record<Exclude<ColumnId, 'image' | 'classes'>, number>> = {
  iou: 5.2,
  iou2: 5.2,
  delta: 5.6,
  fp: 4.4,
  fn: 4.4,
  area: 5.6,
  area2: 5.6,
  stability: 6.6,
  differs: 5.8,
  dead: 5,
  missing: 6.2,
};

/** The columns as tracks of a CSS grid, and the width below which the table scrolls to the side. */
export function columnTracks(columns: readonly ColumnId[]): {
  readonly template: string;
  readonly least: string;
} {
  let figures = 0;
  const tracks = columns.map((column) => {
    if (column === 'image') return 'minmax(110px, 1.2fr)';
    if (column === 'classes') return 'minmax(110px, 1.6fr)';
    figures += widths[column];
    return `${widths[column]}em`;
  });
  return { template: tracks.join(' '), least: `calc(220px + ${figures.toFixed(1)}em)` };
}

/** A figure in percent with one digit, a count as it is; a dash where it does not apply. */
export function cellText(column: ColumnId, value: number): string {
  if (Number.isNaN(value)) return '–';
  if (counts.has(column)) return value === 0 ? '' : String(value);
  const text = (100 * value).toFixed(1);
  return column === 'delta' && value > 0 ? `+${text}` : text;
}
