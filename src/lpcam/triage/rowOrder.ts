/** The order of the triage table's rows. */

/** A pass of the sort looks at this many bits of the keys. */
const passBits = 11;
const buckets = 1 << passBits;
const passes = 3;

/** The bits of float32 numbers in an order that is that of the numbers, as whole numbers without a sign. */
function sortable(bits: number, descending: boolean): number {
  // -0 is 0.
  const value = bits === 0x80000000 ? 0 : bits;
  const key = value >= 0x80000000 ? ~value : value ^ 0x80000000;
  return (descending ? ~key : key) >>> 0;
}

/**
 * Sorts rows by a figure. Ties keep the order of the list; rows to which the figure does not apply (not-a-number) come
 * last either way. A radix sort over the bits of float32, written here because the table is sorted anew at every step of
 * a slider: JavaScript's own sort takes six times as long for 100,000 rows, as it compares.
 * @param values [images], float32 or counts
 * @param shown 1 for rows that are in the table; null: all
 * @returns places of the rows
 */
export function rowOrder(
  values: Float32Array | Uint8Array,
  descending: boolean,
  shown: Uint8Array | null,
): Uint32Array {
  const count = values.length;
  const floats = values instanceof Float32Array ? values : Float32Array.from(values);
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, count);
  let keys = new Uint32Array(count);
  let places = new Uint32Array(count);
  const sizes = new Uint32Array(passes * buckets);
  const last: number[] = [];
  let used = 0;
  for (let i = 0; i < count; i++) {
    if (shown !== null && shown[i] === 0) continue;
    const value = floats[i] as number;
    if (Number.isNaN(value)) {
      last.push(i);
      continue;
    }
    const key = sortable(bits[i] as number, descending);
    keys[used] = key;
    places[used++] = i;
    for (let pass = 0; pass < passes; pass++) {
      const bucket = pass * buckets + ((key >>> (pass * passBits)) & (buckets - 1));
      sizes[bucket] = (sizes[bucket] as number) + 1;
    }
  }
  let otherKeys = new Uint32Array(used);
  let otherPlaces = new Uint32Array(used);
  for (let pass = 0; pass < passes; pass++) {
    const ends = sizes.subarray(pass * buckets, (pass + 1) * buckets);
    const shift = pass * passBits;
    // One bucket holds all: nothing would move.
    if (used === 0 || ends[((keys[0] as number) >>> shift) & (buckets - 1)] === used) continue;
    let start = 0;
    for (let bucket = 0; bucket < buckets; bucket++) {
      const size = ends[bucket] as number;
      ends[bucket] = start;
      start += size;
    }
    for (let i = 0; i < used; i++) {
      const key = keys[i] as number;
      const bucket = (key >>> shift) & (buckets - 1);
      const to = ends[bucket] as number;
      ends[bucket] = to + 1;
      otherKeys[to] = key;
      otherPlaces[to] = places[i] as number;
    }
    [keys, otherKeys] = [otherKeys, keys];
    [places, otherPlaces] = [otherPlaces, places];
  }
  const order = new Uint32Array(used + last.length);
  order.set(places.subarray(0, used));
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
