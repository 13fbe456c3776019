/** What a person reads under the cursor. */
import { mapSize } from '../../../lpcam/aggregate';
import { inStripOrder, type Prototype } from './prototypes';
import type { Scene, SeedSource } from './scene';

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
  readonly seedFrom: SeedSource;
  /** The prototypes nearest to what is there, rejected centres left out, best first. */
  readonly best: readonly { readonly prototype: Prototype; readonly cosine: number }[];
}

const bestShown = 3;

/** Reads one pixel of the image. */
export function readPixel(scene: Scene, row: number, column: number): Reading {
  const { header, size, position } = scene;
  const { width, height, rgb } = header.image;
  const at = row * width + column;
  const sized = mapSize(height, width, size);
  const inMap =
    size === 'highRes'
      ? at
      : Math.floor(row / 4) * sized.width + Math.min(Math.floor(column / 4), sized.width - 1);
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
  return {
    row,
    column,
    rgb: [rgb[at * 3] ?? 0, rgb[at * 3 + 1] ?? 0, rgb[at * 3 + 2] ?? 0],
    cam: drawable ? (scene.maps.cam(position, size)[inMap] ?? null) : null,
    lpcam: withCentres ? (scene.lpcam(position).map[inMap] ?? null) : null,
    classSimilarity: mean(scene.active.classRows),
    contextSimilarity: mean(scene.active.contextRows),
    mask: header.mask?.labels[at] ?? null,
    seed: drawable ? (scene.seed(scene.seedFrom)[inMap] ?? null) : null,
    seedFrom: scene.seedFrom,
    best,
  };
}

/** Name of a label id. */
export function labelName(classNames: readonly string[], id: number): string {
  if (id === 0) return 'background';
  if (id === 255) return 'ignored';
  return classNames[id - 1] ?? `label ${id}`;
}
