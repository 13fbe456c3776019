/** Clusters every class of a study and writes its prototype bank (lpcam.md, section 3), in one go or in shares. */
import { basename } from 'node:path';
import { version } from '../../../package.json';
import type { PrototypeBank, Provenance } from '../../lpcam/bank';
import { InputError } from '../../lpcam/inputError';
import type { Notice } from '../../lpcam/notice';
import { deviceLabel } from '../../protocol/device';
import type { Shard } from '../../protocol/shard';
import { readBank } from '../bankFile';
import { fusionRule } from '../explain/fusion';
import { FolderLock } from '../folderLock';
import { dealt, ofShard, shardName } from '../shard';
import { FeatureStore } from './featureStore';
import { clusteringIdentity, clusteringKey } from './identity';
import { lentFeatures } from './lentFeatures';
import { StudyClustering, type ClusterOptions } from './studyClustering';
import { trainingImages, type TrainingImages } from './trainingImages';
import { WorkFolder, storageError } from './workFolder';

/** `features`: only extracts them, of all images or a share. `classes`: clusters a share. `merge`: only puts shares together. */
export type ClusterPart =
  | { readonly kind: 'features'; readonly shard: Shard | null }
  | { readonly kind: 'classes'; readonly shard: Shard }
  | { readonly kind: 'merge' };

export interface PartResult {
  /** Images or classes of the share. */
  readonly share: number;
  /** Classes that are not clustered yet; empty: the bank is written. */
  readonly lacking: readonly string[];
  readonly notices: readonly Notice[];
}

/** How two runs' work is told apart in the folder; null: all of it. */
function taskOf(part: ClusterPart | null): string | null {
  if (part === null) return null;
  if (part.kind === 'merge') return 'merge';
  return part.shard === null ? 'features' : `${part.kind}-${shardName(part.shard)}`;
}

/** Opens the work folder and its features, and keeps both as long as the work goes on. */
async function inWorkFolder<T>(
  options: ClusterOptions,
  part: ClusterPart | null,
  work: (clustering: StudyClustering, training: TrainingImages, folder: WorkFolder) => Promise<T>,
): Promise<T> {
  const { study, network, checkpointHash, classNames } = options;
  const device = deviceLabel({ inUse: options.device, precision: options.precision });
  if (classNames.length !== network.classes)
    throw new InputError(
      `${study.name}: ${classNames.length} class names for a classifier of ${network.classes} outputs.`,
      { file: study.file ?? undefined, field: 'classes' },
    );
  const training = trainingImages(study, classNames);
  const { clustering, inference } = study.settings;
  const { features, classifier } = network;
  const clustered = { checkpointHash, features, classifier, fusion: fusionRule(study, network) };
  const provenance: Provenance = {
    checkpointHash,
    checkpoint: basename(study.checkpoint),
    clustering,
    inference,
    device,
    writer: version,
    // The file's own time says it: the same clustering is the same bytes whenever and wherever it is made.
    created: null,
    identity: clusteringKey(study, clustered, classNames, training),
    scoring: network.scoring,
  };
  const identity = {
    ...clusteringIdentity(study, clustered, classNames, training),
    device,
    scoring: network.scoring,
  };
  const task = taskOf(part);
  const folder = await WorkFolder.open(study.bankPath, identity, task);
  try {
    const { lender = null } = options;
    const lent = lender === null ? null : await lentFeatures(lender, identity);
    const store = await FeatureStore.open(folder, network.channels, task, lent);
    try {
      return await work(new StudyClustering(options, training, folder, store, provenance), training, folder);
    } finally {
      await store.close();
    }
  } catch (error) {
    throw storageError(error, folder.path);
  } finally {
    await folder.release();
  }
}

/**
 * Extracts the features of the training images, clusters both sets of every class and writes `study.bankPath`. What an
 * interrupted run or shares of the work finished (features of images, centres of classes) is kept beside it and used again.
 * @throws InputError when the study lacks what clustering needs; the signal's reason when cancelled
 */
export async function clusterStudy(
  options: ClusterOptions,
): Promise<{ bank: PrototypeBank; notices: Notice[] }> {
  const notices = await inWorkFolder(options, null, async (clustering, training, folder) => {
    const extracted = await clustering.extract([...training.images.keys()], false, true);
    await clustering.clusterClasses([...training.byClass.keys()]);
    const told = await clustering.merge(extracted);
    await folder.remove();
    return told;
  });
  return { bank: await readBank(options.study.bankPath, options.classNames), notices };
}

/** Waits for its turn to put shares together; null: another did so meanwhile, and took the folder away. */
async function mergeTurn(folder: WorkFolder, signal: AbortSignal): Promise<FolderLock | null> {
  try {
    return await FolderLock.wait(folder.file('merge.json'), signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Writes the bank once every class is there; only one of several that find so does it. */
async function mergeIfWhole(
  clustering: StudyClustering,
  folder: WorkFolder,
  extracted: readonly Notice[],
  signal: AbortSignal,
): Promise<{ lacking: readonly number[]; notices: readonly Notice[] }> {
  const lock = await mergeTurn(folder, signal);
  if (lock === null) return { lacking: [], notices: extracted };
  try {
    const lacking = await clustering.unfinished();
    if (lacking.length > 0) return { lacking, notices: extracted };
    const notices = await clustering.merge(extracted);
    await folder.remove();
    return { lacking: [], notices };
  } finally {
    await lock.release();
  }
}

/**
 * A part of the same work, so that several machines that share the folder can do the others. The bank is the same, byte
 * for byte, for any number of shares; whoever finishes the last class writes it.
 * @throws InputError and the signal's reason, as `clusterStudy`
 */
export async function clusterPart(options: ClusterOptions, part: ClusterPart): Promise<PartResult> {
  const named = (classes: readonly number[]) =>
    classes.map((index) => options.classNames[index] ?? `class ${index}`);
  return inWorkFolder(options, part, async (clustering, training, folder) => {
    const all = [...training.byClass.keys()];
    if (part.kind === 'features') {
      const ids = [...training.images.keys()].filter((id) => ofShard(id, part.shard));
      const notices = await clustering.extract(ids, part.shard !== null, false);
      return { share: ids.length, lacking: named(all), notices };
    }
    const classes = part.kind === 'merge' ? [] : dealt(all, part.shard);
    const own = new Set(classes);
    const needed = [...training.images].filter(([, of]) => of.some((index) => own.has(index)));
    const extracted = await clustering.extract(
      needed.map(([id]) => id),
      true,
      true,
    );
    await clustering.useCurrent();
    await clustering.clusterClasses(classes);
    const { lacking, notices } = await mergeIfWhole(clustering, folder, extracted, options.signal);
    return { share: classes.length, lacking: named(lacking), notices };
  });
}
