/** Feature rows to be clustered, read in blocks so that a class's rows are never in memory as a whole. */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { toFloat32 } from '../../formats/numericArray';
import type { RowType } from '../../network/kmeansGraph';
import { readFully } from './readFully';

export interface RowBlock {
  /** Number of the block's first row. */
  readonly start: number;
  readonly count: number;
  /** [count, C], halves as bits; valid until the next block is asked for. */
  readonly data: Uint16Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
}

export interface Rows {
  readonly count: number;
  readonly channels: number;
  readonly type: RowType;
  /** @param from number of a block's first row; without it, all blocks */
  blocks(from?: number): AsyncGenerator<RowBlock>;
  /** One row, [C]. */
  row(index: number): Promise<Float32Array>;
}

/** Numbers per block: large enough for the device to be busy; its float32 copy, 8 MiB, small enough for the caches. */
const blockNumbers = 2 * 1024 * 1024;

/** Rows of a block, of whatever type: sums are rounded per block, so blocks are the same wherever the rows lie. */
function rowsPerBlock(channels: number): number {
  return Math.max(1, Math.floor(blockNumbers / channels));
}

/** Rows in memory: for tests and small sets. */
export class MemoryRows implements Rows {
  readonly type: RowType = 'float32';
  readonly count: number;

  /** @param data [count, C] */
  constructor(
    private readonly data: Float32Array<ArrayBuffer>,
    readonly channels: number,
    private readonly blockRows: number = rowsPerBlock(channels),
  ) {
    this.count = data.length / channels;
  }

  async *blocks(from = 0): AsyncGenerator<RowBlock> {
    for (let start = from; start < this.count; start += this.blockRows) {
      const count = Math.min(this.blockRows, this.count - start);
      const data = this.data.subarray(start * this.channels, (start + count) * this.channels);
      yield await Promise.resolve({ start, count, data });
    }
  }

  row(index: number): Promise<Float32Array> {
    return Promise.resolve(this.data.slice(index * this.channels, (index + 1) * this.channels));
  }
}

/** Half-precision rows one after another in a file. */
export class FileRows implements Rows {
  readonly type: RowType = 'float16';

  private constructor(
    private readonly handle: FileHandle,
    readonly count: number,
    readonly channels: number,
    private readonly blockRows: number,
  ) {}

  static async open(
    path: string,
    count: number,
    channels: number,
    blockRows = rowsPerBlock(channels),
  ): Promise<FileRows> {
    return new FileRows(await open(path, 'r'), count, channels, Math.max(1, Math.min(count, blockRows)));
  }

  private async read(buffer: Uint8Array<ArrayBuffer>, start: number): Promise<RowBlock> {
    const rowBytes = this.channels * 2;
    const count = Math.min(this.blockRows, this.count - start);
    await readFully(this.handle, buffer.subarray(0, count * rowBytes), start * rowBytes);
    return { start, count, data: new Uint16Array(buffer.buffer, 0, count * this.channels) };
  }

  /** The next block is read while the device works on this one. */
  async *blocks(from = 0): AsyncGenerator<RowBlock> {
    if (from >= this.count) return;
    const bytes = this.blockRows * this.channels * 2;
    let [buffer, other] = [new Uint8Array(bytes), new Uint8Array(bytes)];
    let next: Promise<RowBlock> | null = this.read(buffer, from);
    try {
      for (let start = from; next; start += this.blockRows) {
        const block: RowBlock = await next;
        [buffer, other] = [other, buffer];
        next = start + this.blockRows < this.count ? this.read(buffer, start + this.blockRows) : null;
        // Whoever works on this block meanwhile hears of a failure when they ask for the next one.
        next?.catch(() => undefined);
        yield block;
      }
    } finally {
      // The file may be closed after this: nothing may still be reading it.
      await next?.catch(() => undefined);
    }
  }

  async row(index: number): Promise<Float32Array> {
    const halves = new Uint16Array(this.channels);
    await readFully(this.handle, new Uint8Array(halves.buffer), index * this.channels * 2);
    return toFloat32({ dtype: 'float16', data: halves });
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}
