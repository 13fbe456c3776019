/**
 * Networks as ONNX Runtime left them after optimising, kept in the user's cache folder, so that the second opening of a
 * checkpoint neither reads nor folds nor rearranges its weights. ONNX Runtime optimises for the machine at hand, so a model is
 * named by all that its making depended on: graph and weights, runtime, device and its options, and the processor's
 * features. A model that is damaged or somebody else's is made anew. An aid, never a need: where nothing can be written, each
 * process optimises for itself.
 *
 * On the CPU only: there it saves most of the opening (new layouts for every convolution's weights). The other devices'
 * providers take the graph apart when a session opens, keep compiled kernels on their own, and refuse to save what they took.
 */
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import * as ort from 'onnxruntime-node';
import * as z from 'zod';
import { encodeModel } from '../formats/onnx';
import type { OnnxModel, OnnxTensor } from '../formats/onnxModel';
import { InputError } from '../lpcam/inputError';
import type { DeviceName } from '../protocol/deviceNames';
import { cacheFolder } from './cacheFolder';
import { bytesOfWeights } from './modelFiles';
import { openSession, sessionOptions } from './session';

export interface OptimisedModelsOptions {
  /** By default in the user's cache folder. */
  readonly folder?: string;
  /** Bytes that the folder may hold. */
  readonly mostBytes?: number;
  /** Takes one line when nothing can be kept. */
  readonly log?: (text: string) => void;
}

export interface OpenedModel {
  readonly session: ort.InferenceSession;
  /** Whether it was optimised before. */
  readonly kept: boolean;
}

const format = 'lpcam-lens optimised model';
const version = 2;
const modelName = 'model.onnx';
const weightsName = 'weights.bin';
/** Written last: a folder without it is no model. */
const entryName = 'entry.json';
const entrySchema = z.object({
  format: z.literal(format),
  version: z.literal(version),
  /** Checksums by file name: a changed weight would change numbers, silently. */
  files: z.record(z.string(), z.object({ bytes: z.int(), crc32: z.int() })),
});

const defaultBytes = 1 << 30;
/** Graphs with fewer bytes of weights open in no time. */
const smallest = 1 << 20;
/** Weights with fewer bytes stay in the model's file; larger ones name themselves by their checkpoint. */
const beside = 1 << 10;
/** Milliseconds after which a folder that was never finished is somebody's who died. */
const abandoned = 3_600_000;
const pieceBytes = 1 << 20;

/** What ONNX Runtime looks at when it chooses layouts: model and, where the system tells, features of the processor. */
async function processor(): Promise<string> {
  const told = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  const features = /^(flags|Features)\s*:.*$/m.exec(told)?.[0] ?? '';
  return [process.platform, process.arch, cpus()[0]?.model ?? '', features].join('\n');
}

/** The graph and its small constants; large weights by name and size, as their checkpoint's hash stands for them. */
function skeletonOf(model: OnnxModel): Uint8Array {
  const ours = (name: string) => name.startsWith('lpcam.constant.');
  return encodeModel(model, ({ name, dims, strings }: OnnxTensor) => {
    const length = dims.reduce((product, side) => product * side, 4);
    return strings !== null || ours(name) || length < beside
      ? null
      : { location: 'weights', offset: 0, length };
  });
}

function checksum(path: string): { bytes: number; crc32: number } {
  const file = openSync(path, 'r');
  try {
    const piece = new Uint8Array(pieceBytes);
    let bytes = 0;
    let sum = 0;
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) {
      sum = crc32(piece.subarray(0, read), sum);
      bytes += read;
    }
    return { bytes, crc32: sum };
  } finally {
    closeSync(file);
  }
}

/** Windows keeps files that are mapped: those go another time. */
async function removed(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => undefined);
}

export class OptimisedModels {
  readonly #folder: string;
  readonly #mostBytes: number;
  readonly #log: (text: string) => void;
  #off = false;

  constructor({ folder, mostBytes = defaultBytes, log = () => undefined }: OptimisedModelsOptions = {}) {
    this.#folder = folder ?? join(cacheFolder(), 'lpcam-lens', 'models');
    this.#mostBytes = mostBytes;
    this.#log = log;
  }

