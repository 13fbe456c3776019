/** What follows from other things, made anew only when one of them is another. */

/** A value kept as long as its key stays the same. */
export class Kept<T> {
  #key: readonly unknown[] | null = null;
  #value: T | undefined;

  get(key: readonly unknown[], make: () => T): T {
    const same = this.#key?.length === key.length && key.every((part, i) => Object.is(part, this.#key?.[i]));
    if (!same || this.#value === undefined) this.#value = make();
    this.#key = key;
    return this.#value;
  }
}
