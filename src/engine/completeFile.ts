/** Whether a checkpoint on disk is whole, asked again only when one of its files changed. */
import { statSync } from 'node:fs';
import { LRUCache } from 'lru-cache';
import { completeness, type Completeness } from '../formats/completeness';
import { FileSource } from '../formats/rangeSource';
import { InputError } from '../lpcam/inputError';
import { fileVersion } from './fileVersion';

export interface LookedAtFile extends Completeness {
  /** Names the state of the file and of the data files beside it; null: there is no file. */
  readonly version: string | null;
}

const known = new LRUCache<string, Completeness>({ max: 512 });

function look(path: string): Completeness {
  const open: FileSource[] = [];
  const source = (file: string): FileSource => {
    const opened = new FileSource(file);
    open.push(opened);
    return opened;
  };
  try {
    return completeness(source(path), path, (file) =>
      statSync(file, { throwIfNoEntry: false })?.isFile() ? source(file) : null,
    );
  } catch (error) {
    // Its permissions, or it went in this very moment.
    const problem = error instanceof Error ? error.message : String(error);
    return { format: null, whole: false, problem: `${path}: cannot be read (${problem}).`, dataFiles: [] };
  } finally {
    for (const file of open) file[Symbol.dispose]();
  }
}

/** Looks at a file; nothing is thrown, what is wrong is told. */
export async function lookAtFile(path: string): Promise<LookedAtFile> {
  const version = await fileVersion(path);
  if (version === null)
    return { format: null, whole: false, problem: `There is no ${path}.`, dataFiles: [], version };
  let found = known.get(version);
  // Data files may come later than the model, and change alone.
  if (found === undefined || !found.whole || found.dataFiles.length > 0) {
    found = look(path);
    known.set(version, found);
  }
  const beside = await Promise.all(
    found.dataFiles.map(async (file) => (await fileVersion(file))?.slice(file.length + 1) ?? null),
  );
  return { ...found, version: JSON.stringify([version.slice(path.length + 1), ...beside]) };
}

/** @throws InputError when the file is not whole */
export async function checkWhole(path: string): Promise<LookedAtFile> {
  const found = await lookAtFile(path);
  if (!found.whole)
    throw new InputError(`${found.problem ?? path} Is it still being written?`, { file: path });
  return found;
}
