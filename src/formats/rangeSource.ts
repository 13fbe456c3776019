/** Bytes that are read piece by piece: a checkpoint of 10 GB is never held as a whole. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { fileError } from './fileError';

export interface RangeSource {
  /** Bytes in all. */
  readonly size: number;
  /** Exactly `length` bytes from `offset`, both inside `size`. The result must not be written to. */
  read(offset: number, length: number): Uint8Array;
}

/** Bytes that are in memory already; ranges are views. */
export function bytesSource(bytes: Uint8Array): RangeSource {
  return {
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
  };
}

/** A file, read on demand. It is synchronous: it runs in the engine process, whose work blocks its thread anyway. */
export class FileSource implements RangeSource, Disposable {
  readonly size: number;
  private readonly descriptor: number;

  constructor(private readonly file: string) {
    this.descriptor = openSync(file, 'r');
    this.size = fstatSync(this.descriptor).size;
  }

  read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const got = readSync(this.descriptor, bytes, done, length - done, offset + done);
      if (got === 0) throw fileError(this.file, 'the file became shorter while it was read.');
      done += got;
    }
    return bytes;
  }

  [Symbol.dispose](): void {
    closeSync(this.descriptor);
  }
}
