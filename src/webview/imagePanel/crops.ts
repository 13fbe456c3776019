/** Crops around nearest patches: asked for in batches, when their cards come into view, and kept. */
import type { Patch } from '../../lpcam/bank';
import type { FromImagePanel, ToImagePanel } from '../../protocol/imagePanel';
import { cropSide } from './card';

type Answer = Extract<ToImagePanel, { type: 'thumbnails' }>;

const size = cropSide * 2;
const mostPerMessage = 512;

function keyOf(patch: Patch): string {
  return `${patch.image}|${patch.row}|${patch.column}`;
}

export class Crops {
  readonly #crops = new Map<string, ImageData | null>();
  readonly #asked = new Map<number, readonly Patch[]>();
  readonly #waiting = new Map<string, Patch>();
  #ticket = 0;
  #scheduled = false;

  /** @param onArrival some crops are here: draw again */
  constructor(
    private readonly post: (message: FromImagePanel) => void,
    private readonly onArrival: () => void,
  ) {}

  /** Undefined: not here yet. Null: the image is gone. */
  get(patch: Patch): ImageData | null | undefined {
    return this.#crops.get(keyOf(patch));
  }

  /**
   * Asks for those that were never asked for. `crop`: side in image pixels.
   */
  want(patches: readonly Patch[], crop: number): void {
    for (const patch of patches) {
      const key = keyOf(patch);
      if (!this.#crops.has(key) && !this.#isAsked(key)) this.#waiting.set(key, patch);
    }
    if (this.#waiting.size === 0 || this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#send(crop));
  }

  receive(answer: Answer): void {
    const patches = this.#asked.get(answer.ticket);
    if (!patches) return;
    this.#asked.delete(answer.ticket);
    patches.forEach((patch, i) => {
      const rgba = answer.crops[i] ?? null;
      const fits = rgba?.length === answer.size * answer.size * 4;
      const data = rgba && fits ? new ImageData(new Uint8ClampedArray(rgba), answer.size) : null;
      this.#crops.set(keyOf(patch), data);
    });
    this.onArrival();
  }

  /** Forgets everything: another study's ids mean other images. */
  clear(): void {
    this.#crops.clear();
    this.#asked.clear();
    this.#waiting.clear();
  }

  #isAsked(key: string): boolean {
    return [...this.#asked.values()].some((patches) => patches.some((patch) => keyOf(patch) === key));
  }

  #send(crop: number): void {
    this.#scheduled = false;
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (let from = 0; from < all.length; from += mostPerMessage) {
      const patches = all.slice(from, from + mostPerMessage);
      const ticket = ++this.#ticket;
      this.#asked.set(ticket, patches);
      this.post({ type: 'thumbnails', ticket, patches: patches.map((patch) => ({ ...patch })), size, crop });
    }
  }
}
