/** The pass over the training images that fills the feature cache. */
import { InputError } from '../../lpcam/inputError';
import type { Notice } from '../../lpcam/notice';
import type { Progress } from '../../protocol/progress';
import { DeviceError, runtimeMessage } from '../failure';
import { fileVersion } from '../fileVersion';
import { ImageAhead } from '../image/imageAhead';
import { pause } from '../pause';
import { imagePath } from '../study/images';
import type { ResolvedStudy } from '../study/resolvedStudy';
import type { FeatureStore } from './featureStore';
import type { FeatureExtractor } from './imageFeatures';
import type { WorkFolder } from './workFolder';

/** One image may be odd; this many failing runs in a row mean that the device or the network is. */
const failuresInARow = 5;

export interface ExtractionOptions {
  readonly study: ResolvedStudy;
  /** Images to extract, with their classes. */
  readonly images: ReadonlyMap<string, readonly number[]>;
  /** Images of the largest class, whose rows will be copied once more; 0: not by this run. */
  readonly largestClass: number;
  /** A share of the images: other shares may have those that can be used. */
  readonly shared: boolean;
  readonly cache: FeatureStore;
  readonly folder: WorkFolder;
  readonly openExtractor: () => Promise<FeatureExtractor>;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

class Extraction {
  readonly notices: Notice[] = [];
  private extractor: FeatureExtractor | null = null;
  private readonly ahead = new ImageAhead();
  private failures = 0;
  private extracted = 0;

  constructor(private readonly options: ExtractionOptions) {}

  private leaveOut(id: string, why: string, file: string | undefined): void {
    this.options.cache.forget(id);
    this.notices.push({ kind: 'image-unreadable', message: `${id} was left out: ${why}`, file });
  }

  /** @param next the file that is extracted after this one: it is decoded meanwhile */
  private async one(id: string, classes: readonly number[], next: string | null): Promise<void> {
    const { cache, study, openExtractor, signal } = this.options;
    const path = imagePath(study, id);
    const version = path === null ? null : await fileVersion(path);
    if (path === null || version === null) {
      // What was extracted before the file went still holds.
      if (cache.get(id) === undefined)
        this.leaveOut(id, `there is no such image in ${study.dataset.images ?? 'the study'}.`, undefined);
      return;
    }
    if (cache.use(id, version)) return;
    this.extractor ??= await openExtractor();
    let features;
    try {
      const image = await this.ahead.take(path, version);
      if (next !== null) this.ahead.read(next);
      features = await this.extractor.extract(path, image, classes, signal);
      this.failures = 0;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof InputError) {
        this.leaveOut(id, error.message, path);
        return;
      }
      this.failures++;
      if (this.failures >= failuresInARow)
        throw new DeviceError(
          `The network failed on ${failuresInARow} images in a row, last on ${path}: ${runtimeMessage(error)}`,
          { cause: error },
        );
      this.leaveOut(id, `the network failed on it (${runtimeMessage(error)}).`, path);
      return;
    }
    await cache.add(id, version, features);
    this.extracted++;
    if (this.extracted === 1) await this.checkRoom();
  }

  /** The first image tells how much the others need; the largest class's rows are copied once more. */
  private async checkRoom(): Promise<void> {
    const { images, largestClass, cache, folder } = this.options;
    const done = [...images.keys()].filter((id) => cache.get(id) !== undefined).length;
    await folder.checkRoom((cache.bytesPerImage ?? 0) * (images.size - done + largestClass));
  }

  async all(): Promise<void> {
    const { images, shared, cache, onProgress, signal, study } = this.options;
    const ids = [...images.keys()];
    const total = ids.length;
    try {
      for (const [place, id] of ids.entries()) {
        await pause(signal);
        const next = ids[place + 1];
        const path = next === undefined || cache.get(next) !== undefined ? null : imagePath(study, next);
        await this.one(id, images.get(id) ?? [], path);
        onProgress({ stage: 'Extracting features', done: place + 1, total });
      }
    } finally {
      await this.extractor?.release();
    }
    if (!shared && ids.every((id) => cache.get(id) === undefined))
      throw new InputError(
        `${study.name}: none of the ${total} training images can be used. ${this.notices[0]?.message ?? ''}`,
        { file: study.dataset.images ?? undefined, field: 'dataset.images' },
      );
  }
}

/**
 * Fills the cache with every image that is not in it yet, or has changed on disk since.
 * @returns notices about images left out
 * @throws InputError when none can be used; DeviceError when the network fails on one after the other
 */
export async function extractFeatures(options: ExtractionOptions): Promise<Notice[]> {
  const extraction = new Extraction(options);
  await extraction.all();
  return extraction.notices;
}
