/**
 * Pictures of nearest patches: asked for only while their cards are in sight, the newest sight first, decoded when they
 * arrive and forgotten when there are too many.
 */
import { LRUCache } from 'lru-cache';
import type { Patch } from '../../lpcam/bank';
import type { FromGallery, ToGallery } from '../../protocol/gallery';

type Answer = Extract<ToGallery, { type: 'gallery.thumbnails' }>;

/** Few at a time: what came into sight last must not wait behind what was scrolled past. */
const perRequest = 48;
const underway = 2;
/** About 100 MB at 104 pixels a side. */
const mostKept = 2400;

function keyOf(patch: Patch): string {
  return `${patch.row}|${patch.column}|${patch.image}`;
}

/** @typeParam Picture what a picture is decoded to: the browser's, which tests do not have */
export class PatchPictures<Picture extends object> {
  /** `gone`: the image cannot be read. */
  readonly #pictures = new LRUCache<string, Picture | 'gone'>({ max: mostKept });
  readonly #asked = new Map<number, readonly Patch[]>();
  readonly #askedKeys = new Set<string>();
  /** Could not be made at all; asked again only by `clear`. */
  readonly #failed = new Set<string>();
  #wanted: readonly Patch[] = [];
  #crop = 64;
  #ticket = 0;

  /**
   * @param size side of a picture in device pixels
   * @param decode RGBA, side * side, to a picture
   * @param onArrival some pictures are here: draw again
   */
  constructor(
    private readonly size: number,
    private readonly post: (message: FromGallery) => void,
    private readonly decode: (rgba: Uint8Array, side: number) => Picture,
    private readonly onArrival: () => void,
  ) {}

  /** Undefined: not here yet. Null: the image is gone, or no picture could be made. */
  get(patch: Patch): Picture | null | undefined {
    const key = keyOf(patch);
    const picture = this.#pictures.get(key);
    if (picture === undefined) return this.#failed.has(key) ? null : undefined;
    return picture === 'gone' ? null : picture;
  }

  /**
   * What is in sight now, in the order to ask for; whatever was wanted before and not asked for yet is dropped.
   * @param crop side of the crop in image pixels
   */
  want(patches: readonly Patch[], crop: number): void {
    this.#crop = crop;
    this.#wanted = patches.filter((patch) => {
      const key = keyOf(patch);
      return !this.#pictures.has(key) && !this.#askedKeys.has(key) && !this.#failed.has(key);
    });
    this.#ask();
  }

  receive(answer: Answer): void {
    const patches = this.#asked.get(answer.ticket);
    if (!patches) return;
    this.#asked.delete(answer.ticket);
    patches.forEach((patch, i) => {
      const key = keyOf(patch);
      this.#askedKeys.delete(key);
      const rgba = answer.crops[i];
      if (rgba?.length === answer.size * answer.size * 4)
        this.#pictures.set(key, this.decode(rgba, answer.size));
      else if (rgba === null) this.#pictures.set(key, 'gone');
      else this.#failed.add(key);
    });
    this.onArrival();
    this.#ask();
  }

  /** Forgets everything: another study's ids mean other images. */
  clear(): void {
    this.#pictures.clear();
    this.#asked.clear();
    this.#askedKeys.clear();
    this.#failed.clear();
    this.#wanted = [];
  }

  #ask(): void {
    while (this.#asked.size < underway && this.#wanted.length > 0) {
      const seen = new Set<string>();
      const patches = this.#wanted.slice(0, perRequest).filter((patch) => {
        const key = keyOf(patch);
        if (seen.has(key)) return false;
        seen.add(key);
        return true;
      });
      this.#wanted = this.#wanted.slice(perRequest).filter((patch) => !seen.has(keyOf(patch)));
      const ticket = ++this.#ticket;
      this.#asked.set(ticket, patches);
      for (const key of seen) this.#askedKeys.add(key);
      this.post({
        type: 'gallery.thumbnails',
        ticket,
        patches: patches.map((patch) => ({ ...patch })),
        size: this.size,
        crop: this.#crop,
      });
    }
  }
}
