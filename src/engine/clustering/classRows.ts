/** The rows of one class, gathered from the feature cache into one file per set, so that every iteration reads straight on. */
import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { CentreSet } from '../../lpcam/bank';
import { pause } from '../pause';
import { splitByCam, splitCodes } from './camSplit';
import type { FeatureRecord } from './featureCache';
import type { FeatureStore } from './featureStore';
import { RowOrigins, encodeOrigins } from './rowOrigins';
import type { OriginImage } from './rowOrigins';
import { FileRows } from './rows';
import type { WorkFolder } from './workFolder';

export const centreSets = ['foreground', 'background'] as const satisfies readonly CentreSet[];

/** A file that only grows. */
class GrowingFile {
  private end = 0;

  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  static async create(path: string): Promise<GrowingFile> {
    return new GrowingFile(path, await open(path, 'w'));
  }

  async append(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;)
      done += (await this.handle.write(bytes, done, bytes.length - done, this.end + done)).bytesWritten;
    this.end += bytes.length;
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

class SetWriter {
  readonly images: OriginImage[] = [];
  count = 0;

  private constructor(
    readonly set: CentreSet,
    readonly rows: GrowingFile,
    readonly origins: GrowingFile,
  ) {}

  /** Files by class: shares of the work gather theirs side by side. */
  static async create(set: CentreSet, classIndex: number, folder: WorkFolder): Promise<SetWriter> {
    const name = `class-${classIndex}-${set}`;
    const rows = await GrowingFile.create(folder.file(`${name}.rows`));
    return new SetWriter(set, rows, await GrowingFile.create(folder.file(`${name}.origins`)));
  }

  /** Appends the rows of an image that lie on this set's side. */
  async append(record: FeatureRecord, rows: Uint8Array, sides: Uint8Array): Promise<void> {
    const rowBytes = rows.length / sides.length;
    const side = splitCodes[this.set];
    const positions = Uint32Array.from(sides.keys()).filter((position) => sides[position] === side);
    if (positions.length === 0) return;
    const picked = new Uint8Array(positions.length * rowBytes);
    positions.forEach((position, i) =>
      picked.set(rows.subarray(position * rowBytes, (position + 1) * rowBytes), i * rowBytes),
    );
    await this.rows.append(picked);
    await this.origins.append(encodeOrigins(this.images.length, positions));
    this.images.push({ id: record.id, width: record.width });
    this.count += positions.length;
  }

  async close(): Promise<void> {
    await this.rows.close();
    await this.origins.close();
  }
}

/** One set's rows, and where each comes from. Close it: that deletes its files. */
export class SetRows {
  constructor(
    readonly set: CentreSet,
    readonly rows: FileRows,
    readonly origins: RowOrigins,
    private readonly path: string,
  ) {}

  async close(): Promise<void> {
    await this.origins.close();
    await this.rows.close();
    await rm(this.path, { force: true });
  }
}

/**
 * Gathers both sets of a class. Memory holds one image's rows at a time.
 * @param images ids of the class's images, in the order to be read; an id drawn twice is there twice
 * @param split threshold of the CAM (`select_thres`)
 */
export async function gatherClassRows(
  cache: FeatureStore,
  folder: WorkFolder,
  images: readonly string[],
  classIndex: number,
  channels: number,
  split: number,
  signal: AbortSignal,
): Promise<SetRows[]> {
  const writers: SetWriter[] = [];
  try {
    for (const set of centreSets) writers.push(await SetWriter.create(set, classIndex, folder));
    for (const id of images) {
      await pause(signal);
      const record = cache.get(id);
      if (!record) continue;
      const rows = await cache.rows(record);
      const sides = splitByCam(await cache.cam(record, classIndex), split);
      for (const writer of writers) await writer.append(record, rows, sides);
    }
  } finally {
    for (const writer of writers) await writer.close();
  }
  const result: SetRows[] = [];
  for (const { set, rows, origins, count, images: from } of writers)
    result.push(
      new SetRows(
        set,
        await FileRows.open(rows.path, count, channels),
        await RowOrigins.open(origins.path, from),
        rows.path,
      ),
    );
  return result;
}
