/** The steps of clustering a study in its work folder; each finds what was done before and goes on from there. */
import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import type { PrototypeBank, Provenance } from '../../lpcam/bank';
import { InputError } from '../../lpcam/inputError';
import type { Notice } from '../../lpcam/notice';
import type { CamNetwork } from '../../network/camNetwork';
import type { Progress } from '../../protocol/progress';
import type { DeviceName, PrecisionName } from '../../protocol/deviceNames';
import type { Batching } from '../batching/batching';
import { decodeBank, writeBank } from '../bankFile';
import { fileVersion } from '../fileVersion';
import { imagePath } from '../study/images';
import type { ResolvedStudy } from '../study/resolvedStudy';
import { clusterSet, traceNotices } from './classCentres';
import type { ClassCentres } from './classCentres';
import { gatherClassRows } from './classRows';
import { extractFeatures } from './extraction';
import type { FeatureStore } from './featureStore';
import type { InputMaker } from '../image/inputMaker';
import { FeatureExtractor } from './imageFeatures';
import { RowMemory } from './keptRows';
import { KmeansStep } from './kmeansStep';
import type { TrainingImages } from './trainingImages';
import type { WorkFolder } from './workFolder';

export interface ClusterOptions {
  readonly study: ResolvedStudy;
  readonly network: CamNetwork;
  /** SHA-256 of the checkpoint, hex. */
  readonly checkpointHash: string;
  readonly device: DeviceName;
  readonly precision: PrecisionName;
  readonly inputs: InputMaker;
  /** How images of one size are run together; absent: they are not. */
  readonly batching?: Batching | null;
  /** Names of the classifier's outputs, [N]. */
  readonly classNames: readonly string[];
  /** Path of the study's own bank, where this is a trial's: features that were extracted for it are used. */
  readonly lender?: string | null;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

export class StudyClustering {
  private step: KmeansStep | null = null;
  private readonly memory = new RowMemory();

  constructor(
    private readonly options: ClusterOptions,
    private readonly training: TrainingImages,
    private readonly folder: WorkFolder,
    private readonly features: FeatureStore,
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

  /** The file of a class's centres. It names what was extracted of the class's images: centres are those of the same files only. */
  private partPath(classIndex: number, images: readonly string[]): string {
    const versions = images.map((id) => this.features.get(id)?.version ?? null);
    const hash = createHash('sha256').update(JSON.stringify(versions)).digest('hex').slice(0, 16);
    return this.folder.file(`class-${classIndex}-${hash}.safetensors`);
  }

  /** What was finished of a class, by this run, an interrupted one or another machine. */
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

  /**
   * Extracts what is not there yet of the images.
   * @param shared a share of them, of several machines
   */
  async extract(ids: readonly string[], shared: boolean, clustersNext: boolean): Promise<Notice[]> {
    const { study, network, device, precision, inputs, batching = null, onProgress, signal } = this.options;
    const { images, byClass } = this.training;
    return extractFeatures({
      study,
      images: new Map(ids.map((id) => [id, images.get(id) ?? []])),
      largestClass: clustersNext ? Math.max(...[...byClass.values()].map((all) => all.length)) : 0,
      shared,
      cache: this.features,
      folder: this.folder,
      openExtractor: () => FeatureExtractor.open({ network, study, device, precision, inputs }),
      batching,
      onProgress,
      signal,
    });
  }

  /** Takes of all images the features of the files as they are now, wherever they were extracted. */
  async useCurrent(): Promise<void> {
    for (const id of this.training.images.keys()) {
      this.options.signal.throwIfAborted();
      const path = imagePath(this.options.study, id);
      const version = path === null ? null : await fileVersion(path);
      if (version !== null && !this.features.use(id, version)) this.features.forget(id);
    }
  }

  private async cluster(classIndex: number, images: readonly string[], place: string): Promise<ClassCentres> {
    const { network, study, device, signal, onProgress, classNames } = this.options;
    const { clustering } = study.settings;
    const name = classNames[classIndex] ?? `class ${classIndex}`;
    const step = (this.step ??= await KmeansStep.open(network.channels, 'float16', device));
    const sets = await gatherClassRows(
      this.features,
      this.folder,
      images,
      classIndex,
      network.channels,
      clustering.split,
      signal,
    );
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

  /** Clusters those of the classes that are not finished. */
  async clusterClasses(classes: readonly number[]): Promise<void> {
    try {
      for (const [at, classIndex] of classes.entries()) {
        const images = this.training.byClass.get(classIndex) ?? [];
        const path = this.partPath(classIndex, images);
        if ((await this.finished(path)) !== null) continue;
        await writeBank(
          path,
          this.bankOf(await this.cluster(classIndex, images, `${at + 1} of ${classes.length}`)),
        );
      }
    } finally {
      await this.step?.release();
      this.step = null;
    }
  }

  /** Classes whose centres are not there yet. */
  async unfinished(): Promise<number[]> {
    const lacking: number[] = [];
    for (const [classIndex, images] of this.training.byClass)
      if ((await this.finished(this.partPath(classIndex, images))) === null) lacking.push(classIndex);
    return lacking;
  }

  /**
   * Writes the bank of all classes. Its bytes do not tell which machine clustered what, nor when.
   * @throws InputError when no class has rows
   */
  async merge(extracted: readonly Notice[]): Promise<Notice[]> {
    const { study, classNames } = this.options;
    const notices = [...this.training.notices, ...extracted];
    const parts: ClassCentres[] = [];
    for (const [classIndex, images] of this.training.byClass) {
      const part = await this.finished(this.partPath(classIndex, images));
      if (part === null) throw new Error(`the centres of class ${classIndex} went while they were merged`);
      parts.push(part);
      for (const trace of part.traces)
        notices.push(...traceNotices(trace, classNames[classIndex] ?? '', study.settings.clustering));
    }
    const bank = this.bankOf({
      centres: parts.flatMap((part) => part.centres),
      traces: parts.flatMap((part) => part.traces),
    });
    if (bank.centres.length === 0)
      throw new InputError(`${study.name}: no class has rows to cluster. ${notices[0]?.message ?? ''}`, {
        file: study.file ?? undefined,
      });
    await writeBank(study.bankPath, bank);
    return notices;
  }
}
