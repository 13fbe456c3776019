/** Previews on demand: asked for once the pointer or the keys rest, kept for a while. */
import { LRUCache } from 'lru-cache';
import type { SeedPreview } from '../../protocol/seedPreview';

interface Arrived {
  readonly preview: SeedPreview | null;
  /** Why there is none. */
  readonly message: string | null;
}

/** Milliseconds that a row is looked at before its preview is asked for. */
const rest = 80;

export class Previews {
  readonly #known = new LRUCache<string, Arrived>({ max: 48 });
  #wanted: string | null = null;
  #asked: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param ask the host for an image; @param changed something arrived */
  constructor(
    private readonly ask: (id: string) => void,
    private readonly changed: () => void,
  ) {}

  of(id: string): Arrived | null {
    return this.#known.get(id) ?? null;
  }

  /** The image that is looked at; null: none. One that is on its way is let come before the next is asked for. */
  want(id: string | null): void {
    if (id === this.#wanted) return;
    this.#wanted = id;
    clearTimeout(this.#timer);
    if (id !== null && !this.#known.has(id)) this.#timer = setTimeout(() => this.#next(), rest);
  }

  arrived(id: string, preview: SeedPreview | null, message: string | null): void {
    this.#known.set(id, { preview, message });
    if (this.#asked === id) this.#asked = null;
    this.#next();
    this.changed();
  }

  /** Other seeds are shown. */
  forget(): void {
    this.#known.clear();
    this.#asked = null;
    this.#wanted = null;
    clearTimeout(this.#timer);
  }

  #next(): void {
    const id = this.#wanted;
    if (id === null || this.#asked !== null || this.#known.has(id)) return;
    this.#asked = id;
    this.ask(id);
  }
}
