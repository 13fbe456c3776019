/** A small cache of computed maps: the least recently used go first once a budget of bytes is spent. */
interface Entry {
  readonly value: unknown;
  readonly bytes: number;
}

export class MapCache {
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  /** @param budget bytes of typed arrays to hold at most; the entry asked for last is always held */
  constructor(private readonly budget: number) {}

  /** The cached value of the key, or `make()`, remembered. `bytesOf` says how much the value weighs. */
  get<T>(key: string, make: () => T, bytesOf: (made: T) => number): T {
    const known = this.#entries.get(key);
    if (known) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known.value as T;
    }
    const value = make();
    const bytes = bytesOf(value);
    this.#entries.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const [oldest, entry] of this.#entries) {
      if (this.#bytes <= this.budget || oldest === key) break;
      this.#entries.delete(oldest);
      this.#bytes -= entry.bytes;
    }
    return value;
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.#bytes;
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }
}
