/** What a person reads under the cursor. */
import { mapSize } from '../../../lpcam/aggregate';
import { valueOfFused, type FusedMap } from '../../../lpcam/mctFormer';
import { seedOf } from '../../../lpcam/seeds';
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
  /** Map values and seed are those of the image's size, not of reduced maps. */
  readonly exact: boolean;
  /** The prototypes nearest to what is there, rejected centres left out, best first. */
  readonly best: readonly { readonly prototype: Prototype; readonly cosine: number }[];
}

const bestShown = 3;

/** What brings a sum over scales to 0..1 (src/lpcam/mctFormer.ts). */
type Bounds = Pick<FusedMap, 'least' | 'range'>;

/**
 * The largest values of the classes' maps before normalising; LPCAM: null without centres, 0 where nothing is seen.
 * Under the rule of a system `fused` has what normalises.
 */
interface Peaks {
  readonly cam: readonly number[];
  readonly lpcam: readonly (number | null)[];
  readonly fused: { readonly cam: readonly Bounds[]; readonly lpcam: readonly (Bounds | null)[] } | null;
}

/** Values of the shown class's maps, and the seed. */
type Values = Pick<Reading, 'cam' | 'lpcam' | 'seed'>;

/**
 * Reads one pixel of the image.
 * @param peaks of a scene of reduced size: with them single pixels are computed as at the image's size
 */
export function readPixel(scene: Scene, row: number, column: number, peaks: Peaks | null = null): Reading {
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
  const single = scene.size !== 'highRes' && peaks !== null;
  const values: Values = !drawable
    ? { cam: null, lpcam: null, seed: null }
    : single
      ? computed(scene, peaks, row, column)
      : lookedUp(scene, withCentres, row, column);
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
    exact: single || scene.size === 'highRes',
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

/** From the scene's own maps. */
function lookedUp(scene: Scene, withCentres: boolean, row: number, column: number): Values {
  const { size, position } = scene;
  const { width, height } = scene.header.image;
  const sized = mapSize(height, width, size);
  const at =
    size === 'highRes'
      ? row * width + column
      : Math.floor(row / 4) * sized.width + Math.min(Math.floor(column / 4), sized.width - 1);
  return {
    cam: scene.maps.cam(position, size)[at] ?? null,
    lpcam: withCentres ? (scene.lpcam(position).map[at] ?? null) : null,
    seed: scene.seed(scene.seedFrom)[at] ?? null,
  };
}

/** As the maps at the image's size have it, without making them. */
function computed(scene: Scene, peaks: Peaks, row: number, column: number): Values {
  const scales = scene.explanation.scales.length;
  const { fused } = peaks;
  const bounded = (sum: number, bounds: Bounds | null | undefined) =>
    bounds ? valueOfFused(sum, bounds.least, bounds.range) : null;
  const cam = (position: number) => {
    if (fused) return bounded(scene.maps.camAt(position, row, column), fused.cam[position]);
    const sum = (value: number) => Math.fround(value * scales);
    const divisor = Math.fround(sum(peaks.cam[position] ?? 0) + Math.fround(1e-5));
    return Math.fround(sum(scene.maps.camAt(position, row, column)) / divisor);
  };
  const lpcam = (position: number) => {
    const peak = peaks.lpcam[position] ?? null;
    if (peak === null || peak === 0) return peak;
    if (fused)
      return bounded(scene.maps.lpcamAt(scene.prototypes(position), row, column), fused.lpcam[position]);
    return Math.fround(scene.maps.lpcamAt(scene.prototypes(position), row, column) / peak);
  };
  const maps = scene.seedPositions(scene.seedFrom).map((position) => ({
    classIndex: scene.header.classes[position]?.index ?? -1,
    map: Float32Array.of((scene.seedFrom === 'cam' ? cam(position) : lpcam(position)) ?? 0),
  }));
  return {
    cam: cam(scene.position),
    lpcam: lpcam(scene.position),
    seed: seedOf(maps, scene.threshold, 1)[0] ?? null,
  };
}

/** Name of a label id. */
export function labelName(classNames: readonly string[], id: number): string {
  if (id === 0) return 'background';
  if (id === 255) return 'ignored';
  return classNames[id - 1] ?? `label ${id}`;
}
