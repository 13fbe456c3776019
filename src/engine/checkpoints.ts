/** Checkpoints as CAM networks, kept between requests as long as their files do not change. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { InputError } from '../lpcam/inputError';
import type { CamNetwork } from '../network/camNetwork';
import { loadCamNetwork } from '../network/loadNetwork';
import { fileVersion } from './fileVersion';

/** A checkpoint that was read. */
export interface LoadedCheckpoint {
  readonly path: string;
  /** SHA-256 of the file, hex. */
  readonly hash: string;
  /** Size of the file. */
  readonly bytes: number;
  readonly network: CamNetwork;
  /** Names the checkpoint, and the tensors chosen in it, for caches. */
  readonly key: string;
}

/** Tensor names that a study chooses; null: found by surgery. */
export interface ChosenTensors {
  readonly features: string | null;
  readonly classifier: string | null;
}

/** Node reads no file at once that is larger, and neither does protobuf. */
const maximumBytes = 2 ** 31 - 1;
const maximumCached = 3;

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
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
    const key = JSON.stringify([version, tensors.features, tensors.classifier]);
    const known = this.#loaded.get(key);
    if (known !== undefined) return known;
    const loading = this.#read(path, version, tensors);
    this.#loaded.set(key, loading);
    // A checkpoint that is still being written fails now and may not later.
    loading.catch(() => this.#loaded.delete(key));
    return loading;
  }

  async #read(path: string, version: string, tensors: ChosenTensors): Promise<LoadedCheckpoint> {
    const { size } = await stat(path);
    if (size > maximumBytes) {
      throw new InputError(`The checkpoint ${path} is larger than 2 GiB, which is not supported.`, {
        file: path,
      });
    }
    const hash = await this.#hash(path, version);
    const bytes = await readFile(path).catch((error: unknown) => {
      throw new InputError(`The checkpoint ${path} cannot be read: ${String(error)}.`, { file: path });
    });
    const network = loadCamNetwork(
      new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length),
      path,
      tensors,
    );
    return {
      path,
      hash,
      bytes: size,
      network,
      key: JSON.stringify([hash, network.features, network.classifier]),
    };
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
