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

/** Changes whenever a file is written. */
function versionOf(descriptor: number): { readonly size: number; readonly version: string } {
  const { size, mtimeNs } = fstatSync(descriptor, { bigint: true });
  return { size: Number(size), version: `${size} ${mtimeNs}` };
}

/**
 * A file, read on demand. It is synchronous: it runs in the engine process, whose work blocks its thread anyway. Once
 * disposed, it opens the file for each reading, so that weights can be left where they are until they are needed; what
 * was written in the meantime is refused.
 */
export class FileSource implements RangeSource, Disposable {
  readonly size: number;
  private readonly version: string;
  private descriptor: number | null;

  constructor(private readonly file: string) {
    this.descriptor = openSync(file, 'r');
    ({ size: this.size, version: this.version } = versionOf(this.descriptor));
  }

  read(offset: number, length: number): Uint8Array {
    if (this.descriptor !== null) return this.readFrom(this.descriptor, offset, length);
    const descriptor = this.reopened();
    try {
      return this.readFrom(descriptor, offset, length);
    } finally {
      closeSync(descriptor);
    }
  }

  private reopened(): number {
    let descriptor: number;
    try {
      descriptor = openSync(this.file, 'r');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw fileError(this.file, `its weights cannot be read any more (${reason}).`);
    }
    if (versionOf(descriptor).version === this.version) return descriptor;
    closeSync(descriptor);
    throw fileError(this.file, 'the file was written while its network was in use. Try again.');
  }

  private readFrom(descriptor: number, offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const got = readSync(descriptor, bytes, done, length - done, offset + done);
      if (got === 0) throw fileError(this.file, 'the file became shorter while it was read.');
      done += got;
    }
    return bytes;
  }

  [Symbol.dispose](): void {
    if (this.descriptor !== null) closeSync(this.descriptor);
    this.descriptor = null;
  }
}
