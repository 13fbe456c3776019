/** Clusters every class of a study and writes its prototype bank (lpcam.md, section 3). */
import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { version } from '../../../package.json';
import type { PrototypeBank, Provenance } from '../../lpcam/bank';
import { InputError } from '../../lpcam/inputError';
import type { Notice } from '../../lpcam/notice';
import type { CamNetwork } from '../../network/camNetwork';
import type { Progress } from '../../protocol/progress';
import type { DeviceName } from '../../protocol/studyFile';
import { decodeBank, writeBank } from '../bankFile';
import type { ResolvedStudy } from '../study/resolvedStudy';
import { clusterSet, traceNotices } from './classCentres';
import type { ClassCentres } from './classCentres';
import { gatherClassRows } from './classRows';
import { extractFeatures } from './extraction';
import { FeatureCache } from './featureCache';
import { clusteringIdentity, clusteringKey } from './identity';
import { FeatureExtractor } from './imageFeatures';
import { RowMemory } from './keptRows';
import { KmeansStep } from './kmeansStep';
import { trainingImages } from './trainingImages';
import type { TrainingImages } from './trainingImages';
import { fusionRule } from '../explain/fusion';
import { WorkFolder, storageError } from './workFolder';

export interface ClusterOptions {
  readonly study: ResolvedStudy;
  readonly network: CamNetwork;
  /** SHA-256 of the checkpoint, hex. */
  readonly checkpointHash: string;
  readonly device: DeviceName;
  /** Names of the classifier's outputs, [N]. */
  readonly classNames: readonly string[];
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

class StudyClustering {
  private readonly notices: Notice[] = [];
  private step: KmeansStep | null = null;
  private readonly memory = new RowMemory();

  constructor(
    private readonly options: ClusterOptions,
    private readonly training: TrainingImages,
    private readonly folder: WorkFolder,
    private readonly cache: FeatureCache,
    private readonly provenance: Provenance,
  ) {}

  private bankOf({ centres, traces }: ClassCentres): PrototypeBank {
    const { classNames, network } = this.options;
    return {
      classes: classNames,
      channels: network.channels,
      alreadyGated: false,
      centres,
      traces,
      provenance: this.provenance,
    };
  }

  /** Names what was extracted of a class's images: finished centres are those of the same files only. */
  private version(images: readonly string[]): string {
    const versions = images.map((id) => this.cache.get(id)?.version ?? null);
    return createHash('sha256').update(JSON.stringify(versions)).digest('hex').slice(0, 16);
  }

  /** What an interrupted run finished of a class. */
  private async finished(path: string): Promise<ClassCentres | null> {
    const bytes = await readFile(path).catch(() => null);
    if (!bytes) return null;
    try {
      return decodeBank(bytes, path);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      await rm(path, { force: true });
      return null;
    }
  }

  private async cluster(classIndex: number, images: readonly string[], place: string): Promise<ClassCentres> {
    const { network, study, device, signal, onProgress, classNames } = this.options;
    const { clustering } = study.settings;
    const name = classNames[classIndex] ?? `class ${classIndex}`;
    const step = (this.step ??= await KmeansStep.open(network.channels, 'float16', device));
    const sets = await gatherClassRows(this.cache, this.folder, images, classIndex, network.channels, signal);
    try {
      const parts: ClassCentres[] = [];
      for (const set of sets)
        parts.push(
          await clusterSet(set, {
            network,
            clustering,
            classIndex,
            step,
            memory: this.memory,
            signal,
            onIteration: (side, iteration, shift) =>
              onProgress({
                stage: `Clustering ${name} (${place}), ${side}, summed shift ${shift.toFixed(2)}`,
                done: iteration,
                total: clustering.maxIterations,
              }),
          }),
        );
      return { centres: parts.flatMap((part) => part.centres), traces: parts.flatMap((part) => part.traces) };
    } finally {
      for (const set of sets) await set.close();
    }
  }

  async run(): Promise<{ bank: PrototypeBank; notices: Notice[] }> {
    const { study, network, device, classNames, onProgress, signal } = this.options;
    this.notices.push(...this.training.notices);
    this.notices.push(
      ...(await extractFeatures({
        study,
        training: this.training,
        cache: this.cache,
        folder: this.folder,
        openExtractor: () => FeatureExtractor.open(network, study, device),
        onProgress,
        signal,
      })),
    );
    const parts: ClassCentres[] = [];
    try {
      for (const [classIndex, images] of this.training.byClass) {
        const path = this.folder.file(`class-${classIndex}-${this.version(images)}.safetensors`);
        const place = `${parts.length + 1} of ${this.training.byClass.size}`;
        let part = await this.finished(path);
        if (!part) {
          part = await this.cluster(classIndex, images, place);
          await writeBank(path, this.bankOf(part));
        }
        parts.push(part);
        for (const trace of part.traces)
          this.notices.push(...traceNotices(trace, classNames[classIndex] ?? '', study.settings.clustering));
      }
    } finally {
      await this.step?.release();
    }
    const bank = this.bankOf({
      centres: parts.flatMap((part) => part.centres),
      traces: parts.flatMap((part) => part.traces),
    });
    if (bank.centres.length === 0)
      throw new InputError(`${study.name}: no class has rows to cluster. ${this.notices[0]?.message ?? ''}`, {
        file: study.file ?? undefined,
      });
    await writeBank(study.bankPath, bank);
    return { bank, notices: this.notices };
  }
}

/**
 * Extracts the features of the training images, clusters both sets of every class and writes `study.bankPath`. What an
 * interrupted run finished (features of images, centres of classes) is kept beside it and used again.
 * @throws InputError when the study lacks what clustering needs; the signal's reason when cancelled
 */
export async function clusterStudy(
  options: ClusterOptions,
): Promise<{ bank: PrototypeBank; notices: Notice[] }> {
  const { study, network, checkpointHash, device, classNames } = options;
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
    created: new Date().toISOString(),
    identity: clusteringKey(study, clustered, classNames, training),
    scoring: network.scoring,
  };
  const identity = {
    ...clusteringIdentity(study, clustered, classNames, training),
    device,
    scoring: network.scoring,
  };
  const folder = await WorkFolder.open(study.bankPath, identity);
  try {
    const cache = await FeatureCache.open(folder, network.channels);
    let result;
    try {
      result = await new StudyClustering(options, training, folder, cache, provenance).run();
    } finally {
      await cache.close();
    }
    await folder.remove();
    return result;
  } catch (error) {
    await folder.release();
    throw storageError(error, folder.path);
  }
}
