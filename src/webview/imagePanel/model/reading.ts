/** What a person reads under the cursor. */
import { seedOf } from '../../../lpcam/seeds';
import { valueAt } from '../../shared/picture/recipe';
import { inStripOrder, type Prototype } from './prototypes';
import type { SeedSide } from './comparedSeeds';
import { comparesValues } from './comparisonView';
import type { Scene, SeedSource } from './scene';
import { seedFileLabels } from './seedFile';

export interface Reading {
  readonly row: number;
  readonly column: number;
  /** The network's input there, 0..255 each. */
  readonly rgb: readonly [number, number, number];
  /** Values of the maps of the shown class; null where a map cannot be had. */
  readonly cam: number | null;
  readonly lpcam: number | null;
  /** Mean cosine with the class prototypes and the context prototypes that are on. */
  readonly classSimilarity: number | null;
  readonly contextSimilarity: number | null;
  /** Label ids; null without mask or maps. */
  readonly mask: number | null;
  readonly seed: number | null;
  /** Of the study's seed file; null where it cannot be laid over the image. */
  readonly seedFile: number | null;
  /** Of two seeds that are compared: values of the shown class where maps are, else label ids; null: none are. */
  readonly compared: { readonly values: boolean; readonly first: number; readonly second: number } | null;
  readonly seedFrom: SeedSource;
  /** The prototypes nearest to what is there, rejected centres left out, best first. */
  readonly best: readonly { readonly prototype: Prototype; readonly cosine: number }[];
}

const bestShown = 3;

/** Values of the shown class's maps, and the seed. */
type Values = Pick<Reading, 'cam' | 'lpcam' | 'seed'>;

/** Reads one pixel of the image: what the maps at the image's size have there, without making them. */
export function readPixel(scene: Scene, row: number, column: number): Reading {
  const { header, position } = scene;
  const { width, rgb } = header.image;
  const at = row * width + column;
  const drawable = scene.hasMaps && position >= 0;
  const withCentres = drawable && scene.hasCentres(position);
  const cosines = withCentres ? scene.maps.similaritiesAt(row, column) : null;
  const mean = (rows: readonly number[]) =>
    cosines && rows.length > 0 ? rows.reduce((sum, p) => sum + (cosines[p] ?? 0), 0) / rows.length : null;
  const best = cosines
    ? inStripOrder(scene.active)
        .filter((prototype) => prototype.fate.kind !== 'rejected')
        .map((prototype) => ({ prototype, cosine: cosines[prototype.row] ?? NaN }))
        .sort((a, b) => b.cosine - a.cosine)
        .slice(0, bestShown)
    : [];
  const values = drawable
    ? valuesAt(scene, withCentres, row, column)
    : { cam: null, lpcam: null, seed: null };
  return {
    row,
    column,
    rgb: [rgb[at * 3] ?? 0, rgb[at * 3 + 1] ?? 0, rgb[at * 3 + 2] ?? 0],
    ...values,
    classSimilarity: mean(scene.active.classRows),
    contextSimilarity: mean(scene.active.contextRows),
    mask: header.mask?.labels[at] ?? null,
    seedFile: seedFileAt(scene, at),
    compared: comparedAt(scene, at),
    seedFrom: scene.seedFrom,
    best,
  };
}

function seedFileAt(scene: Scene, at: number): number | null {
  const { seedFile } = scene;
  if (seedFile === null || scene.unavailable('seedFile') !== null) return null;
  return seedFileLabels(seedFile, scene.threshold)?.[at] ?? null;
}

function comparedAt(scene: Scene, at: number): Reading['compared'] {
  const { compared, activeClass } = scene;
  if (!compared || !activeClass || scene.unavailable('seedDifference') !== null) return null;
  const values = comparesValues(scene);
  const of = (side: SeedSide) =>
    (values ? compared.map(side, activeClass.index)[at] : compared.labels(side)[at]) ?? 0;
  return { values, first: of('first'), second: of('second') };
}

function valuesAt(scene: Scene, withCentres: boolean, row: number, column: number): Values {
  const { position, seedFrom } = scene;
  const at = (source: SeedSource, of: number) => valueAt(scene.recipe(source, of, 'highRes'), row, column);
  const maps = scene.seedPositions(seedFrom).map((of) => ({
    classIndex: scene.header.classes[of]?.index ?? -1,
    map: Float32Array.of(at(seedFrom, of)),
  }));
  return {
    cam: at('cam', position),
    lpcam: withCentres ? at('lpcam', position) : null,
    seed: seedOf(maps, scene.threshold, 1)[0] ?? null,
  };
}

/** Name of a label id. */
export function labelName(classNames: readonly string[], id: number): string {
  if (id === 0) return 'background';
  if (id === 255) return 'ignored';
  return classNames[id - 1] ?? `label ${id}`;
}
