/** Text tables for people: columns aligned by width, numbers to the right. */

export type Cell = string | number | null;

export interface Column {
  readonly title: string;
  /** Digits behind the point of numbers. */
  readonly digits?: number | undefined;
}

/** A null cell is a dash: "does not apply", never 0. */
function cellText(cell: Cell, digits: number): string {
  if (cell === null) return '-';
  return typeof cell === 'number' ? cell.toFixed(digits) : cell;
}

/** Lines of a table with a head; a column of numbers is aligned to the right. */
export function tableText(columns: readonly Column[], rows: readonly (readonly Cell[])[]): string {
  const right = columns.map((_, column) => rows.every((row) => typeof row[column] !== 'string'));
  const texts = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ digits }, column) => cellText(row[column] ?? null, digits ?? 0))),
  ];
  const widths = columns.map((_, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0)));
  return texts
    .map((row) =>
      row
        .map((text, column) => {
          const width = widths[column] ?? 0;
          return right[column] === true ? text.padStart(width) : text.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
