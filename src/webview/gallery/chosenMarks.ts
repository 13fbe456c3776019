/** Marks as the bank holds them, with those on their way to it: a mark shows at once and goes back if it is not saved. */
import type { Mark } from '../../lpcam/bank';
import type { Failure } from '../../protocol/failure';
import type { FromGallery, GalleryBank, ToGallery } from '../../protocol/gallery';

type Answer = Extract<ToGallery, { type: 'gallery.marked' }>;

interface Wish {
  readonly centres: readonly number[];
  readonly mark: Mark | null;
}

export class ChosenMarks {
  #saved: ReadonlyMap<number, Mark> = new Map();
  /** By ticket, in the order they were made. */
  readonly #underway = new Map<number, Wish>();
  #now: ReadonlyMap<number, Mark> = new Map();
  #ticket = 0;
  #bank: string | null = null;
  #failure: Failure | null = null;

  constructor(
    private readonly post: (message: FromGallery) => void,
    private readonly onChange: () => void,
  ) {}

  /** By centre id; another map whenever a mark changed. */
  get now(): ReadonlyMap<number, Mark> {
    return this.#now;
  }

  /** Why the last one was not saved. */
  get failure(): Failure | null {
    return this.#failure;
  }

  forgetFailure(): void {
    this.#failure = null;
    this.onChange();
  }

  /** A bank has arrived: what is on its way to another one means nothing in it. */
  meet(bank: GalleryBank['bank']): void {
    const centres = bank?.centres ?? [];
    this.#saved = new Map(centres.flatMap(({ id, mark }) => (mark === null ? [] : [[id, mark] as const])));
    const identity = bank?.identity ?? null;
    if (this.#bank !== identity) {
      this.#bank = identity;
      this.#underway.clear();
      this.#failure = null;
    }
    this.#settle();
  }

  mark(identity: string, centres: readonly number[], mark: Mark | null): void {
    const ticket = ++this.#ticket;
    this.#underway.set(ticket, { centres, mark });
    this.#failure = null;
    this.post({ type: 'gallery.mark', ticket, identity, centres: [...centres], mark });
    this.#settle();
  }

  receive({ ticket, marked, failure }: Answer): void {
    if (!this.#underway.delete(ticket)) return;
    if (marked) this.#saved = new Map(marked.map(({ id, mark }) => [id, mark]));
    this.#failure = failure;
    this.#settle();
  }

  #settle(): void {
    const now = new Map(this.#saved);
    for (const { centres, mark } of this.#underway.values()) {
      for (const id of centres) {
        if (mark === null) now.delete(id);
        else now.set(id, mark);
      }
    }
    this.#now = now;
    this.onChange();
  }
}
