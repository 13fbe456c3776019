/** What a scoring reads: the folders, the list that they belong to, and a task per image. */
import { resolve } from 'node:path';
import { InputError } from '../../lpcam/inputError';
import type { Progress } from '../../protocol/progress';
import type { ListChoice } from '../../protocol/score';
import type { SeedsManifest } from '../../protocol/seeds';
import type { StudyReference } from '../../protocol/study';
import { readManifest } from '../seeds/manifest';
import { resolveStudy } from '../study/resolve';
import type { ResolvedStudy } from '../study/resolvedStudy';
import type { ImageTask, ScoredChunk } from './scoreChunk';
import { scoreImages } from './scorePool';
import { bareId, filesById, seedFiles, type FilesById } from './seedFiles';
import { thresholdsOf, type SweptThresholds } from './sweptThresholds';
import { whichList, type ImageList, type WantedList } from './whichList';

/** Labels that a mask can hold besides background and `ignored`. */
export const mostClasses = 254;

export interface ScoreOptions {
  readonly study: StudyReference | null;
  /** One folder of seeds, or two to compare. */
  readonly seeds: readonly string[];
  /** Folder of masks; null: the study's. */
  readonly masks: string | null;
  readonly list: WantedList;
  /** Thresholds to score; null: those of the sweep. */
  readonly thresholds: readonly number[] | null;
  /** Keep a record of the score in the study's folder. */
  readonly keep: boolean;
  /** Path of the bundled scoreWorker; null: everything in this thread. */
  readonly script: string | null;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** A folder of seeds before anything of it is read. */
export interface SeedFolder {
  readonly path: string;
  readonly files: FilesById;
  readonly labelMaps: boolean;
  readonly manifest: SeedsManifest | null;
  readonly swept: SweptThresholds;
}

async function foldersOf(options: ScoreOptions, study: ResolvedStudy | null): Promise<SeedFolder[]> {
  const paths = options.seeds.map((path) => resolve(path));
  const found = await Promise.all(
    paths.map(async (path) => ({
      path,
      manifest: await readManifest(path),
      ...(await seedFiles(path, study?.classes?.length ?? null)),
    })),
  );
  const images = Math.max(...found.map(({ files }) => files.size));
  return found.map((folder) => ({
    ...folder,
    swept: thresholdsOf({
      labelMaps: folder.labelMaps,
      wanted: options.thresholds,
      study,
      images,
      compared: paths.length > 1,
    }),
  }));
}

export interface ScorePlan {
  readonly study: ResolvedStudy | null;
  readonly folders: readonly SeedFolder[];
  readonly list: ImageList;
  /** Other lists that the seeds may belong to. */
  readonly others: readonly ListChoice[];
  /** Seeds of the folders that the list does not name. */
  readonly extra: number;
  readonly masks: string | null;
  readonly tasks: readonly ImageTask[];
  /** Listed images without a seed. */
  readonly missing: readonly string[];
  readonly problems: readonly { readonly id: string; readonly message: string }[];
}

/** What is to be read; images without a mask cannot be scored where others have one. */
function tasksOf(
  ids: readonly string[],
  study: ResolvedStudy | null,
  folders: readonly SeedFolder[],
  masks: string | null,
  maskFiles: FilesById | null,
): Pick<ScorePlan, 'tasks' | 'missing' | 'problems'> {
  const tasks: ImageTask[] = [];
  const missing: string[] = [];
  const problems: { id: string; message: string }[] = [];
  const labels = study?.dataset.labels ?? null;
  for (const id of ids) {
    const bare = bareId(id);
    const seeds = folders.flatMap(({ files }) => files.get(bare) ?? []);
    const mask = maskFiles?.get(bare) ?? null;
    if (seeds.length < folders.length) missing.push(id);
    else if (maskFiles !== null && mask === null)
      problems.push({ id, message: `${id}: there is no mask ${bare}.png in ${masks ?? ''}.` });
    else tasks.push({ id, seeds, mask, labelled: labels?.get(id) ?? labels?.get(bare) ?? null });
  }
  return { tasks, missing, problems };
}

/**
 * Looks for all that is scored.
 * @throws InputError when the study, a folder or the list cannot be used
 */
export async function planScoring(options: ScoreOptions): Promise<ScorePlan> {
  const study = options.study === null ? null : await resolveStudy(options.study);
  options.signal.throwIfAborted();
  const folders = await foldersOf(options, study);
  const dataset = study?.dataset ?? null;
  const shared = [...(folders[0]?.files.keys() ?? [])].filter((id) =>
    folders.every(({ files }) => files.has(id)),
  );
  if (shared.length === 0)
    throw new InputError(
      `No image has seeds in both ${folders.map(({ path }) => path).join(' and ')}: they belong to different data.`,
    );
  const { list, others } = await whichList(options.list, shared, {
    path: dataset?.list ?? null,
    ids: dataset?.list == null ? [] : dataset.ids,
  });
  const masks = options.masks ?? dataset?.masks ?? null;
  const maskFiles = masks === null ? null : await filesById(masks, ['.png']);
  const tasks = tasksOf(list.ids, study, folders, masks, maskFiles);
  return { study, folders, list, others, extra: shared.length - list.found, masks, ...tasks };
}

/** Reads and counts the images. @returns one answer per chunk, in the order of the tasks */
export async function countImages(
  tasks: readonly ImageTask[],
  { study, folders, masks }: ScorePlan,
  { script, signal, onProgress }: ScoreOptions,
): Promise<readonly ScoredChunk[]> {
  const tell = (done: number) => onProgress({ stage: 'Scoring seeds', done, total: tasks.length });
  const classes = study?.classes?.length ?? null;
  tell(0);
  return scoreImages(tasks, {
    setting: {
      thresholds: folders.map(({ swept }) => swept.thresholds),
      classes: classes ?? mostClasses,
      named: classes,
      withMasks: masks !== null,
    },
    script,
    signal,
    onDone: tell,
  });
}
