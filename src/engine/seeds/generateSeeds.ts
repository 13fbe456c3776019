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
import { deviceLabel } from '../../protocol/device';
import type { EngineParams, EngineResult } from '../../protocol/engine';
import type { Progress } from '../../protocol/progress';
import type { AskedOutput, SeedsManifest } from '../../protocol/seeds';
import type { StudySummary } from '../../protocol/study';
import type { Batching } from '../batching/batching';
import type { NetworkBatch } from '../explain/networkRun';
import { explainWhole, type Explainer, type Explanation } from '../explanation';
import { readBank } from '../bankFile';
import { storedSize } from '../image/storedSize';
import { listedClasses } from '../study/dataset';
import { imagePath } from '../study/images';
import { ofShard } from '../shard';
import { atCheckpoint } from '../study/atCheckpoint';
import { resolveStudy } from '../study/resolve';
import type { ResolvedStudy } from '../study/resolvedStudy';
import { openSeedsFolder, readManifest, type SeedsPlan } from './manifest';
import { makeSeeds, type SeedsOutcome } from './seedsJob';
import { seedPath, type SeedsOutput } from './seedOutput';
import { FolderManifest } from './seedsManifests';
import { SeedsWork } from './seedsWork';

/** The engine, as far as seeds go. */
export interface SeedsEngine extends Explainer {
  openStudy(params: EngineParams<'openStudy'>, signal: AbortSignal): Promise<StudySummary>;
  hello(): EngineResult<'hello'>;
  /** How images of one size are run together on the device of a request; null: they are not. */
  batching(params: EngineParams<'makeSeeds'>, study: ResolvedStudy): Promise<Batching | null>;
}

/** The network runs on one image, or batch of them, at a time; two more are read and written meanwhile. */
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

/** What shares made together, as their manifests tell. */
async function mergedOutcome(folders: readonly FolderManifest[]): Promise<SeedsOutcome & { whole: true }> {
  const manifests = await Promise.all(folders.map(({ output }) => readManifest(output.folder)));
  const known = <T>(of: (manifest: SeedsManifest) => readonly T[]) => {
    const all = manifests.flatMap((manifest) => (manifest === null ? [] : of(manifest)));
    return [...new Map(all.map((entry) => [JSON.stringify(entry), entry])).values()];
  };
  return {
    written: 0,
    skipped: Math.min(...manifests.map((manifest) => manifest?.counts.seeds ?? 0)),
    failed: known(({ failed }) => failed),
    dead: known(({ dead }) => dead),
    stopped: null,
    notices: [],
    whole: true,
  };
}

/**
 * Makes the seeds of a study's list, or of a share of it. Folders that hold seeds made in the same way are filled up; the manifest beside
 * them tells how they were made and which images have none, and why; of shares whoever is last writes it, the same bytes
 * as one run does.
 * @throws InputError when nothing can be made at all, or a folder holds seeds made in another way
 */
export async function generateSeeds(
  engine: SeedsEngine,
  params: EngineParams<'makeSeeds'>,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<EngineResult<'makeSeeds'>> {
  onProgress({ stage: 'Reading the study', done: 0, total: 0 });
  const { list, force, plain = false, deviceChoice, precisionChoice } = params;
  const shard = params.shard ?? null;
  const study = await resolveStudy(params.study);
  // Seeds of one folder are of one checkpoint, also when the training goes on meanwhile.
  const reference = atCheckpoint(params.study, study.checkpoint);
  const outputs = outputsOf(study, params.outputs);
  const ids = await idsToSeed(study, list);
  checkBank(study, outputs);
  const summary = await engine.openStudy({ study: reference }, signal);
  const { runtime } = engine.hello();
  const folders: FolderManifest[] = [];
  const works = new Map<SeedsOutput, SeedsWork>();
  for (const output of outputs) {
    const plan = await planOf(study, summary, output, params, runtime);
    const held = await openSeedsFolder(output.folder, plan, force);
    const work = new SeedsWork(output.folder, shard);
    if (force && shard === null) await work.remove();
    works.set(output, work);
    folders.push(new FolderManifest(output, plan, held, work, ids, await work.journal()));
  }
  const fusion = plain ? null : summary.fusion;
  if (params.merge === true) {
    for (const folder of folders) await folder.merge(signal);
    return { outputs, fusion, ...(await mergedOutcome(folders)) };
  }
  let device: string | null = null;
  for (const { folder } of outputs) await mkdir(folder, { recursive: true });
  const own = ids.filter((id) => ofShard(id, shard));
  const unmade = own.filter((id) => outputs.some((output) => !existsSync(seedPath(output, id))));
  const told = folders.filter((folder) => shard !== null && folder.toldBefore(unmade));
  for (const folder of folders)
    if (shard === null) await folder.begin();
    else if (!told.includes(folder)) await folder.beginShare(shard);
  const explain = async (id: string, batch: NetworkBatch | null): Promise<Explanation> => {
    const image = checkedImage(study, id);
    const found = await explainWhole(
      engine,
      { study: reference, image, classes: null, deviceChoice, precisionChoice, means: true },
      signal,
      batch,
    );
    if (found.header.checkpoint.hash !== summary.network.hash)
      throw new InputError(
        `${study.checkpoint} was written anew while the seeds were made; the seeds so far are of the one before.`,
        { file: study.checkpoint },
      );
    if (device === null) {
      device = deviceLabel(found.header.device);
      for (const folder of folders) if (!force) folder.checkPrecision(device);
      for (const work of works.values()) await work.note({ device });
    }
    return found;
  };
  const batching = await engine.batching(params, study);
  const outcome = await makeSeeds({
    ids: own,
    outputs,
    classes: listedClasses(study.dataset),
    threshold: study.settings.seeds.threshold,
    plain,
    force,
    inFlight,
    together: batching && {
      batching,
      sizeOf: async (id) => {
        const path = imagePath(study, id);
        return path === null ? null : storedSize(path);
      },
    },
    explain,
    onDead: async (output, id, className) => works.get(output)?.note({ id, className }),
    signal,
    onProgress,
  });
  let whole = outcome.stopped === null;
  try {
    for (const folder of folders)
      if (shard === null) await folder.end(outcome, device);
      else if (told.includes(folder)) await folder.mend(own, outcome, signal);
      else if (outcome.stopped === null)
        whole = (await folder.endShare(shard, outcome, device, signal)) && whole;
  } catch (error) {
    // On a full disk the manifest of the beginning stays; what was made is told all the same.
    if (outcome.stopped === null) throw error;
  }
  return { outputs, fusion, ...outcome, whole };
}