  /**
   * Opens a model, as it was optimised before where it was.
   * @param weights names the content of the weights: the checkpoint's hash, and what was chosen in it
   * @throws as `openSession`
   */
  async open(weights: string, model: OnnxModel, device: DeviceName): Promise<OpenedModel> {
    const bytes = bytesOfWeights(model);
    if (this.#off || device !== 'cpu' || bytes < smallest || bytes > this.#mostBytes)
      return { session: await openSession(model, device), kept: false };
    const { node, common } = ort.env.versions;
    const name = createHash('sha256')
      .update(JSON.stringify([format, version, node ?? common, device, sessionOptions(device), weights]))
      .update(await processor())
      .update(skeletonOf(model))
      .digest('hex');
    const folder = join(this.#folder, name);
    const known = await this.#kept(folder, device);
    return known === null
      ? { session: await this.#make(folder, model, device), kept: false }
      : { session: known, kept: true };
  }

  async #kept(folder: string, device: DeviceName): Promise<ort.InferenceSession | null> {
    const entry = join(folder, entryName);
    const text = await readFile(entry, 'utf8').catch(() => null);
    if (text === null) return null;
    try {
      const { files } = entrySchema.parse(JSON.parse(text));
      for (const [name, { bytes, crc32: sum }] of Object.entries(files)) {
        const found = checksum(join(folder, name));
        if (found.bytes !== bytes || found.crc32 !== sum) throw new Error(`${name} is not what was written`);
      }
      const session = await ort.InferenceSession.create(join(folder, modelName), {
        ...sessionOptions(device),
        graphOptimizationLevel: 'disabled',
      });
      const now = new Date();
      await utimes(entry, now, now).catch(() => undefined);
      return session;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#log(`An optimised model in ${folder} cannot be used and is made anew: ${why}`);
      await removed(folder);
      return null;
    }
  }

  async #make(folder: string, model: OnnxModel, device: DeviceName): Promise<ort.InferenceSession> {
    const part = `${folder}.${randomBytes(4).toString('hex')}.part`;
    let session: ort.InferenceSession | null = null;
    try {
      await mkdir(part, { recursive: true, mode: 0o700 });
      session = await openSession(model, device, {
        optimizedModelFilePath: join(part, modelName),
        extra: {
          session: {
            optimized_model_external_initializers_file_name: weightsName,
            optimized_model_external_initializers_min_size_in_bytes: String(beside),
          },
        },
      });
      const files: Record<string, { bytes: number; crc32: number }> = {};
      for (const name of await readdir(part)) files[name] = checksum(join(part, name));
      await writeFile(join(part, entryName), JSON.stringify({ format, version, files }));
      // Another process may have been quicker: its folder is as good.
      await rename(part, folder).catch(() => removed(part));
      await this.#forget();
      return session;
    } catch (error) {
      await removed(part);
      if (session === null && error instanceof InputError) throw error;
      // The disk, or the network itself: the latter is told when it is opened without being kept.
      session ??= await openSession(model, device);
      this.#off = true;
      const why = error instanceof Error ? error.message : String(error);
      this.#log(`Optimised models are not kept in ${this.#folder}, so each process optimises anew: ${why}`);
      return session;
    }
  }

  /** Keeps the folder within its bound: what was used longest ago goes first. */
  async #forget(): Promise<void> {
    const entries: { path: string; bytes: number; used: number }[] = [];
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name);
      const finished = await stat(join(path, entryName)).catch(() => null);
      if (finished === null) {
        const begun = await stat(path).catch(() => null);
        if (begun !== null && Date.now() - begun.mtimeMs > abandoned) await removed(path);
        continue;
      }
      let bytes = finished.size;
      for (const file of [modelName, weightsName])
        bytes += (await stat(join(path, file)).catch(() => null))?.size ?? 0;
      entries.push({ path, bytes, used: finished.mtimeMs });
    }
    let total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { path, bytes } of entries.sort((a, b) => a.used - b.used)) {
      if (total <= this.#mostBytes) return;
      await removed(path);
      total -= bytes;
    }
  }
}
