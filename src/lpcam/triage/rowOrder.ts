/** The order of the triage table's rows. */

/** Places of rows fit into this many bits of a sort key; a table of four million images is none. */
const placeBits = 22;
/** Steps of a figure that the order tells apart: more than float32 has over 0..1. */
const steps = 2 ** 29;

/**
 * Sorts rows by a figure. Ties keep the order of the list; rows to which the figure does not apply (not-a-number) come
 * last either way. Keys are packed with their row's place into one number, because a plain numeric sort is several
 * times as fast as one that calls back.
 * @param values [images], within -1..1 or counts up to 255
 * @param shown 1 for rows that are in the table; null: all
 * @returns places of the rows
 */
export function rowOrder(
  values: ArrayLike<number>,
  descending: boolean,
  shown: Uint8Array | null,
): Uint32Array {
  const count = values.length;
  if (count >= 2 ** placeBits) throw new RangeError(`A table of ${count} rows is too long.`);
  let largest = 1;
  for (let i = 0; i < count; i++)
    if (Math.abs(values[i] as number) > largest) largest = Math.abs(values[i] as number);
  const keys = new Float64Array(count);
  const last: number[] = [];
  let used = 0;
  for (let i = 0; i < count; i++) {
    if (shown !== null && shown[i] === 0) continue;
    const value = values[i] as number;
    if (Number.isNaN(value)) {
      last.push(i);
      continue;
    }
    const step = Math.round(((descending ? -value : value) / largest) * steps) + steps;
    keys[used++] = step * 2 ** placeBits + i;
  }
  const sorted = keys.subarray(0, used).sort();
  const order = new Uint32Array(used + last.length);
  for (let i = 0; i < used; i++) order[i] = (sorted[i] as number) % 2 ** placeBits;
  order.set(last, used);
  return order;
}

/** Rows in the order of their list. */
export function listOrder(count: number, descending: boolean, shown: Uint8Array | null): Uint32Array {
  const order = new Uint32Array(count);
  let used = 0;
  for (let i = 0; i < count; i++) {
    const place = descending ? count - 1 - i : i;
    if (shown === null || shown[place] === 1) order[used++] = place;
  }
  return order.subarray(0, used);
}
