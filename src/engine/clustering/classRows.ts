/** The rows of one class, gathered from the feature cache into one file per set, so that every iteration reads straight on. */
import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { CentreSet } from '../../lpcam/bank';
import { pause } from '../pause';
import { splitCodes } from './featureCache';
import type { FeatureCache, FeatureRecord } from './featureCache';
import { FileRows } from './rows';
import type { WorkFolder } from './workFolder';

/** Which positions of an image became rows: row `start + i` is position `positions[i]`. */
export interface RowOrigin {
  readonly image: string;
  /** Columns of its feature map. */
  readonly width: number;
  readonly start: number;
  readonly positions: Uint32Array;
}

export const centreSets = ['foreground', 'background'] as const satisfies readonly CentreSet[];

class SetWriter {
  readonly origins: RowOrigin[] = [];
  count = 0;
  private end = 0;

  constructor(
    readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  /** Appends the rows of an image that lie on one side. */
  async append(record: FeatureRecord, rows: Uint8Array, sides: Uint8Array, side: number): Promise<void> {
    const rowBytes = rows.length / sides.length;
    const positions = Uint32Array.from(sides.keys()).filter((position) => sides[position] === side);
    if (positions.length === 0) return;
    const picked = new Uint8Array(positions.length * rowBytes);
    positions.forEach((position, i) =>
      picked.set(rows.subarray(position * rowBytes, (position + 1) * rowBytes), i * rowBytes),
    );
    for (let done = 0; done < picked.length;)
      done += (await this.handle.write(picked, done, picked.length - done, this.end + done)).bytesWritten;
    this.end += picked.length;
    this.origins.push({ image: record.id, width: record.width, start: this.count, positions });
    this.count += positions.length;
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

/** One set's rows, and where each comes from. Close it: that deletes its file. */
export class SetRows {
  constructor(
    readonly set: CentreSet,
    readonly rows: FileRows,
    readonly origins: readonly RowOrigin[],
    private readonly path: string,
  ) {}

  async close(): Promise<void> {
    await this.rows.close();
    await rm(this.path, { force: true });
  }
}

/**
 * Gathers both sets of a class.
 * @param images ids of the class's images, in the order to be read; an id drawn twice is there twice
 */
export async function gatherClassRows(
  cache: FeatureCache,
  folder: WorkFolder,
  images: readonly string[],
  classIndex: number,
  channels: number,
  signal: AbortSignal,
): Promise<SetRows[]> {
  const writers: SetWriter[] = [];
  try {
    for (const set of centreSets) {
      const path = folder.file(`${set}.rows`);
      writers.push(new SetWriter(path, await open(path, 'w')));
    }
    for (const id of images) {
      await pause(signal);
      const record = cache.get(id);
      if (!record) continue;
      const rows = await cache.rows(record);
      const sides = await cache.sides(record, classIndex);
      for (const [place, set] of centreSets.entries())
        await writers[place]?.append(record, rows, sides, splitCodes[set]);
    }
  } finally {
    for (const writer of writers) await writer.close();
  }
  const result: SetRows[] = [];
  for (const [place, writer] of writers.entries())
    result.push(
      new SetRows(
        centreSets[place] ?? 'foreground',
        await FileRows.open(writer.path, writer.count, channels),
        writer.origins,
        writer.path,
      ),
    );
  return result;
}
