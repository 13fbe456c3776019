/**
 * Features of training images in one file, in half precision: appended image by image, never in memory as a whole.
 * An image's record is its rows [positions, C] and, for each of its classes, the CAM at each position in float32: on which side
 * of a threshold it lies is told by whoever clusters.
 */
import { open, readFile, truncate } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import * as z from 'zod';
import { readFully } from './readFully';
import type { FeatureFolder } from './lentFeatures';
import type { WorkFolder } from './workFolder';

/** What the network made of one image. */
export interface ImageFeatures {
  readonly height: number;
  readonly width: number;
  /** Halves as bits, [height * width, C]. */
  readonly rows: Uint16Array;
  /** Per class the CAM of each position, 0..1. */
  readonly cams: ReadonlyMap<number, Float32Array>;
}

const recordSchema = z.object({
  id: z.string(),
  /** The image file's, as `fileVersion` gives it: another one has other features. */
  version: z.string(),
  height: z.int().min(1),
  width: z.int().min(1),
  offset: z.int().min(0),
  /** Classes whose CAM is there. */
  cams: z.array(z.int()),
});
/** Where an image's features lie. */
export type FeatureRecord = z.output<typeof recordSchema>;

function parsed(line: string): FeatureRecord | null {
  try {
    return recordSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

async function read(handle: FileHandle, length: number, position: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  await readFully(handle, bytes, position);
  return bytes;
}

export class FeatureCache {
  private readonly records = new Map<string, FeatureRecord>();
  private end = 0;

  private constructor(
    private readonly data: FileHandle,
    private readonly index: FileHandle,
    private readonly channels: number,
  ) {}

  /**
   * Opens a cache of a work folder with whatever whole records an earlier run left.
   * @param name of its two files; only one process may write to them
   */
  static async open(folder: WorkFolder, channels: number, name: string): Promise<FeatureCache> {
    const dataPath = folder.file(`${name}.bin`);
    const indexPath = folder.file(`${name}.jsonl`);
    const data = await open(dataPath, 'a+').then((created) =>
      created.close().then(() => open(dataPath, 'r+')),
    );
    const index = await open(indexPath, 'a+');
    const cache = new FeatureCache(data, index, channels);
    const kept = await cache.load(indexPath);
    await truncate(indexPath, kept);
    await data.truncate(cache.end);
    return cache;
  }

  /** Opens another's cache as far as it has come; nothing is added to it. */
  static async openToRead(folder: FeatureFolder, channels: number, name: string): Promise<FeatureCache> {
    const indexPath = folder.file(`${name}.jsonl`);
    const index = await open(indexPath, 'r');
    try {
      const cache = new FeatureCache(await open(folder.file(`${name}.bin`), 'r'), index, channels);
      await cache.load(indexPath);
      return cache;
    } catch (error) {
      await index.close();
      throw error;
    }
  }

  /** @returns bytes of the index that are good */
  private async load(indexPath: string): Promise<number> {
    // The index first: its data is there before each of its lines.
    const text = await readFile(indexPath, 'utf8');
    const { size } = await this.data.stat();
    let kept = 0;
    for (const line of text.split('\n').slice(0, -1)) {
      const record = parsed(line);
      // A line cut short by a crash, and all that follows it, is worth nothing.
      if (!record || record.offset !== this.end || record.offset + this.bytesOf(record) > size) break;
      this.records.set(record.id, record);
      this.end += this.bytesOf(record);
      kept += Buffer.byteLength(line) + 1;
    }
    return kept;
  }

  private bytesOf(record: FeatureRecord): number {
    return record.height * record.width * (this.channels * 2 + record.cams.length * 4);
  }

  /** Bytes on disk. */
  get size(): number {
    return this.end;
  }

  get all(): Iterable<FeatureRecord> {
    return this.records.values();
  }

  /** Adds an image's features, in place of those of an earlier version of it. */
  async add(id: string, version: string, features: ImageFeatures): Promise<FeatureRecord> {
    const { height, width, rows, cams } = features;
    const record = { id, version, height, width, offset: this.end, cams: [...cams.keys()] };
    const parts = [rows, ...cams.values()].map(
      ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
    );
    let position = this.end;
    for (const part of parts) {
      for (let done = 0; done < part.length;)
        done += (await this.data.write(part, done, part.length - done, position + done)).bytesWritten;
      position += part.length;
    }
    // The line must not outlive its data: a record is there only once its bytes are.
    await this.data.datasync();
    await this.index.write(`${JSON.stringify(record)}\n`);
    this.records.set(id, record);
    this.end = position;
    return record;
  }

  /** CAM of each position for one class of the image. */
  async cam(record: FeatureRecord, classIndex: number): Promise<Float32Array> {
    const positions = record.height * record.width;
    const place = record.cams.indexOf(classIndex);
    if (place < 0) throw new Error(`the feature cache has no class ${classIndex} for ${record.id}`);
    const offset = record.offset + positions * (this.channels * 2 + place * 4);
    const { buffer } = await read(this.data, positions * 4, offset);
    return new Float32Array(buffer);
  }

  /** Rows of the image as bytes, [positions, C] halves. */
  async rows(record: FeatureRecord): Promise<Uint8Array> {
    return read(this.data, record.height * record.width * this.channels * 2, record.offset);
  }

  async close(): Promise<void> {
    await this.data.close();
    await this.index.close();
  }
}
