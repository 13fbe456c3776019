/** The pass over the training images that fills the feature cache. */
import { InputError } from '../../lpcam/inputError';
import type { Notice } from '../../lpcam/notice';
import type { Progress } from '../../protocol/progress';
import type { Batching } from '../batching/batching';
import { equalSizes } from '../batching/equalSizes';
import { DeviceError, runtimeMessage } from '../failure';
import { fileVersion } from '../fileVersion';
import { ImageAhead } from '../image/imageAhead';
import { storedSize } from '../image/storedSize';
import { pause } from '../pause';
import { imagePath } from '../study/images';
import type { ResolvedStudy } from '../study/resolvedStudy';
import type { ImageFeatures } from './featureCache';
import type { FeatureStore } from './featureStore';
import type { FeatureBatch, FeatureExtractor } from './imageFeatures';
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
  /** How images of one size are run together; null: they are not. */
  readonly batching: Batching | null;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

/** What came of an image. */
type Outcome =
  | { readonly kind: 'there' }
  | { readonly kind: 'extracted'; readonly version: string; readonly features: ImageFeatures }
  | { readonly kind: 'unusable'; readonly why: string; readonly file: string | undefined }
  | { readonly kind: 'failed'; readonly error: unknown; readonly path: string };

class Extraction {
  readonly notices: Notice[] = [];
  private extractor: Promise<FeatureExtractor> | null = null;
  private readonly ahead = new ImageAhead();
  private failures = 0;
  private extracted = 0;

  constructor(private readonly options: ExtractionOptions) {}

  private leaveOut(id: string, why: string, file: string | undefined): void {
    this.options.cache.forget(id);
    this.notices.push({ kind: 'image-unreadable', message: `${id} was left out: ${why}`, file });
  }

  private async one(id: string, batch: FeatureBatch | null): Promise<Outcome> {
    const { cache, images, study, openExtractor, signal } = this.options;
    const path = imagePath(study, id);
    const version = path === null ? null : await fileVersion(path);
    if (path === null || version === null) {
      // What was extracted before the file went still holds.
      if (cache.get(id) !== undefined) return { kind: 'there' };
      const why = `there is no such image in ${study.dataset.images ?? 'the study'}.`;
      return { kind: 'unusable', why, file: undefined };
    }
    if (cache.use(id, version)) return { kind: 'there' };
    const extractor = await (this.extractor ??= openExtractor());
    try {
      const image = await this.ahead.take(path, version);
      const features = await extractor.extract(path, image, images.get(id) ?? [], signal, batch);
      return { kind: 'extracted', version, features };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof InputError) return { kind: 'unusable', why: error.message, file: path };
      return { kind: 'failed', error, path };
    }
  }

  private async keep(id: string, outcome: Outcome): Promise<void> {
    if (outcome.kind === 'there') return;
    if (outcome.kind === 'unusable') {
      this.leaveOut(id, outcome.why, outcome.file);
      return;
    }
    if (outcome.kind === 'failed') {
      const { error, path } = outcome;
      if (++this.failures >= failuresInARow)
        throw new DeviceError(
          `The network failed on ${failuresInARow} images in a row, last on ${path}: ${runtimeMessage(error)}`,
          { cause: error },
        );
      this.leaveOut(id, `the network failed on it (${runtimeMessage(error)}).`, path);
      return;
    }
    this.failures = 0;
    await this.options.cache.add(id, outcome.version, outcome.features);
    if (++this.extracted === 1) await this.checkRoom();
  }

  /** Extracts images of one size, or one image, and keeps what came of them in the list's order. */
  private async together(ids: readonly string[]): Promise<void> {
    const batch: FeatureBatch | null =
      ids.length === 1 ? null : (this.options.batching?.batch(ids.length) ?? null);
    const ended = await Promise.allSettled(
      // Whether it went well or not: the others wait for it no longer.
      ids.map((id) => this.one(id, batch).finally(() => batch?.leave())),
    );
    for (const [place, id] of ids.entries()) {
      const end = ended[place];
      if (end?.status === 'rejected') throw end.reason;
      if (end !== undefined) await this.keep(id, end.value);
    }
  }

  private missing(id: string): string | null {
    const { cache, study } = this.options;
    return cache.get(id) === undefined ? imagePath(study, id) : null;
  }

  /** The first image tells how much the others need; the largest class's rows are copied once more. */
  private async checkRoom(): Promise<void> {
    const { images, largestClass, cache, folder } = this.options;
    const done = [...images.keys()].filter((id) => cache.get(id) !== undefined).length;
    await folder.checkRoom((cache.bytesPerImage ?? 0) * (images.size - done + largestClass));
  }

  async all(): Promise<void> {
    const { images, shared, cache, batching, onProgress, signal, study } = this.options;
    const ids = [...images.keys()];
    const total = ids.length;
    const sizeOf = async (id: string) => {
      const path = this.missing(id);
      return path === null ? null : storedSize(path);
    };
    const batches = equalSizes(ids, batching?.most ?? 1, sizeOf, () => batching?.open === true);
    let done = 0;
    try {
      let current = await batches.next();
      while (current.done !== true) {
        await pause(signal);
        // The next images are decoded while the network runs on these.
        const following = await batches.next();
        const next = following.done === true ? [] : following.value;
        this.ahead.read(next.map((id) => this.missing(id)).filter((path) => path !== null));
        await this.together(current.value);
        done += current.value.length;
        onProgress({ stage: 'Extracting features', done, total });
        current = following;
      }
    } finally {
      await (await this.extractor)?.release();
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
