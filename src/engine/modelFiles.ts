/**
 * How a network's weights reach ONNX Runtime without being held twice: one after the other into a file beside a small
 * model, out of which ONNX Runtime takes them. As one message of protobuf they would be in memory four times over: here,
 * in its bytes, in what it is parsed to, and in the layout that the device wants.
 */
import { closeSync, mkdtempSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeModel } from '../formats/onnx';
import type { OnnxModel, OnnxTensor } from '../formats/onnxModel';
import { cacheFolder } from './cacheFolder';

export interface ModelFiles {
  /** The model's. */
  readonly path: string;
  remove(): Promise<void>;
}

/** Weights with fewer bytes stay in the model. */
const smallest = 1 << 10;
/** Models with fewer bytes of weights need no file. */
const smallModel = 1 << 23;
/** ONNX Runtime maps the file where weights start at a page. */
const page = 4096;
const prefix = 'session-';
const dataName = 'weights.bin';
/** Bytes after which what was written is collected. */
const collectEvery = 1 << 24;
/** What a process that died left behind: older than any session takes to open, in milliseconds. */
const abandoned = 3_600_000;

function isStorageError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}

/** Bytes that a model's weights take as floats. */
export function bytesOfWeights({ graph }: OnnxModel): number {
  return graph.initialisers.reduce(
    (sum, { dims, strings }) => sum + (strings ? 0 : dims.reduce((product, side) => product * side, 4)),
    0,
  );
}

async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix)) continue;
    const path = join(folder, name);
    const changed = await stat(path).catch(() => null);
    if (changed && Date.now() - changed.mtimeMs > abandoned) await removed(path);
  }
}

/** Windows keeps files that are mapped: those are removed as abandoned ones, later. */
async function removed(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch((error: unknown) => {
    if (!isStorageError(error)) throw error;
  });
}

/** Only what reading weights throws comes out as it is: storage that fails is told apart by `StorageError`. */
class StorageError extends Error {}

function stored<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw isStorageError(error) ? new StorageError(error.message, { cause: error }) : error;
  }
}

/** Frees the buffers of weights that were written; V8 itself lets many megabytes of them gather. */
function collectGarbage(): void {
  // There only where the process was started with it, as the extension starts the engine.
  globalThis.gc?.();
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done);
}

function writeFiles(model: OnnxModel, folder: string): string {
  const data = stored(() => openSync(join(folder, dataName), 'wx', 0o600));
  try {
    let end = 0;
    const place = ({ raw }: OnnxTensor) => {
      if (raw.length < smallest) return null;
      const offset = Math.ceil(end / page) * page;
      stored(() => {
        writeAll(data, new Uint8Array(offset - end));
        writeAll(data, raw);
      });
      if (Math.floor(end / collectEvery) !== Math.floor((offset + raw.length) / collectEvery))
        collectGarbage();
      end = offset + raw.length;
      return { location: dataName, offset, length: raw.length };
    };
    const bytes = encodeModel(model, place);
    collectGarbage();
    const path = join(folder, 'model.onnx');
    stored(() => writeFileSync(path, bytes, { mode: 0o600 }));
    return path;
  } finally {
    closeSync(data);
  }
}

/**
 * Writes a model and its weights into a folder of their own; the caller removes them once a session is open, which keeps
 * what it still needs. Null for a small model, and where nothing can be written (said in the log): the model is then
 * opened out of memory, which takes more of it.
 * @throws InputError when weights that are still in their checkpoint cannot be read any more
 */
export async function writeModelFiles(model: OnnxModel): Promise<ModelFiles | null> {
  if (bytesOfWeights(model) < smallModel) return null;
  const parent = join(cacheFolder(), 'lpcam-lens', 'sessions');
  let folder: string | null = null;
  try {
    try {
      await mkdir(parent, { recursive: true });
      await removeAbandoned(parent);
      folder = mkdtempSync(join(parent, prefix));
    } catch (error) {
      throw isStorageError(error) ? new StorageError(error.message, { cause: error }) : error;
    }
    const own = folder;
    return { path: writeFiles(model, own), remove: () => removed(own) };
  } catch (error) {
    if (folder !== null) await removed(folder);
    if (!(error instanceof StorageError)) throw error;
    console.warn(
      `Weights cannot be written to ${parent} (${error.message}): the network is opened out of memory, which takes more of it.`,
    );
    return null;
  }
}
