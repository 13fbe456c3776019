/** Scores one folder of seeds, or two beside each other. */
import { resolve } from 'node:path';
import { InputError } from '../../lpcam/inputError';
import { joinColumns } from '../../lpcam/triage/scoreColumns';
import type { Progress } from '../../protocol/progress';
import type { ScoredSeeds, SeedScores } from '../../protocol/score';
import type { SeedsManifest } from '../../protocol/seeds';
import type { StudyReference } from '../../protocol/study';
import { readManifest } from '../seeds/manifest';
import { resolveStudy } from '../study/resolve';
import type { ResolvedStudy } from '../study/resolvedStudy';
import { checkpointFact } from './checkpointFact';
import { joinedShares, type ImageTask, type ScoredChunk, type SeedTraits } from './scoreChunk';
import {
  deadFact,
  dialectFact,
  labelsFact,
  listFact,
  masksFact,
  saliencyFact,
  sizeFact,
  stageFact,
} from './scoreFacts';
import { scoreImages } from './scorePool';
import { studyFolder, writeScoreRecord } from './scoreRecords';
import { bareId, filesById, seedFiles, type FilesById } from './seedFiles';
import { seedStage } from './seedStage';
import { recordOf } from './recordOf';
import { thresholdsOf, type SweptThresholds } from './sweptThresholds';
import { whichList, type WantedList } from './whichList';

/** Labels that a mask can hold besides background and `ignored`. */
const mostClasses = 254;

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
interface SeedFolder {
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

function mergedTraits(chunks: readonly ScoredChunk[], at: number): SeedTraits {
  const all = chunks.flatMap(({ traits }) => traits[at] ?? []);
  const dialects: Record<string, number> = {};
  for (const traits of all)
    for (const [dialect, files] of Object.entries(traits.dialects))
      dialects[dialect] = (dialects[dialect] ?? 0) + files;
  return {
    dialects,
    oldest: Math.min(...all.map(({ oldest }) => oldest)),
    newest: Math.max(...all.map(({ newest }) => newest)),
    unlabelled: all.flatMap(({ unlabelled }) => unlabelled),
    unseeded: all.flatMap(({ unseeded }) => unseeded),
    dead: all.flatMap(({ dead }) => dead),
  };
}

/** As the network's outputs are called where nothing names them. */
const namesUpTo = (classes: number) => Array.from({ length: classes }, (_, index) => `class ${index}`);

class Scoring {
  constructor(
    private readonly options: ScoreOptions,
    private readonly study: ResolvedStudy | null,
    private readonly folders: readonly SeedFolder[],
  ) {}

