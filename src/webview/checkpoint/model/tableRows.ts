/** Which tensors the table shows, and in which order. */
import type { ListedTensor, TensorStatistics } from '../../../protocol/checkpoint';

export const columns = [
  'name',
  'dtype',
  'elements',
  'mean',
  'deviation',
  'min',
  'max',
  'zeros',
  'notFinite',
] as const;
export type Column = (typeof columns)[number];

/** Columns that the weights have to be read for. */
export const computedColumns: readonly Column[] = ['mean', 'deviation', 'min', 'max', 'zeros', 'notFinite'];

/** Null: as in the file. */
export type Sorting = { readonly column: Column; readonly descending: boolean } | null;

export type KnownStatistics = ReadonlyMap<number, TensorStatistics>;

/** The next sorting after a column's heading is pressed: up, down (figures the other way round), as in the file. */
export function pressed(column: Column, sorting: Sorting): Sorting {
  const first = column !== 'name' && column !== 'dtype';
  if (sorting?.column !== column) return { column, descending: first };
  return sorting.descending === first ? { column, descending: !first } : null;
}

/** Whether every word of the filter occurs in the tensor's name, type or shape; "nan" finds what is not finite. */
export function matches(tensor: ListedTensor, filter: string, statistics?: TensorStatistics): boolean {
  // Shapes are written as people copy them: 64x3, 64 × 3, [64, 3].
  const words = filter
    .toLowerCase()
    .replace(/(?<=\d)\s*[×x,]\s*(?=\d)/g, 'x')
    .split(/[\s[\]()]+/)
    .filter(Boolean);
  if (words.length === 0) return true;
  const shape = tensor.shape.join('x');
  const notFinite = statistics && statistics.nan + statistics.infinite > 0 ? 'nan inf' : '';
  const text = `${tensor.name} ${tensor.dtype} ${shape} ${notFinite}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function figure(
  column: Exclude<Column, 'name' | 'dtype'>,
  tensor: ListedTensor,
  statistics?: TensorStatistics,
): number | null {
  if (column === 'elements') return tensor.elements;
  if (!statistics) return null;
  return column === 'notFinite' ? statistics.nan + statistics.infinite : statistics[column];
}

const natural = new Intl.Collator('en', { numeric: true });

/**
 * Places of the tensors to show, in their order. Figures that are not known yet come last, whichever way is sorted.
 */
export function tableRows(
  tensors: readonly ListedTensor[],
  statistics: KnownStatistics,
  filter: string,
  sorting: Sorting,
): readonly number[] {
  const places = [...tensors.keys()].filter((place) => {
    const tensor = tensors[place];
    return tensor !== undefined && matches(tensor, filter, statistics.get(place));
  });
  if (sorting === null) return places;
  const { column, descending } = sorting;
  const sign = descending ? -1 : 1;
  if (column === 'name' || column === 'dtype') {
    const text = (place: number) => tensors[place]?.[column] ?? '';
    return places.sort((a, b) => sign * natural.compare(text(a), text(b)) || a - b);
  }
  const figures = new Map(
    places.map((place) => {
      const tensor = tensors[place];
      return [place, tensor ? figure(column, tensor, statistics.get(place)) : null];
    }),
  );
  return places.sort((a, b) => {
    const [first, second] = [figures.get(a) ?? null, figures.get(b) ?? null];
    if (first === null || second === null) return Number(first === null) - Number(second === null) || a - b;
    return sign * (first - second) || a - b;
  });
}
