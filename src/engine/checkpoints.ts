/** Checkpoints as CAM networks, kept between requests as long as their files do not change. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import type { OnnxModel } from '../formats/onnxModel';
import { FileSource } from '../formats/rangeSource';
import { InputError } from '../lpcam/inputError';
import type { CamNetwork } from '../network/camNetwork';
import { graphModel, networkOfModel } from '../network/loadNetwork';
import type { UsedCheckpoint } from '../protocol/follow';
import { fileVersion } from './fileVersion';
import { stateDictNetwork, type ChosenTensors } from './stateDictFile';

/** A checkpoint that was read. */
export interface LoadedCheckpoint {
  readonly path: string;
  /** SHA-256 of the file, hex; with the data files beside it, of all their hashes. */
  readonly hash: string;
  /** The same without what only helps to read it: a predictor, or the graph of weights. */
  readonly ownHash: string;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** Size of the file and of its data files. */
  readonly bytes: number;
  /** Files beside it that hold its weights, and the version of each that was read. */
  readonly dataFiles: ReadonlyMap<string, string | null>;
  readonly network: CamNetwork;
  /** Names the checkpoint, and the tensors chosen in it, for caches. */
  readonly key: string;
}

/** A checkpoint as the protocol names it. */
export function usedCheckpoint(
  { path, hash, ownHash, modified }: LoadedCheckpoint,
  followed: boolean,
): UsedCheckpoint {
  return { path, hash, ownHash, followed, modified };
}

/** Node reads no file at once that is larger, and neither does protobuf. */
const maximumBytes = 2 ** 31 - 1;
const maximumCached = 3;

/** SHA-256 of a file, hex; read in pieces. @throws the signal's reason */
export async function sha256(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const pieces = createReadStream(path, { highWaterMark: 1 << 20, ...(signal && { signal }) });
  for await (const chunk of pieces) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** What names a checkpoint: its file's hash; with data files beside it, the hash of all their hashes. */
export function combinedHash([first = '', ...others]: readonly string[]): string {
  return others.length === 0
    ? first
    : createHash('sha256')
        .update([first, ...others].join())
        .digest('hex');
}

async function versions(files: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
  const found = new Map<string, string | null>();
  for (const file of files) found.set(file, await fileVersion(file));
  return found;
}

/** The model of an ONNX file, which is closed again: its large weights are read when they are needed. */
function openedModel(path: string): OnnxModel {
  let source: FileSource;
  try {
    source = new FileSource(path);
  } catch (error) {
    throw new InputError(`The checkpoint ${path} cannot be read: ${String(error)}.`, { file: path });
  }
  try {
    return graphModel(source, path);
  } finally {
    source[Symbol.dispose]();
  }
}

export class Checkpoints {
  readonly #hashes = new LRUCache<string, Promise<string>>({ max: 64 });
  readonly #loaded = new LRUCache<string, Promise<LoadedCheckpoint>>({ max: maximumCached });

  /**
   * Reads a checkpoint, or takes it from memory when its file did not change.
   * @throws InputError when it is missing, too large, or holds no CAM network that can be found
   */
  async load(path: string, tensors: ChosenTensors): Promise<LoadedCheckpoint> {
    const version = await fileVersion(path);
    if (version === null)
      throw new InputError(`There is no checkpoint ${path}.`, { file: path, field: 'checkpoint' });
    const { features, classifier, stride = null, predictor = null, graph = null } = tensors;
    const key = JSON.stringify([version, features, classifier, stride, predictor, graph]);
    const known = await this.#unchanged(key);
    if (known !== undefined) return known;
    const loading = this.#read(path, version, tensors);
    this.#loaded.set(key, loading);
    // A checkpoint that is still being written fails now and may not later.
    loading.catch(() => this.#loaded.delete(key));
    return loading;
  }

  /** What is in memory, unless the weights beside it changed: training anew leaves the graph's file as it was. */
  async #unchanged(key: string): Promise<LoadedCheckpoint | undefined> {
    const known = await this.#loaded.get(key);
    for (const [file, version] of known?.dataFiles ?? []) {
      if ((await fileVersion(file)) !== version) return undefined;
    }
    return known;
  }

  async #read(path: string, version: string, tensors: ChosenTensors): Promise<LoadedCheckpoint> {
    const { size, mtimeMs } = await stat(path);
    const weights = stateDictNetwork(path, tensors);
    const { network, dataFiles } =
      weights === null
        ? await this.#readGraph(path, size, tensors)
        : { network: weights.value, dataFiles: await versions(weights.files) };
    const hashes = [await this.#hash(path, version)];
    let total = size;
    for (const [file, dataVersion] of dataFiles) {
      hashes.push(await this.#hash(file, dataVersion ?? file));
      total += (await stat(file)).size;
    }
    const hash = combinedHash(hashes);
    return {
      path,
      hash,
      ownHash: weights === null ? hash : (hashes[0] ?? hash),
      modified: mtimeMs,
      bytes: total,
      dataFiles,
      network,
      key: JSON.stringify([hash, network.features, network.classifier, network.origin?.stride ?? null]),
    };
  }

  /** An ONNX file, whose weights may lie in files beside it. */
  async #readGraph(
    path: string,
    size: number,
    tensors: ChosenTensors,
  ): Promise<Pick<LoadedCheckpoint, 'network' | 'dataFiles'>> {
    if (size > maximumBytes) {
      throw new InputError(`The checkpoint ${path} is larger than 2 GiB, which is not supported.`, {
        file: path,
      });
    }
    const model = openedModel(path);
    // Before a weight is read out of them: what is written from here on is another version.
    const dataFiles = await versions(model.dataFiles ?? []);
    const { features, classifier } = tensors;
    return { network: networkOfModel(model, path, { features, classifier }), dataFiles };
  }

  #hash(path: string, version: string): Promise<string> {
    const known = this.#hashes.get(version);
    if (known !== undefined) return known;
    const hash = sha256(path);
    this.#hashes.set(version, hash);
    hash.catch(() => this.#hashes.delete(version));
    return hash;
  }
}
