/** Rows of the table as files: a list that every tool of the field reads, or a table for a spreadsheet. */
import type { ColumnId } from './triageView';
import type { TableScene } from './triageScene';

/** Images to export: the selected ones in the table's order when there are several; else all that are shown. */
export function exportedImages(order: Uint32Array, selected: ReadonlySet<number>): Uint32Array {
  return selected.size > 1 ? order.filter((image) => selected.has(image)) : order;
}

/** One id a line. */
export function listText(ids: readonly string[], images: Uint32Array): string {
  return `${Array.from(images, (image) => ids[image] ?? '').join('\n')}\n`;
}

/** RFC 4180: quoted where a comma, a quote or a line's end would be misread. */
function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const names: Readonly<Record<ColumnId, string>> = {
  image: 'image',
  classes: 'classes',
  iou: 'iou',
  iou2: 'iou_b',
  delta: 'iou_difference',
  fp: 'fp',
  fn: 'fn',
  area: 'area',
  area2: 'area_b',
  stability: 'stability',
  differs: 'differs',
  dead: 'dead_maps',
  missing: 'missing_classes',
};

/** Shares as fractions 0..1 with six digits; empty where a figure does not apply. */
function numberText(value: number): string {
  if (Number.isNaN(value)) return '';
  return Number.isInteger(value) ? String(value) : value.toFixed(6);
}

/** @param classes names of an image's classes, parted by blanks when written */
export function csvText(
  ids: readonly string[],
  images: Uint32Array,
  { columns, values }: Pick<TableScene, 'columns' | 'values'>,
  classes: (image: number) => readonly string[],
): string {
  const cells = columns.map((column) => {
    const figures = values(column);
    if (column === 'image') return (image: number) => csvCell(ids[image] ?? '');
    if (column === 'classes') return (image: number) => csvCell(classes(image).join(' '));
    return (image: number) => numberText(figures?.[image] ?? NaN);
  });
  const lines = Array.from(images, (image) => cells.map((cell) => cell(image)).join(','));
  return `${[columns.map((column) => names[column]).join(','), ...lines].join('\r\n')}\r\n`;
}
