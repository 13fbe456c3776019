/** Seeds of a study: opens the folders, makes what is missing, and writes down what was made from what. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { version } from '../../../package.json';
import { readImageList } from '../../formats/imageList';
import { InputError } from '../../lpcam/inputError';
import { seedSchemaOf } from '../../lpcam/systems';
import type { EngineParams, EngineResult } from '../../protocol/engine';
import type { Progress } from '../../protocol/progress';
import type { AskedOutput, SeedsManifest } from '../../protocol/seeds';
import type { StudySummary } from '../../protocol/study';
import { explainWhole, type Explainer, type Explanation } from '../explanation';
import { readBank } from '../bankFile';
import { listedClasses } from '../study/dataset';
import { imagePath } from '../study/images';
import { atCheckpoint } from '../study/atCheckpoint';
import { resolveStudy } from '../study/resolve';
import type { ResolvedStudy } from '../study/resolvedStudy';
import { openSeedsFolder, writeManifest, type SeedsPlan } from './manifest';
import { makeSeeds, type SeedsOutcome } from './seedsJob';
import type { SeedsOutput } from './seedOutput';

/** The engine, as far as seeds go. */
export interface SeedsEngine extends Explainer {
  openStudy(params: EngineParams<'openStudy'>, signal: AbortSignal): Promise<StudySummary>;
  hello(): EngineResult<'hello'>;
}

/** The network runs on one image at a time; two more are read and written meanwhile. */
const inFlight = 3;

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** The folder that a study's seeds of a kind lie in where none is named. */
function folderOf(study: ResolvedStudy, { method, schema }: Pick<SeedsOutput, 'method' | 'schema'>): string {
  return join(study.seedsFolder, schema === 'png' ? `${method}-png` : method);
}

function outputsOf(study: ResolvedStudy, asked: readonly AskedOutput[]): SeedsOutput[] {
  const outputs = asked.map(({ method, schema: named, folder }) => {
    const schema = named ?? seedSchemaOf(study.system?.name ?? null);
    return {
      method,
      schema,
      folder: folder === null ? folderOf(study, { method, schema }) : resolve(folder),
    };
  });
  const twice = outputs.find(({ folder }, i) => outputs.findIndex((other) => other.folder === folder) !== i);
  if (twice !== undefined)
    throw new InputError(`${twice.folder} is named for two kinds of seeds; each needs a folder of its own.`, {
      file: twice.folder,
    });
  return outputs;
}

/** Images to seed: of the list named, else of the study. */
async function idsToSeed(study: ResolvedStudy, list: string | null): Promise<readonly string[]> {
  const named = list === null ? null : resolve(list);
  const ids = named === null ? study.dataset.ids : readImageList(await readFile(named, 'utf8'), named);
  const file = study.file ?? undefined;
  if (ids.length === 0)
    throw new InputError(
      'No images to make seeds of: name a list with --list FILE, or as dataset.list in the study.',
      { file, field: 'dataset.list' },
    );
  if (study.dataset.labels === null)
    throw new InputError(
      `${study.file ?? study.folder}: seeds are made for the labelled classes of an image; name the image-level labels as dataset.labels.`,
      { file, field: 'dataset.labels' },
    );
  return ids;
}

function checkBank({ bankPath }: ResolvedStudy, outputs: readonly SeedsOutput[]): void {
  if (outputs.every(({ method }) => method === 'cam') || existsSync(bankPath)) return;
  throw new InputError(
    `${bankPath}: no prototype bank here. Make it with "lpcam prototypes" or "LPCAM: Cluster Prototypes", or name one with --bank FILE.`,
    { file: bankPath },
  );
}

/** What the seeds of an output depend on. */
async function planOf(
  study: ResolvedStudy,
  summary: StudySummary,
  output: SeedsOutput,
  { list, plain = false }: EngineParams<'makeSeeds'>,
  runtime: string,
): Promise<SeedsPlan> {
  const { method, schema } = output;
  const { gates, inference, seeds } = study.settings;
  const lpcam = method === 'lpcam';
  // How the bank was really clustered; the study's settings may have changed since. Published banks do not say.
  const clustering = lpcam ? (await readBank(study.bankPath, summary.classes)).provenance.clustering : null;
  const [low, high] = gates.context;
  return {
    format: 'lpcam-lens seeds',
    version: 1,
    method,
    schema,
    checkpoint: {
      path: study.checkpoint,
      hash: summary.network.hash,
      modified: (await stat(study.checkpoint)).mtime.toISOString(),
    },
    bank: lpcam ? { path: study.bankPath, hash: await sha256(study.bankPath) } : null,
    settings: {
      num_cluster: clustering?.k ?? null,
      select_thres: clustering?.split ?? null,
      class_thres: lpcam ? gates.class : null,
      context_thres: lpcam ? high : null,
      context_thres_low: lpcam ? low : null,
      cam_scales: [...inference.scales],
      mirror: inference.mirror,
      cam_eval_thres: schema === 'png' ? seeds.threshold : null,
      fusion: plain ? null : summary.fusion,
    },
    classes: [...summary.classes],
    study: study.file,
    list: list === null ? study.dataset.list : resolve(list),
    versions: { lpcam: version, runtime },
  };
}

