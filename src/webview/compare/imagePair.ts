/** The same image under both banks: what arrived of each side, and the maps made of it. */
import { mapSize, type MapSize } from '../../lpcam/aggregate';
import { mapDifference, type MapDifference } from '../../lpcam/mapDifference';
import type { NoticeKind } from '../../lpcam/notice';
import type { Gates } from '../../lpcam/presets';
import { comparedSides, type ComparedSide, type ToComparePanel } from '../../protocol/comparison';
import type { ExplanationHeader, ScaleMaps } from '../../protocol/explanation';
import type { Failure } from '../../protocol/failure';
import { checkHeader, checkScale } from '../imagePanel/model/explanation';
import type { Layer } from '../shared/picture/layer';
import { MapCache } from '../imagePanel/model/mapCache';
import { isLarge, Maps } from '../imagePanel/model/maps';
import { prototypesOf, type ClassPrototypes } from '../imagePanel/model/prototypes';
import { ownRange, unitRange, type ValueRange } from '../shared/picture/valueRange';
import { Kept } from '../shared/kept';

type Message = Extract<ToComparePanel, { type: `image.${string}` }>;
export type PairMap = 'lpcam' | 'cam';

interface SideState {
  readonly header: ExplanationHeader | null;
  readonly scales: readonly ScaleMaps[];
  readonly done: boolean;
  readonly failure: Failure | null;
}

const empty: SideState = { header: null, scales: [], done: false, failure: null };
const cacheBytes = 96 << 20;

/** One side's map of a class. */
export interface SideMap {
  readonly map: Float32Array;
  readonly prototypes: ClassPrototypes | null;
  readonly notices: readonly NoticeKind[];
  /** Nothing above zero. */
  readonly dead: boolean;
  /** Scales that are in it, of how many. */
  readonly scales: number;
}

/** Both maps of a class and what lies between them. */
export interface PairMaps {
  readonly first: SideMap | null;
  readonly second: SideMap | null;
  readonly difference: MapDifference | null;
  /** Of both maps, so that equal colours are equal values. */
  readonly range: ValueRange;
  readonly size: MapSize;
  readonly height: number;
  readonly width: number;
}

export class ImagePair {
  #opening: Extract<Message, { type: 'image.opening' }> | null = null;
  #failure: Failure | null = null;
  #sides: Record<ComparedSide, SideState> = { first: empty, second: empty };
  readonly #caches = { first: new MapCache(cacheBytes), second: new MapCache(cacheBytes) };
  readonly #maps = { first: new Kept<Maps>(), second: new Kept<Maps>() };
  readonly #difference = new Kept<MapDifference>();

  receive(message: Message): void {
    if (message.type === 'image.opening') {
      this.#opening = message;
      this.#failure = null;
      this.#sides = { first: empty, second: empty };
      for (const side of comparedSides) this.#caches[side].clear();
      return;
    }
    if (message.request !== this.#opening?.request) return;
    if (message.type === 'image.failed' && message.side === null) {
      this.#failure = message.failure;
      return;
    }
    const { side } = message;
    if (side !== null) this.#sides[side] = this.#after(message, this.#sides[side], side);
  }

  #after(message: Message, state: SideState, side: ComparedSide): SideState {
    switch (message.type) {
      case 'image.opening':
        return empty;
      case 'image.header':
        checkHeader(message.header);
        // A second header starts the maps anew: the engine was restarted in between.
        this.#caches[side].clear();
        return { ...empty, header: message.header };
      case 'image.scale':
        if (!state.header) return state;
        checkScale(state.header, message.maps);
        return { ...state, scales: [...state.scales, message.maps] };
      case 'image.done':
        return { ...state, done: true };
      case 'image.failed':
        return { ...state, failure: message.failure };
    }
  }

  get opening(): Extract<Message, { type: 'image.opening' }> | null {
    return this.#opening;
  }

  /** Why nothing is run at all. */
  get failure(): Failure | null {
    return this.#failure;
  }

  side(side: ComparedSide): SideState {
    return this.#sides[side];
  }

  /** Of the picture and the classes: the side that told first. */
  get header(): ExplanationHeader | null {
    return this.#sides.first.header ?? this.#sides.second.header;
  }

  get busy(): boolean {
    if (this.#opening === null || this.#failure !== null) return false;
    return comparedSides.some((side) => !this.#sides[side].done && this.#sides[side].failure === null);
  }

  /** The chosen class where the image has it, else its first. */
  shownClass(chosen: string | null): string | null {
    const names = this.header?.classes.map(({ name }) => name) ?? [];
    return names.find((name) => name === chosen) ?? names[0] ?? null;
  }

  maps(kind: PairMap, className: string, gates: Gates): PairMaps | null {
    const { header } = this;
    if (!header) return null;
    const { width, height } = header.image;
    const size: MapSize = isLarge(header.image) ? 'strided' : 'highRes';
    const [first, second] = comparedSides.map((side) => this.#sideMap(side, kind, className, gates, size));
    const difference =
      first && second
        ? this.#difference.get([first.map, second.map], () => mapDifference(first.map, second.map))
        : null;
    const range = sharedRange([first, second].flatMap((one) => one?.map ?? []));
    return {
      first: first ?? null,
      second: second ?? null,
      difference,
      range,
      size,
      ...mapSize(height, width, size),
    };
  }

  #sideMap(
    side: ComparedSide,
    kind: PairMap,
    className: string,
    gates: Gates,
    size: MapSize,
  ): SideMap | null {
    const { header, scales } = this.#sides[side];
    const position = header?.classes.findIndex(({ name }) => name === className) ?? -1;
    const index = header?.classes[position]?.index;
    if (!header || index === undefined || scales.length === 0) return null;
    const maps = this.#maps[side].get([header, scales], () => new Maps(header, scales, this.#caches[side]));
    if (kind === 'cam') {
      const map = maps.cam(position, size);
      return { map, prototypes: null, notices: [], dead: false, scales: scales.length };
    }
    const prototypes = prototypesOf(header, index, gates, {});
    const { map, dead } = maps.lpcam(prototypes, size);
    return { map, prototypes, notices: prototypes.notices, dead, scales: scales.length };
  }
}

/** 0..1, or, where a map without context prototypes goes below zero, symmetrical about it. */
function sharedRange(maps: readonly Float32Array[]): ValueRange {
  const ranges = maps.map(ownRange).filter(({ signed }) => signed);
  const largest = Math.max(1, ...ranges.map(({ high }) => high));
  return ranges.length > 0 ? { low: -largest, high: largest, signed: true } : unitRange;
}

/** Rounded outward to a hundredth, so that the ends of the colour bar can be quoted; never empty. */
function differenceRange({ largest }: MapDifference): ValueRange {
  const end = Math.max(0.01, Math.ceil(largest * 100 - 1e-4) / 100);
  return { low: -end, high: end, signed: true };
}

export function pairLayer(maps: PairMaps, which: ComparedSide | 'difference'): Layer {
  const { height, width, range, difference } = maps;
  if (which === 'difference') {
    if (!difference) return { kind: 'none' };
    return {
      kind: 'heat',
      source: difference.map,
      range: differenceRange(difference),
      colourMap: 'diverging',
      quantity: 'second − first',
      height,
      width,
    };
  }
  const side = maps[which];
  if (!side) return { kind: 'none' };
  const colourMap = range.signed ? 'diverging' : 'turbo';
  return { kind: 'heat', source: side.map, range, colourMap, quantity: null, height, width };
}
