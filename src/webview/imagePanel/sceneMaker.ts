/** Makes scenes from what has arrived and what was chosen, and keeps the picture and the maps between them. */
import type { ReducedSize } from '../../lpcam/aggregate';
import type { ExplanationHeader } from '../../protocol/explanation';
import type { Explanation } from './model/explanation';
import { ComparedSeeds } from './model/comparedSeeds';
import { MapCache } from './model/mapCache';
import { Maps } from './model/maps';
import type { PanelState } from './model/panelState';
import { Scene } from './model/scene';
import type { ViewState } from './model/viewState';
import { Kept } from '../shared/kept';
import { makePicture, type Picture } from './picture';

/** What is known of the image besides its maps. */
type Known = Pick<PanelState, 'seedFile' | 'compared' | 'seedPair'>;

/** Bytes of computed maps to remember per image. */
const cacheBudget = 400 * 2 ** 20;

export class SceneMaker {
  readonly #cache = new MapCache(cacheBudget);
  #maps: { maps: Maps; scales: number; header: unknown; plain: boolean } | null = null;
  #picture: Picture | null = null;
  readonly #compared = new Kept<ComparedSeeds>();

  get picture(): Picture | null {
    return this.#picture;
  }

  make(explanation: Explanation, view: ViewState, size: ReducedSize, known: Known): Scene {
    const { header, scales } = explanation;
    if (this.#maps?.header !== header) this.#cache.clear();
    const { plain } = view;
    const last = this.#maps;
    const made =
      last?.header === header && last.scales === scales.length && last.plain === plain
        ? last
        : { maps: new Maps(header, scales, this.#cache, plain), scales: scales.length, header, plain };
    this.#maps = made;
    if (this.#picture?.rgb !== header.image.rgb) this.#picture = makePicture(header.image);
    return new Scene(explanation, view, made.maps, size, known.seedFile, this.#comparedSeeds(header, known));
  }

  #comparedSeeds(
    { image, classNames }: ExplanationHeader,
    { compared, seedPair }: Known,
  ): ComparedSeeds | null {
    if (compared === null || seedPair === null) return null;
    const { width, height } = image;
    return this.#compared.get(
      [compared, seedPair, width, height, classNames],
      () => new ComparedSeeds(compared, seedPair, { width, height }, classNames),
    );
  }

  /** Forgets what it can make again. */
  rest(): void {
    this.#cache.clear();
  }

  /** Nothing is open. */
  clear(): void {
    this.#maps = null;
  }
}