/** The image's file; throws InputError when it, or its labels, are missing. */
function checkedImage(study: ResolvedStudy, id: string): string {
  const path = imagePath(study, id);
  if (path === null)
    throw new InputError(
      `${id}: no image of this id in ${study.dataset.images ?? 'the study (dataset.images)'}.`,
    );
  if (study.dataset.labels?.has(id) !== true)
    throw new InputError(`${id}: no labels in ${study.dataset.labelsFile ?? 'the study'}.`);
  return path;
}

interface OpenFolder {
  readonly output: SeedsOutput;
  readonly plan: SeedsPlan;
  readonly held: SeedsManifest | null;
}

function manifestOf(
  { plan, held }: OpenFolder,
  ids: readonly string[],
  outcome: SeedsOutcome | null,
  device: string | null,
  began: string,
): SeedsManifest {
  const failed = outcome?.failed ?? [];
  // What earlier runs found dead and this one did not make again; only LPCAM has dead seeds.
  const known = new Set(outcome?.dead.map(({ id }) => id));
  const dead =
    plan.method === 'cam'
      ? []
      : [...(held?.dead ?? []).filter(({ id }) => !known.has(id)), ...(outcome?.dead ?? [])];
  const made = (outcome?.written ?? 0) + (outcome?.skipped ?? 0);
  return {
    ...plan,
    device: device ?? held?.device ?? null,
    created: held?.created ?? began,
    updated: new Date().toISOString(),
    complete: outcome !== null && outcome.stopped === null,
    counts: {
      listed: ids.length,
      seeds: outcome === null ? (held?.counts.seeds ?? 0) : made,
      failed: failed.length,
      dead: dead.length,
    },
    failed,
    dead,
  };
}

/**
 * Makes the seeds of a study's list. Folders that hold seeds made in the same way are filled up; the manifest beside
 * them tells how they were made and which images have none, and why.
 * @throws InputError when nothing can be made at all, or a folder holds seeds made in another way
 */
export async function generateSeeds(
  engine: SeedsEngine,
  params: EngineParams<'makeSeeds'>,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<EngineResult<'makeSeeds'>> {
  onProgress({ stage: 'Reading the study', done: 0, total: 0 });
  const { list, force, plain = false, deviceChoice } = params;
  const study = await resolveStudy(params.study);
  // Seeds of one folder are of one checkpoint, also when the training goes on meanwhile.
  const reference = atCheckpoint(params.study, study.checkpoint);
  const outputs = outputsOf(study, params.outputs);
  const ids = await idsToSeed(study, list);
  checkBank(study, outputs);
  const summary = await engine.openStudy({ study: reference }, signal);
  const { runtime } = engine.hello();
  const folders: OpenFolder[] = [];
  for (const output of outputs) {
    const plan = await planOf(study, summary, output, params, runtime);
    folders.push({ output, plan, held: await openSeedsFolder(output.folder, plan, force) });
  }
  const began = new Date().toISOString();
  let device: string | null = null;
  const tellFolders = async (outcome: SeedsOutcome | null) => {
    for (const folder of folders)
      await writeManifest(folder.output.folder, manifestOf(folder, ids, outcome, device, began));
  };
  for (const { folder } of outputs) await mkdir(folder, { recursive: true });
  await tellFolders(null);
  const explain = async (id: string): Promise<Explanation> => {
    const image = checkedImage(study, id);
    const found = await explainWhole(
      engine,
      { study: reference, image, classes: null, deviceChoice },
      signal,
    );
    if (found.header.checkpoint.hash !== summary.network.hash)
      throw new InputError(
        `${study.checkpoint} was written anew while the seeds were made; the seeds so far are of the one before.`,
        { file: study.checkpoint },
      );
    device = found.header.device.inUse;
    return found;
  };
  const outcome = await makeSeeds({
    ids,
    outputs,
    classes: listedClasses(study.dataset),
    threshold: study.settings.seeds.threshold,
    plain,
    force,
    inFlight,
    explain,
    signal,
    onProgress,
  });
  try {
    await tellFolders(outcome);
  } catch (error) {
    // On a full disk the manifest of the beginning stays; what was made is told all the same.
    if (outcome.stopped === null) throw error;
  }
  return { outputs, fusion: plain ? null : summary.fusion, ...outcome };
}
