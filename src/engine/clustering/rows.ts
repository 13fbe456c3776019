/** Feature rows to be clustered, read in blocks so that a class's rows are never in memory as a whole. */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { toFloat32 } from '../../formats/numericArray';
import type { RowType } from '../../network/kmeansGraph';

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
  blocks(): AsyncGenerator<RowBlock>;
  /** One row, [C]. */
  row(index: number): Promise<Float32Array>;
}

/** Bytes of rows per block: large enough for the device to be busy, small enough for any machine. */
const blockBytes = 16 * 1024 * 1024;

/** Rows in memory: for tests and small sets. */
export class MemoryRows implements Rows {
  readonly type: RowType = 'float32';
  readonly count: number;

  /** @param data [count, C] */
  constructor(
    private readonly data: Float32Array<ArrayBuffer>,
    readonly channels: number,
    private readonly blockRows: number = Math.max(1, Math.floor(blockBytes / 4 / channels)),
  ) {
    this.count = data.length / channels;
  }

  async *blocks(): AsyncGenerator<RowBlock> {
    for (let start = 0; start < this.count; start += this.blockRows) {
      const count = Math.min(this.blockRows, this.count - start);
      const data = this.data.subarray(start * this.channels, (start + count) * this.channels);
      yield await Promise.resolve({ start, count, data });
    }
  }

  row(index: number): Promise<Float32Array> {
    return Promise.resolve(this.data.slice(index * this.channels, (index + 1) * this.channels));
  }
}

/** Reads exactly `length` bytes. */
async function readAll(handle: FileHandle, into: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await handle.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) throw new Error(`the feature cache ended at byte ${position + done}`);
    done += bytesRead;
  }
}

/** Half-precision rows one after another in a file. */
export class FileRows implements Rows {
  readonly type: RowType = 'float16';

  private constructor(
    private readonly handle: FileHandle,
    readonly count: number,
    readonly channels: number,
  ) {}

  static async open(path: string, count: number, channels: number): Promise<FileRows> {
    return new FileRows(await open(path, 'r'), count, channels);
  }

  async *blocks(): AsyncGenerator<RowBlock> {
    const rowBytes = this.channels * 2;
    const blockRows = Math.max(1, Math.min(this.count, Math.floor(blockBytes / rowBytes)));
    const buffer = new Uint8Array(blockRows * rowBytes);
    for (let start = 0; start < this.count; start += blockRows) {
      const count = Math.min(blockRows, this.count - start);
      await readAll(this.handle, buffer.subarray(0, count * rowBytes), start * rowBytes);
      yield { start, count, data: new Uint16Array(buffer.buffer, 0, count * this.channels) };
    }
  }

  async row(index: number): Promise<Float32Array> {
    const halves = new Uint16Array(this.channels);
    await readAll(this.handle, new Uint8Array(halves.buffer), index * this.channels * 2);
    return toFloat32({ dtype: 'float16', data: halves });
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}
