/**
 * Decides which tensors' statistics are asked for next: what is on the screen first, then, where that is little work or
 * the person wants it, all the others. One wish is on its way at a time.
 */
import type { ListedTensor } from '../../../protocol/checkpoint';

/** Tensors of one wish behind the screen's: few, so that scrolling is not kept waiting. */
const batch = 48;
/** Numbers that are summed without being asked for: a second's work. */
const little = 200_000_000;

export interface Wish {
  readonly ticket: number;
  readonly tensors: readonly number[];
}

export class Wishes {
  readonly #tensors: readonly ListedTensor[];
  readonly #open: Set<number>;
  #visible: readonly number[] = [];
  #current: Wish | null = null;
  #ticket = 0;
  #all: boolean;
  #failed = false;

  /** @param known tensors whose statistics are there already */
  constructor(tensors: readonly ListedTensor[], known: Iterable<number> = []) {
    this.#tensors = tensors;
    const done = new Set(known);
    this.#open = new Set(
      [...tensors.keys()].filter((place) => tensors[place]?.unreadable === null && !done.has(place)),
    );
    const numbers = tensors.reduce(
      (sum, { elements, unreadable }) => sum + (unreadable === null ? elements : 0),
      0,
    );
    this.#all = numbers <= little;
  }

  /** Tensors that can be read. */
  get readable(): number {
    return this.#tensors.filter(({ unreadable }) => unreadable === null).length;
  }

  /** Those whose statistics are not there yet. */
  get open(): number {
    return this.#open.size;
  }

  /** Whether every tensor will be read, not only those on the screen. */
  get all(): boolean {
    return this.#all;
  }

  get failed(): boolean {
    return this.#failed;
  }

  /** @returns the wish to send now, or null when the one on its way does */
  see(visible: readonly number[]): Wish | null {
    this.#visible = visible;
    const wanted = this.#openOf(visible);
    if (wanted.length === 0) return this.#next();
    // What is on its way is what is wanted most: it need not be sent again.
    if (this.#current && wanted.every((place) => this.#current?.tensors.includes(place))) return null;
    return this.#send(wanted);
  }

  /** The person wants all of them, or no more than the screen's. */
  wantAll(all: boolean): Wish | null {
    this.#all = all;
    this.#failed = false;
    if (all) return this.#next();
    return this.#current && !this.#current.tensors.some((place) => this.#visible.includes(place))
      ? this.#send([])
      : null;
  }

  arrived(place: number): void {
    this.#open.delete(place);
  }

  /** @returns the wish to send after one that ended */
  ended(ticket: number, ok: boolean): Wish | null {
    if (ticket !== this.#current?.ticket) return null;
    // What was asked for and did not come will not come the next time.
    if (ok) for (const place of this.#current.tensors) this.#open.delete(place);
    this.#current = null;
    this.#failed = !ok;
    return ok ? this.#next() : null;
  }

  #openOf(places: readonly number[]): number[] {
    return places.filter((place) => this.#open.has(place));
  }

  #next(): Wish | null {
    if (this.#current !== null || this.#failed) return null;
    const visible = this.#openOf(this.#visible);
    if (visible.length > 0) return this.#send(visible);
    if (!this.#all || this.#open.size === 0) return null;
    return this.#send([...this.#open].slice(0, batch));
  }

  #send(tensors: readonly number[]): Wish | null {
    this.#current = { ticket: ++this.#ticket, tensors };
    return this.#current;
  }
}
