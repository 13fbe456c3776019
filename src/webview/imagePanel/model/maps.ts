/**
 * Every map the panel shows, made from the small maps that arrived, by the functions of src/lpcam, and remembered.
 *
 * Where maps at the image's size would take longer than a frame, the page computes reduced ones (`shownSize.ts`), which
 * are shown at once, and a worker the exact ones (`../exact`); figures are only ever those of the image's size.
 */
import {
  aggregateCam,
  aggregateLpcam,
  aggregateSimilarity,
  mapSize,
  type LowMap,
  strideOf,
  type ReducedSize,
} from '../../../lpcam/aggregate';
import { aboveContext } from '../../../lpcam/attribution';
import { aggregateFused, fusedLpcamAtScale, type FusedMap } from '../../../lpcam/mctFormer';
import { similaritiesAt } from '../../../lpcam/pixel';
import { RunningMean } from '../../../lpcam/runningMean';
import type { MapRule } from '../../../lpcam/ruleText';
import { seedOf, type ClassMap } from '../../../lpcam/seeds';
import { suppressionOf, type Suppression } from '../../../lpcam/suppression';
import type { ExplanationHeader, ScaleMaps } from '../../../protocol/explanation';
import type { MapRecipe } from '../../shared/picture/recipe';
import type { MapCache } from './mapCache';
import { recipeBytes, Recipes } from './recipes';
import { extremes, roundedRange, type ValueRange } from '../../shared/picture/valueRange';

const largePixels = 1_500_000;
/** What a thing without arrays of its own counts for in the cache. */
const smallBytes = 100;

/** Whether maps at the image's size cost more than a frame. */
export function isLarge({ width, height }: { width: number; height: number }): boolean {
  return width * height > largePixels;
}

/** Rows of the similarity maps that take part in one class's LPCAM. */
export interface Selection {
  readonly classRows: readonly number[];
  readonly contextRows: readonly number[];
}

export interface AttributionMap {
  readonly map: Float32Array;
  /** Nothing above zero: the seed of this class is empty whatever the threshold. */
  readonly dead: boolean;
}

export class Maps {
  readonly #height: number;
  readonly #width: number;
  readonly #prefix: string;
  readonly #recipes: Recipes;
  /** The rule of the study's system that CAM and LPCAM follow; null: they are as they are. */
  readonly rule: MapRule | null;

  /**
   * @param cache belongs to this header: its keys name rows and scales, not images
   * @param plain leave the rule of the study's system out
   */
  constructor(
    private readonly header: ExplanationHeader,
    private readonly scales: readonly ScaleMaps[],
    private readonly cache: MapCache,
    plain = false,
  ) {
    this.rule = plain ? null : header.fusion;
    this.#height = header.image.height;
    this.#width = header.image.width;
    this.#prefix = `${scales.length} ${this.rule?.rule ?? 'plain'}`;
    this.#recipes = new Recipes(this.#height, this.#width, this.rule !== null);
  }

