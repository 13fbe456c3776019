/** Labels in a table: CSV, tabs or semicolons. */
import { CsvError, parse } from 'csv-parse/sync';
import { fileError } from './fileError';

/** Where rows of labels go. */
export interface LabelSink {
  has(name: string): boolean;
  add(id: string, names: readonly string[]): void;
}

const idHeaders = /^(id|image|image_?id|img|name|file|file_?name|path)$/i;

/**
 * Reads `id,name,name...`, with or without a header row, or a header of class names over rows of 0 and 1. Names may
 * also share a cell (`id,"cat dog"`) where each is a class.
 * @throws InputError when the table is damaged or has unknown classes
 */
export function readLabelTable(text: string, file: string, labels: LabelSink): void {
  const rows = parseRows(text, file);
  const [header = [], ...rest] = rows;
  const columns = header.slice(1);
  const flags =
    columns.length > 0 && columns.every((name) => labels.has(name)) && rest.length > 0 && areFlags(rest);
  if (flags) {
    for (const [id = '', ...cells] of rest)
      labels.add(
        id,
        columns.filter((_, i) => Number(cells[i]) > 0),
      );
    return;
  }
  const start = idHeaders.test(header[0] ?? '') && !columns.some((name) => labels.has(name)) ? 1 : 0;
  for (const [id = '', ...cells] of rows.slice(start)) {
    if (id === '') throw fileError(file, `a row (${cells.join(',').slice(0, 60)}) has no image id.`);
    labels.add(
      id,
      cells.flatMap((cell) => namesIn(cell, labels)),
    );
  }
}

function parseRows(text: string, file: string): string[][] {
  try {
    return parse(text, {
      bom: true,
      delimiter: [',', ';', '\t', '|'],
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
  } catch (error) {
    if (error instanceof CsvError) throw fileError(file, `the table cannot be read (${error.message}).`);
    throw error;
  }
}

function areFlags(rows: readonly string[][]): boolean {
  return rows.every(
    ([, ...cells]) => cells.length > 0 && cells.every((cell) => /^-?[01](\.0+)?$/.test(cell)),
  );
}

/** A cell is a class name (which may have spaces), or several without. */
function namesIn(cell: string, labels: LabelSink): readonly string[] {
  if (cell === '') return [];
  if (labels.has(cell)) return [cell];
  const words = cell.split(/\s+/);
  return words.every((word) => labels.has(word)) ? words : [cell];
}
