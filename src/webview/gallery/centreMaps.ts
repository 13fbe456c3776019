/** Similarity maps of the selected centre: asked for once the selection rests, kept, and forgotten when there are many. */
import { LRUCache } from 'lru-cache';
import type { Failure } from '../../protocol/failure';
import type { CentreMap, FromGallery, GalleryCentre, ToGallery } from '../../protocol/gallery';

type Answer = Extract<ToGallery, { type: 'gallery.map' }>;

/** `waiting`: on its way. `gone`: the image cannot be found. */
export type MapState = CentreMap | Failure | 'waiting' | 'gone';

export function isMap(state: MapState): state is CentreMap {
  return typeof state === 'object' && 'similarity' in state;
}

/** Walking over cards by arrow keys must not run the network for each. */
const restTime = 250;
/** About 40 MB. */
const mostKept = 200;

/** Images of a centre's nearest patches, each once, the nearest first. */
export function imagesOf({ patches }: Pick<GalleryCentre, 'patches'>): readonly string[] {
  return [...new Set(patches.map(({ image }) => image))];
}

export class CentreMaps {
  readonly #maps = new LRUCache<string, CentreMap | Failure | 'gone'>({ max: mostKept });
  #centre: GalleryCentre | null = null;
  #ticket = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param side longest side of the pictures that come with the maps, device pixels */
  constructor(
    private readonly side: number,
    private readonly post: (message: FromGallery) => void,
    private readonly onArrival: () => void,
  ) {}

  /** The centre whose maps are looked at; null: none. */
  want(centre: GalleryCentre | null): void {
    if (centre?.id === this.#centre?.id) return;
    this.#centre = centre;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), restTime);
  }

  get(centre: number, image: string): MapState {
    return this.#maps.get(keyOf(centre, image)) ?? 'waiting';
  }

  receive({ ticket, image, map, failure }: Answer): void {
    if (ticket !== this.#ticket || !this.#centre) return;
    this.#maps.set(keyOf(this.#centre.id, image), map ?? failure ?? 'gone');
    this.onArrival();
  }

  /** Asks again for what failed. */
  retry(): void {
    const { id } = this.#centre ?? {};
    if (!this.#centre || id === undefined) return;
    for (const image of imagesOf(this.#centre)) {
      const state = this.get(id, image);
      if (state !== 'waiting' && !isMap(state)) this.#maps.delete(keyOf(id, image));
    }
    this.#ask();
    this.onArrival();
  }

  /** Forgets everything: another bank's ids mean other centres. */
  clear(): void {
    this.#maps.clear();
    this.#centre = null;
    clearTimeout(this.#timer);
  }

  /** Also when nothing is missing: what an older wish still runs for is of no use. */
  #ask(): void {
    const centre = this.#centre;
    const images = centre ? imagesOf(centre).filter((image) => this.get(centre.id, image) === 'waiting') : [];
    if (images.length === 0 && this.#ticket === 0) return;
    const ticket = ++this.#ticket;
    this.post({
      type: 'gallery.maps',
      ticket,
      centre: centre?.id ?? 0,
      images: [...images],
      side: this.side,
    });
  }
}

function keyOf(centre: number, image: string): string {
  return `${centre}|${image}`;
}
