/** Scores a folder of seed files against masks: one confusion matrix over all images (lpcam.md, section 5). */
import { readdir, readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { readMask, type Mask } from '../formats/mask';
import { readSeedMaps } from '../formats/readSeed';
import type { MapSeed } from '../formats/seed';
import { InputError } from '../lpcam/inputError';
import { ignored } from '../lpcam/metrics';
import { SaliencySweep } from '../lpcam/saliency';
import { SeedSweep, type ThresholdScores } from '../lpcam/sweep';
import type { Progress } from '../protocol/progress';
import { pathInside } from './pathInside';
import { seedFilePath } from './seedFilePath';

/** Labels that a mask can hold besides background and `ignored`. */
const mostClasses = 254;

export interface EvaluationOptions {
  /** Folder of `<id>.npy` or `<id>.npz`. */
  readonly seeds: string;
  /** Folder of `<id>.png`. */
  readonly masks: string;
  /** Images to score; null: every seed file of the folder. */
  readonly ids: readonly string[] | null;
  /** Class names; null: as many as the masks and seeds hold. */
  readonly classes: readonly string[] | null;
  /** Background scores to try, 0..1; with saliency maps, thetas. */
  readonly thresholds: readonly number[];
  /** Folder of EDAM's saliency maps, `<id>.png` in grey, that the seeds are joined with; null: none. */
  readonly saliency: string | null;
  /** Score without the images of `ids` that have no seed. */
  readonly allowMissing: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export interface Evaluation {
  /** Images scored. */
  readonly images: number;
  /** Ids without a seed file. */
  readonly missing: readonly string[];
  readonly classes: readonly string[];
  /** One entry per threshold. */
  readonly sweep: readonly ThresholdScores[];
  /** Entry of the largest mIoU, the first on ties. */
  readonly best: ThresholdScores;
  /** Ids whose seed holds NaN, as the published code writes dead seeds; there they count as background. */
  readonly dead: readonly string[];
}

/** Ids of the seed files of a folder and the folders in it, sorted. */
async function seedIds(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const ids = names
    .filter((name) => /\.np[yz]$/.test(name))
    .map((name) => name.slice(0, -'.npy'.length).split(sep).join('/'));
  return [...new Set(ids)].sort();
}

async function idsToScore({ seeds, ids }: EvaluationOptions): Promise<readonly string[]> {
  if (ids !== null) return ids;
  const found = await seedIds(seeds);
  if (found.length === 0)
    throw new InputError(`${seeds}: no seed files (.npy, .npz) in this folder.`, { file: seeds });
  return found;
}

/** As the network's outputs are called where nothing names them. */
function namesUpTo(classes: number): string[] {
  return Array.from({ length: classes }, (_, index) => `class ${index}`);
}

/** Refuses a seed of another size or of a class the study does not have. */
function checkSeed(seedPath: string, seed: MapSeed, maskPath: string, mask: Mask, classes: number): void {
  for (const { height, width } of seed.highRes) {
    if (height !== mask.height || width !== mask.width)
      throw new InputError(
        `${seedPath} is ${width} x ${height} pixels, its mask ${maskPath} is ${mask.width} x ${mask.height}. Seeds must be high_res maps, as large as the image.`,
        { file: seedPath },
      );
  }
  const strange = seed.keys.find((key) => key < 0 || key >= classes);
  if (strange !== undefined)
    throw new InputError(
      `${seedPath} has a map of class ${strange}, but there are ${classes} classes (0 to ${classes - 1}).`,
      { file: seedPath, field: 'keys' },
    );
}

/** Whether a map holds NaN: the published code's dead seeds do. No NaN exceeds a threshold: they count as background. */
function isDead(seed: MapSeed): boolean {
  return seed.highRes.some(({ data }) => data.some(Number.isNaN));
}

/** The saliency map of an image, [area], 0..255. */
async function saliencyOf(folder: string, id: string, mask: Mask): Promise<Uint8Array> {
  const path = pathInside(folder, `${id}.png`);
  const bytes = await readFile(path).catch((error: unknown) => {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new InputError(
      `${path} ${missing ? 'does not exist' : `cannot be read (${String(error)})`}: every image scored needs its saliency map.`,
      { file: path },
    );
  });
  const { width, height, labels } = readMask(bytes, path);
  if (width !== mask.width || height !== mask.height)
    throw new InputError(
      `The saliency map ${path} is ${width} x ${height}, the mask ${mask.width} x ${mask.height}.`,
      { file: path },
    );
  return labels;
}

/**
 * Reads each seed and its mask once and scores every threshold on the way: memory holds one image.
 * @throws InputError on unreadable files, seeds that are missing, and seeds that do not fit their masks
 */
export async function evaluateSeeds(options: EvaluationOptions): Promise<Evaluation> {
  const { seeds, masks, classes, thresholds, signal, onProgress } = options;
  const ids = await idsToScore(options);
  const seedPath = (id: string): string => seedFilePath(seeds, id);
  const missing = ids.filter((id) => !existsSync(seedPath(id)));
  if (missing.length === ids.length)
    throw new InputError(
      `${seeds}: none of the ${ids.length} images listed has a seed here (${missing[0] ?? ''}.npy, ...).`,
      {
        file: seeds,
      },
    );
  if (missing.length > 0 && !options.allowMissing)
    throw new InputError(
      `${seeds}: ${missing.length} of ${ids.length} images have no seed here (first: ${missing.slice(0, 3).join(', ')}). Make them, or leave them out with --allow-missing.`,
      { file: seeds },
    );

  const absent = new Set(missing);
  const present = ids.filter((id) => !absent.has(id));
  const sweep = new SeedSweep(classes?.length ?? mostClasses, thresholds);
  const salient =
    options.saliency === null
      ? null
      : { folder: options.saliency, sweep: new SaliencySweep(sweep.classes, thresholds) };
  const dead: string[] = [];
  let mostSeen = 0;
  for (const [done, id] of present.entries()) {
    signal.throwIfAborted();
    onProgress({ stage: 'Scoring seeds', done, total: present.length });
    const seed = readSeedMaps(await readFile(seedPath(id)), seedPath(id));
    const maskPath = join(masks, `${id}.png`);
    const mask = readMask(await readFile(maskPath), maskPath);
    checkSeed(seedPath(id), seed, maskPath, mask, sweep.classes);
    if (isDead(seed)) dead.push(id);
    const maps = seed.keys.map((classIndex, index) => ({
      classIndex,
      map: seed.highRes[index]?.data ?? new Float32Array(),
    }));
    if (salient === null) sweep.add(maps, mask.labels, maskPath);
    else salient.sweep.add(maps, await saliencyOf(salient.folder, id, mask), mask.labels, maskPath);
    for (const key of seed.keys) mostSeen = Math.max(mostSeen, key + 1);
    for (const label of mask.labels) if (label !== ignored && label > mostSeen) mostSeen = label;
    // Lets Ctrl+C and the progress line through.
    await setImmediate();
  }
  onProgress({ stage: 'Scoring seeds', done: present.length, total: present.length });

  const [first, ...others] = (salient?.sweep ?? sweep).scores();
  if (first === undefined) throw new RangeError('no thresholds to score');
  return {
    images: present.length,
    missing,
    dead,
    classes: classes ?? namesUpTo(mostSeen),
    sweep: [first, ...others],
    best: others.reduce(
      (best, entry) => ((entry.scores.miou ?? 0) > (best.scores.miou ?? 0) ? entry : best),
      first,
    ),
  };
}