  /** What `cam` is made of. */
  camRecipe(position: number, size: ReducedSize): MapRecipe {
    return this.#recipe(`cam recipe ${position} ${size}`, () =>
      this.#recipes.cam(this.#camPerScale(position), size),
    );
  }

  /** What `lpcam` is made of. */
  lpcamRecipe(selection: Selection, size: ReducedSize): MapRecipe {
    const { classRows, contextRows } = selection;
    return this.#recipe(`lpcam recipe ${classRows.join()} ${contextRows.join()} ${size}`, () =>
      this.#recipes.lpcam(this.#lpcamPerScale(selection), size),
    );
  }

  /** What `similarity` is made of. */
  similarityRecipe(rows: readonly number[], size: ReducedSize): MapRecipe {
    return this.#recipe(`similarity recipe ${rows.join()} ${size}`, () =>
      this.#recipes.similarity(this.#meanPerScale(rows), size),
    );
  }

  #recipe(key: string, make: () => MapRecipe): MapRecipe {
    return this.remembered(key, make, recipeBytes);
  }

  /** Something small that is made of these maps: the same object as long as the key is. */
  kept<T>(key: string, make: () => T): T {
    return this.remembered(key, make, () => smallBytes);
  }

  /** The same of something that weighs `bytesOf`. */
  remembered<T>(key: string, make: () => T, bytesOf: (made: T) => number): T {
    return this.cache.get(`${this.#prefix} ${key}`, make, bytesOf);
  }

  /** CAM of the image's class number `position` (in `header.classes`), 0..1. */
  cam(position: number, size: ReducedSize): Float32Array {
    if (this.rule) return this.fusedCam(position, size).map;
    return this.#map(`cam ${position} ${size}`, () => {
      return aggregateCam(this.#camPerScale(position), this.#height, this.#width, size);
    });
  }

  /** Mean cosine with the prototypes of these rows (one row: that prototype's own map), not normalised. */
  similarity(rows: readonly number[], size: ReducedSize): Float32Array {
    return this.#map(`similarity ${rows.join()} ${size}`, () =>
      aggregateSimilarity(this.#meanPerScale(rows), this.#height, this.#width, size),
    );
  }

  /** CAM under the rule of the system. */
  fusedCam(position: number, size: ReducedSize): FusedMap {
    return this.#fused(`cam ${position} ${size}`, () => this.#camPerScale(position), size);
  }

  /** LPCAM under the rule of the system. */
  fusedLpcam(selection: Selection, size: ReducedSize): FusedMap {
    const key = `lpcam ${selection.classRows.join()} ${selection.contextRows.join()} ${size}`;
    return this.#fused(key, () => this.#lpcamPerScale(selection), size);
  }

  #fused(key: string, perScale: () => readonly LowMap[], size: ReducedSize): FusedMap {
    return this.cache.get(
      `${this.#prefix} ${key}`,
      () => aggregateFused(perScale(), this.#height, this.#width, size),
      (made) => made.map.byteLength,
    );
  }

  /** LPCAM, 0..1. Without any class prototype the map is empty, and dead. */
  lpcam(selection: Selection, size: ReducedSize): AttributionMap {
    const { classRows, contextRows } = selection;
    if (this.rule) return this.fusedLpcam(selection, size);
    return this.cache.get(
      `${this.#prefix} lpcam ${classRows.join()} ${contextRows.join()} ${size}`,
      () => {
        return aggregateLpcam(this.#lpcamPerScale(selection), this.#height, this.#width, size);
      },
      (made) => made.map.byteLength,
    );
  }

  /** What the class prototypes alone would light up, divided by its max: LPCAM without its context. */
  classOnly(selection: Selection, size: ReducedSize): Float32Array {
    return this.lpcam({ classRows: selection.classRows, contextRows: [] }, size).map;
  }

  /** What context took away of a class at a threshold. */
  suppression(selection: Selection, threshold: number, classIndex: number, size: ReducedSize): Suppression {
    const { classRows, contextRows } = selection;
    return this.cache.get(
      `${this.#prefix} suppression ${classRows.join()} ${contextRows.join()} ${threshold} ${classIndex} ${size}`,
      () =>
        suppressionOf(
          this.classOnly(selection, size),
          this.lpcam(selection, size).map,
          threshold,
          this.mask(size),
          classIndex + 1,
        ),
      (made) => made.kinds.byteLength,
    );
  }

  /** Seed of maps, label ids. `key` names the maps. */
  seed(key: string, maps: readonly ClassMap[], threshold: number, size: ReducedSize): Uint16Array {
    const { height, width } = mapSize(this.#height, this.#width, size);
    return this.cache.get(
      `${this.#prefix} seed ${key} ${threshold} ${size}`,
      () => seedOf(maps, threshold, height * width),
      (made) => made.byteLength,
    );
  }

  /** The mask; at a reduced size every so many pixels of it. Null when there is none. */
  mask(size: ReducedSize): Uint8Array | null {
    const labels = this.header.mask?.labels;
    if (!labels || size === 'highRes') return labels ?? null;
    return this.cache.get(
      `mask ${size}`,
      () => {
        const { height, width } = mapSize(this.#height, this.#width, size);
        const stride = strideOf(size);
        return Uint8Array.from(
          { length: height * width },
          (_, i) => labels[Math.floor(i / width) * stride * this.#width + (i % width) * stride] as number,
        );
      },
      (made) => made.byteLength,
    );
  }

  /** Cosine with every centre at one pixel of the image, mean over the scales, [centres]. */
  similaritiesAt(row: number, column: number): Float32Array {
    return similaritiesAt(this.scales, this.header.centres.length, this.#height, this.#width, row, column);
  }

  /** One centre's map at the first scale, as it came: enough for a thumbnail. Null before any scale. */
  thumbnail(row: number): LowMap | null {
    const first = this.scales[0];
    if (!first) return null;
    const area = first.height * first.width;
    return {
      height: first.height,
      width: first.width,
      data: first.similarity.subarray(row * area, (row + 1) * area),
    };
  }

  /** One centre's maps at every scale, before upsampling. */
  #lowMaps(row: number): readonly Float32Array[] {
    return this.scales.map(({ height, width, similarity }) => {
      const area = height * width;
      return similarity.subarray(row * area, (row + 1) * area);
    });
  }

  /** The range of all maps of these rows. */
  rangeOf(rows: readonly number[]): ValueRange {
    const found = { min: Infinity, max: -Infinity };
    for (const row of rows) {
      // By row: another gate sorts the rows into another order, and none of them changes by it.
      const { min, max } = this.kept(`extremes ${row}`, () => extremes(this.#lowMaps(row)));
      found.min = Math.min(found.min, min);
      found.max = Math.max(found.max, max);
    }
    return roundedRange(found);
  }

  #camPerScale(position: number): readonly LowMap[] {
    return this.scales.map(({ height, width, cam, fusion }) => {
      const area = height * width;
      const maps = this.rule && fusion ? fusion.cam : cam;
      return { height, width, data: maps.subarray(position * area, (position + 1) * area) };
    });
  }

  /** Which class of the image some centres belong to. */
  #positionOf([row]: readonly number[]): number {
    const classIndex = row === undefined ? undefined : this.header.centres[row]?.classIndex;
    return Math.max(
      this.header.classes.findIndex(({ index }) => index === classIndex),
      0,
    );
  }

  #lpcamPerScale({ classRows, contextRows }: Selection): readonly LowMap[] {
    const classes = this.header.classes.length;
    return this.cache.get(
      `${this.#prefix} lpcam per scale ${classRows.join()} ${contextRows.join()}`,
      () =>
        this.scales.map(({ height, width, fusion }, scale) => {
          if (this.rule && fusion) {
            const attended = { position: this.#positionOf(classRows), classes, classRows, contextRows };
            const data = fusedLpcamAtScale({ height, width, ...fusion }, attended, this.rule.rule);
            return { height, width, data };
          }
          const mean = this.#meanAt(scale, classRows);
          const data = contextRows.length === 0 ? mean : aboveContext(mean, this.#meanAt(scale, contextRows));
          return { height, width, data };
        }),
      (made) => made.reduce((sum, { data }) => sum + data.byteLength, 0),
    );
  }

  #meanPerScale(rows: readonly number[]): readonly LowMap[] {
    return this.scales.map(({ height, width }, scale) => ({
      height,
      width,
      data: this.#meanAt(scale, rows),
    }));
  }

  /** Mean similarity to some centres of one class and one set at one scale. */
  #meanAt(scale: number, rows: readonly number[]): Float32Array {
    const { height = 0, width = 0, similarity = new Float32Array() } = this.scales[scale] ?? {};
    const [first] = rows;
    if (first === undefined) return new Float32Array(height * width);
    if (rows.length === 1) return similarity.subarray(first * height * width, (first + 1) * height * width);
    const { classIndex, set } = this.header.centres[first] ?? {};
    const running = this.cache.get(
      `mean of ${set} centres of ${classIndex} at ${scale}`,
      () => new RunningMean(similarity, height * width),
      () => height * width * (Float64Array.BYTES_PER_ELEMENT + Float32Array.BYTES_PER_ELEMENT),
    );
    return running.of(rows);
  }

  #map(key: string, make: () => Float32Array): Float32Array {
    return this.cache.get(`${this.#prefix} ${key}`, make, (made) => made.byteLength);
  }
}
