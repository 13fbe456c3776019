/** How good the seeds are, for the panel's table; always at the image's size. */
import { classCounts, ConfusionMatrix, type ClassCounts, type SeedScores } from '../../../lpcam/metrics';
import type { ClassMap } from '../../../lpcam/seeds';
import { SeedSweep } from '../../../lpcam/sweep';
import type { Scene, SeedSource } from './scene';

/** One source's seed of the shown class and of the whole image. */
export interface SeedFigures {
  readonly source: SeedSource;
  /** Pixels of the seed that bear the class. */
  readonly pixels: number;
  /** Share of the image that they cover, 0..1. */
  readonly share: number;
  /** Against the mask; null without one. */
  readonly counts: ClassCounts | null;
  readonly image: SeedScores | null;
}

/**
 * @throws InputError when the mask holds labels that the study does not know
 */
export function seedFigures(scene: Scene, source: SeedSource): SeedFigures {
  const seed = scene.seed(source, 'highRes');
  const label = (scene.activeClass?.index ?? -1) + 1;
  let pixels = 0;
  for (const id of seed) if (id === label) pixels++;
  const { mask, classNames } = scene.header;
  const share = pixels / seed.length;
  if (!mask) return { source, pixels, share, counts: null, image: null };
  const matrix = new ConfusionMatrix(classNames.length);
  matrix.add(seed, mask.labels, mask.path);
  return { source, pixels, share, counts: classCounts(seed, mask.labels, label), image: matrix.scores() };
}

/** IoU of the shown class against the threshold. */
export interface IouCurve {
  readonly thresholds: readonly number[];
  readonly iou: readonly (number | null)[];
  /** Place of the best (first of equals); -1 when nothing is ever right. */
  readonly best: number;
}

/** Figures of each source, and whether they still belong to an earlier state of the maps. */
export interface Figures {
  readonly bySource: ReadonlyMap<SeedSource, SeedFigures>;
  readonly curves: ReadonlyMap<SeedSource, IouCurve>;
  /** The mask cannot be scored, and why. */
  readonly fault: string | null;
  readonly stale: boolean;
  /** The same of the curves, which take longer. */
  readonly curvesStale: boolean;
}

export const noFigures: Figures = {
  bySource: new Map(),
  curves: new Map(),
  fault: null,
  stale: false,
  curvesStale: false,
};

const thresholds = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);

/**
 * The class's IoU at 0.01, 0.02, ... 0.99. Labels of classes that the image's maps do not compete for are the same
 * to this class's IoU, so they are counted as one, which keeps the sweep small for long class lists.
 * @param mask label ids at the image's size
 */
export function iouCurve(scene: Scene, source: SeedSource, mask: Uint8Array): IouCurve {
  const maps = scene.seedMaps(source, 'highRes');
  const active = scene.activeClass?.index ?? -1;
  const position = maps.findIndex(({ classIndex }) => classIndex === active);
  const iou =
    position < 0
      ? thresholds.map(() => null)
      : sweep(
          maps.map(({ map }, i) => ({ classIndex: i, map })),
          compact(
            mask,
            maps.map(({ classIndex }) => classIndex + 1),
          ),
        ).map((scores) => scores.iou[position + 1] ?? null);
  let best = -1;
  iou.forEach((value, i) => {
    if (value !== null && value > (iou[best] ?? 0)) best = i;
  });
  return { thresholds, iou, best };
}

function sweep(maps: readonly ClassMap[], mask: Uint8Array): readonly SeedScores[] {
  const all = new SeedSweep(maps.length + 1, thresholds);
  all.add(maps, mask);
  return all.scores().map(({ scores }) => scores);
}

/** Labels renumbered 1.. in the order given, everything else but background and ignored pixels as one more. */
function compact(mask: Uint8Array, labels: readonly number[]): Uint8Array {
  const table = new Uint8Array(256).fill(labels.length + 1);
  table[0] = 0;
  table[255] = 255;
  labels.forEach((label, i) => (table[label] = i + 1));
  return mask.map((label) => table[label] as number);
}