  async run(): Promise<SeedScores> {
    const { options, study, folders } = this;
    const { signal } = options;
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
    const { tasks, missing, problems } = this.tasks(list.ids, masks, maskFiles);
    const classes = study?.classes ?? null;
    options.onProgress({ stage: 'Scoring seeds', done: 0, total: tasks.length });
    const chunks = await scoreImages(tasks, {
      setting: {
        thresholds: folders.map(({ swept }) => swept.thresholds),
        classes: classes?.length ?? mostClasses,
        named: classes?.length ?? null,
        withMasks: masks !== null,
      },
      script: options.script,
      signal,
      onDone: (done) => options.onProgress({ stage: 'Scoring seeds', done, total: tasks.length }),
    });
    const ids = chunks.flatMap((chunk) => chunk.ids);
    const all = [...problems, ...chunks.flatMap((chunk) => chunk.problems)];
    const [first] = all;
    if (ids.length === 0)
      throw new InputError(
        `None of the ${list.found} images could be scored. The first problem: ${first?.message ?? 'none'}`,
      );
    const largest = Math.max(...chunks.map(({ largestLabel }) => largestLabel));
    const listText = listFact(
      list,
      ids.length,
      shared.length - list.found,
      list.path === (dataset?.list ?? null),
    );
    const wrongSize = chunks.flatMap((chunk) =>
      chunk.problems.filter(({ size }) => size).map(({ id }) => id),
    );
    const scored = await Promise.all(
      folders.map(async (folder, at): Promise<{ seeds: ScoredSeeds; hash: string | null }> => {
        const traits = mergedTraits(chunks, at);
        const stage = seedStage({ ...folder, folder: folder.path, dialects: traits.dialects });
        const checkpoint = await checkpointFact(study?.checkpoint ?? null, folder.manifest, traits, signal);
        return {
          hash: checkpoint.hash,
          seeds: {
            path: folder.path,
            stage: stage.stage,
            labelMaps: folder.labelMaps,
            ...folder.swept,
            facts: [
              listText,
              masksFact(masks),
              stageFact(stage, folder.labelMaps),
              labelsFact(dataset?.labelsFile ?? null, traits, ids.length),
              checkpoint.fact,
              dialectFact(traits),
              ...sizeFact(wrongSize),
              ...deadFact(traits),
              ...saliencyFact(dataset?.saliency ?? null),
            ],
            columns: joinColumns(
              chunks.flatMap((chunk) => chunk.columns[at] ?? []),
              folder.swept.thresholds.length,
              masks !== null,
            ),
          },
        };
      }),
    );
    const [one, other] = scored;
    if (one === undefined) throw new RangeError('No folder of seeds to score.');
    const scores: SeedScores = {
      classes: [...(classes ?? namesUpTo(largest))],
      ids,
      masks,
      list: { path: list.path, name: list.name, listed: list.listed, found: list.found },
      lists: [...others],
      first: one.seeds,
      second: other?.seeds ?? null,
      agreement:
        other === undefined
          ? null
          : joinedShares(chunks.map(({ agreement }) => agreement ?? new Uint16Array())),
      missing: [...missing],
      problems: all.map(({ id, message }) => ({ id, message })),
      record: null,
      notices: [...(study?.notices ?? [])],
    };
    const record = options.keep && folders.length === 1 ? await this.keep(scores, one.hash) : null;
    return { ...scores, record };
  }

  /** What is to be read; images without a mask cannot be scored where others have one. */
  private tasks(ids: readonly string[], masks: string | null, maskFiles: FilesById | null) {
    const tasks: ImageTask[] = [];
    const missing: string[] = [];
    const problems: { id: string; message: string }[] = [];
    const labels = this.study?.dataset.labels ?? null;
    for (const id of ids) {
      const bare = bareId(id);
      const seeds = this.folders.flatMap(({ files }) => files.get(bare) ?? []);
      const mask = maskFiles?.get(bare) ?? null;
      if (seeds.length < this.folders.length) missing.push(id);
      else if (maskFiles !== null && mask === null)
        problems.push({ id, message: `${id}: there is no mask ${bare}.png in ${masks ?? ''}.` });
      else tasks.push({ id, seeds, mask, labelled: labels?.get(id) ?? labels?.get(bare) ?? null });
    }
    return { tasks, missing, problems };
  }

  private async keep(scores: SeedScores, hash: string | null): Promise<string | null> {
    const { study: reference } = this.options;
    const { study } = this;
    if (reference === null || study === null) return null;
    const folder = studyFolder(reference);
    const [seeds] = this.folders;
    const record = recordOf(scores, study, seeds?.manifest ?? null, hash, folder);
    return writeScoreRecord(folder, record);
  }
}

/**
 * Scores seeds as the published evaluation does: one confusion matrix over the list (lpcam.md, section 5).
 * @throws InputError when the study, the folder or the list cannot be used, or nothing can be scored; what is wrong with
 * single images is among the result's problems
 */
export async function scoreSeeds(options: ScoreOptions): Promise<SeedScores> {
  const study = options.study === null ? null : await resolveStudy(options.study);
  options.signal.throwIfAborted();
  return new Scoring(options, study, await foldersOf(options, study)).run();
}
