/**
 * All features of a work folder: those that this process extracts, and those that shares of the work left in files of
 * their own. Who extracted an image makes no difference to what is read.
 */
import { readdir } from 'node:fs/promises';
import { FeatureCache, type FeatureRecord, type ImageFeatures } from './featureCache';
import type { FeatureFolder } from './lentFeatures';
import type { WorkFolder } from './workFolder';

interface Held {
  readonly cache: FeatureCache;
  readonly record: FeatureRecord;
}

export class FeatureStore {
  /** Per image every version that is there. */
  private readonly versions = new Map<string, Held[]>();
  private readonly current = new Map<string, Held>();

  private constructor(
    private readonly own: FeatureCache,
    private readonly others: readonly FeatureCache[],
  ) {
    for (const cache of [...others, own]) for (const record of cache.all) this.keep({ cache, record });
  }

  /**
   * @param task the share whose features are added here; null: all
   * @param lent a folder whose features are read as well; null: there is none
   */
  static async open(
    folder: WorkFolder,
    channels: number,
    task: string | null,
    lent: FeatureFolder | null = null,
  ): Promise<FeatureStore> {
    const name = task === null ? 'features' : `features-${task}`;
    const own = await FeatureCache.open(folder, channels, name);
    const others: FeatureCache[] = [];
    try {
      for (const from of lent === null ? [folder] : [lent, folder])
        for (const file of (await readdir(from.path)).sort())
          if (/^features.*\.jsonl$/.test(file) && (from === lent || file !== `${name}.jsonl`))
            others.push(await FeatureCache.openToRead(from, channels, file.slice(0, -'.jsonl'.length)));
    } catch (error) {
      for (const cache of [own, ...others]) await cache.close();
      throw error;
    }
    return new FeatureStore(own, others);
  }

  private keep(held: Held): void {
    const { id } = held.record;
    const versions = this.versions.get(id);
    if (versions === undefined) this.versions.set(id, [held]);
    else versions.push(held);
    this.current.set(id, held);
  }

  get(id: string): FeatureRecord | undefined {
    return this.current.get(id)?.record;
  }

  /** Takes the features of this version of an image's file. @returns false where nobody extracted them */
  use(id: string, version: string): boolean {
    const held = this.versions.get(id)?.find(({ record }) => record.version === version);
    if (held !== undefined) this.current.set(id, held);
    return held !== undefined;
  }

  /** An image that can no longer be used has no features either. */
  forget(id: string): void {
    this.current.delete(id);
  }

  async add(id: string, version: string, features: ImageFeatures): Promise<void> {
    this.keep({ cache: this.own, record: await this.own.add(id, version, features) });
  }

  /** Bytes on disk that an image takes, on the average of those added here; null: none was. */
  get bytesPerImage(): number | null {
    const count = [...this.own.all].length;
    return count === 0 ? null : this.own.size / count;
  }

  private cacheOf(record: FeatureRecord): FeatureCache {
    const held = this.current.get(record.id);
    if (held?.record !== record) throw new Error(`the features of ${record.id} are no longer those in use`);
    return held.cache;
  }

  /** CAM of each position for one class of the image. */
  async cam(record: FeatureRecord, classIndex: number): Promise<Float32Array> {
    return this.cacheOf(record).cam(record, classIndex);
  }

  /** Rows of the image as bytes, [positions, C] halves. */
  async rows(record: FeatureRecord): Promise<Uint8Array> {
    return this.cacheOf(record).rows(record);
  }

  async close(): Promise<void> {
    for (const cache of [this.own, ...this.others]) await cache.close();
  }
}
