/** A file that is open only while somebody reads it: a training script must be able to replace it at any time. */
import { statSync } from 'node:fs';
import { FileSource, type RangeSource } from '../../formats/rangeSource';
import { InputError } from '../../lpcam/inputError';

export class FileOnDemand implements RangeSource {
  readonly size: number;
  #open: FileSource | null = null;

  /** @throws InputError when there is no such file */
  constructor(private readonly path: string) {
    try {
      this.size = statSync(path).size;
    } catch (error) {
      throw cannotRead(path, error);
    }
  }

  read(offset: number, length: number): Uint8Array {
    try {
      this.#open ??= new FileSource(this.path);
    } catch (error) {
      throw cannotRead(this.path, error);
    }
    return this.#open.read(offset, length);
  }

  /** Closes the file; the next reading opens it again. */
  release(): void {
    this.#open?.[Symbol.dispose]();
    this.#open = null;
  }
}

function cannotRead(path: string, error: unknown): InputError {
  const reason = error instanceof Error ? error.message : String(error);
  return new InputError(`${path}: cannot be read (${reason}).`, { file: path });
}
