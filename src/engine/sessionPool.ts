/**
 * ONNX Runtime sessions kept open between requests: opening one costs more than running it. Bounded in bytes, the least
 * recently used going first, and all of them closed once nobody asked for any in a while; each coming and going is a line
 * of the log, with what is open then.
 */
import { totalmem } from 'node:os';
import type { InferenceSession } from 'onnxruntime-node';
import type { OnnxModel } from '../formats/onnxModel';
import { InputError } from '../lpcam/inputError';
import type { DeviceName } from '../protocol/deviceNames';
import { DeviceError, runtimeMessage } from './failure';
import { bytesOfWeights } from './modelFiles';
import { OptimisedModels, type OpenedModel } from './optimisedModels';

export interface SessionPoolOptions {
  /** Opens sessions; tests pass their own. */
  readonly models?: Pick<OptimisedModels, 'open'>;
  /** Bytes of weights and working memory of all sessions that nobody uses at the moment. */
  readonly mostBytes?: number;
  /** Milliseconds without a request after which everything is closed. */
  readonly idleAfter?: number;
  /** Called then: others have memory to give back as well. */
  readonly onIdle?: () => void;
  readonly log?: (text: string) => void;
}

/** Says that so many pixels were run at once: the session keeps the memory for them. */
type Ran = (pixels: number) => void;

interface Entry {
  readonly opening: Promise<OpenedModel>;
  /** For the log: which graph of which checkpoint. */
  readonly label: string;
  readonly weights: number;
  /** The most pixels that were run at once. */
  pixels: number;
  users: number;
}

/** Working memory that a session keeps; measured on the CPU (`plan.ts`), and no provider tells its own. */
const bytesPerPixel = 370;
const idleMilliseconds = 5 * 60_000;

/** A quarter of the machine's memory, 3 GB at most: four networks that ran a photograph at twice its size. */
function defaultSessionBytes(): number {
  return Math.min(3e9, totalmem() / 4);
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

function bytesOf({ weights, pixels }: Entry): number {
  return weights + pixels * bytesPerPixel;
}

export class SessionPool {
  readonly #models: Pick<OptimisedModels, 'open'>;
  readonly #mostBytes: number;
  readonly #idleAfter: number;
  readonly #onIdle: () => void;
  readonly #log: (text: string) => void;
  /** Least recently used first, as a Map keeps the order in which keys were set. */
  readonly #entries = new Map<string, Entry>();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: SessionPoolOptions = {}) {
    this.#log = options.log ?? (() => undefined);
    this.#models = options.models ?? new OptimisedModels({ log: this.#log });
    this.#mostBytes = options.mostBytes ?? defaultSessionBytes();
    this.#idleAfter = options.idleAfter ?? idleMilliseconds;
    this.#onIdle = options.onIdle ?? (() => undefined);
  }

  /** Bytes of weights and working memory, estimated. */
  get bytes(): number {
    return [...this.#entries.values()].reduce((sum, entry) => sum + bytesOf(entry), 0);
  }

  /**
   * Runs `work` with the session of a graph, opening it when needed. A session in use is never closed.
   * @param key names the graph: checkpoint with its content's hash, variant
   * @param model makes the graph; called only when the session has to be opened
   * @throws DeviceError when the device refuses the graph
   */
  async use<T>(
    key: string,
    device: DeviceName,
    model: () => OnnxModel,
    work: (session: InferenceSession, ran: Ran) => Promise<T>,
  ): Promise<T> {
    const name = `${device}\0${key}`;
    const entry = this.#entries.get(name) ?? this.#open(key, device, model());
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    entry.users += 1;
    this.#wake();
    let opened = false;
    try {
      const { session } = await entry.opening;
      opened = true;
      return await work(session, (pixels) => {
        entry.pixels = Math.max(entry.pixels, pixels);
      });
    } catch (error) {
      // What could not be opened is tried anew the next time.
      if (!opened && this.#entries.get(name) === entry) this.#entries.delete(name);
      throw error;
    } finally {
      entry.users -= 1;
      await this.#close(this.#mostBytes, 'used longest ago');
      this.#rest();
    }
  }

  #open(key: string, device: DeviceName, model: OnnxModel): Entry {
    const label = `${model.graph.name} of ${/[0-9a-f]{64}/.exec(key)?.[0].slice(0, 12) ?? 'the engine'} on ${device}`;
    const began = performance.now();
    const opening = openedOn(this.#models, key, model, device);
    const entry: Entry = { opening, label, weights: bytesOfWeights(model), pixels: 0, users: 0 };
    opening.then(
      ({ kept }) => {
        const how = kept ? 'as optimised before' : 'optimised';
        const took = `${(performance.now() - began).toFixed(0)} ms`;
        this.#tell(`opened: ${label}, ${how}, ${megabytes(entry.weights)} of weights, ${took}`);
      },
      // Told to whoever asked.
      () => undefined,
    );
    return entry;
  }

  async #close(mostBytes: number, why: string): Promise<void> {
    for (const [name, entry] of this.#entries) {
      if (this.bytes <= mostBytes) return;
      if (entry.users > 0) continue;
      this.#entries.delete(name);
      await entry.opening.then(({ session }) => session.release()).catch(() => undefined);
      this.#tell(`closed, ${why}: ${entry.label}, ${megabytes(bytesOf(entry))}`);
    }
  }

  #tell(what: string): void {
    const open = this.#entries.size === 1 ? '1 session' : `${this.#entries.size} sessions`;
    this.#log(
      `Session ${what}. Open: ${open}, ${megabytes(this.bytes)}; process: ${megabytes(process.memoryUsage.rss())}.`,
    );
  }

  #wake(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Starts the clock when nobody uses any session. */
  #rest(): void {
    this.#wake();
    if ([...this.#entries.values()].some(({ users }) => users > 0)) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#onIdle();
      void this.#close(-1, 'idle');
    }, this.#idleAfter);
    // A program that has nothing else to do ends.
    this.#timer.unref();
  }

  /** Closes every session that nobody uses. */
  async dispose(): Promise<void> {
    this.#wake();
    await this.#close(-1, 'at the end');
  }
}

async function openedOn(
  models: Pick<OptimisedModels, 'open'>,
  key: string,
  model: OnnxModel,
  device: DeviceName,
): Promise<OpenedModel> {
  try {
    return await models.open(key, model, device);
  } catch (error) {
    // Weights are read from the checkpoint only now: what is wrong with it is no fault of the device.
    if (error instanceof InputError) throw error;
    throw new DeviceError(
      `The network cannot be opened on ${device}: ${runtimeMessage(error)} Choose another device in the study or the settings.`,
      { cause: error },
    );
  }
}
