/** Images in batches of one size. */

/** Images among which those of one size are looked for. */
const window = 128;

/**
 * Deals images into batches of `most` of one size each; those that find no others come one by one, the order otherwise that
 * of the list, by and large.
 * @param sizeOf what tells sizes apart; null where an image goes by itself
 * @param wanted asked as the list is gone through: once it says no, the rest comes one by one
 */
export async function* equalSizes(
  ids: readonly string[],
  most: number,
  sizeOf: (id: string) => Promise<string | null>,
  wanted: () => boolean,
): AsyncGenerator<readonly string[], void, undefined> {
  for (let from = 0; from < ids.length; from += window) {
    const block = ids.slice(from, from + window);
    const sizes = wanted() ? await Promise.all(block.map(sizeOf)) : [];
    const gathered = new Map<string, string[]>();
    for (const [place, id] of block.entries()) {
      const size = sizes[place] ?? null;
      if (size === null) {
        yield [id];
        continue;
      }
      const batch = gathered.get(size) ?? [];
      gathered.set(size, [...batch, id]);
      if (batch.length + 1 < most) continue;
      gathered.delete(size);
      yield [...batch, id];
    }
    for (const id of [...gathered.values()].flat()) yield [id];
  }
}
