/**
 * Makes network inputs, where that pays in a thread of its own: the network keeps its thread from everything else while it runs.
 * Their memory is used again and again: fresh pages cost as much as the pixels that are written to them.
 */
import { Worker } from 'node:worker_threads';
import { inputLength } from './input';
import { makeInput, type InputTask } from './inputTask';
import type { InputAnswer, InputRequest } from './inputWorker';

/** Floats; a larger input is for one image of many megapixels, and not worth keeping. */
const mostFloats = 32 << 20;
/** One is run, one is made meanwhile. */
const mostKept = 2;

interface Waiting {
  readonly resolve: (floats: Float32Array<ArrayBuffer>) => void;
  readonly reject: (error: Error) => void;
}

export class InputMaker {
  readonly #script: string | null;
  readonly #waiting = new Map<number, Waiting>();
  #free: Float32Array<ArrayBuffer>[] = [];
  #worker: Worker | null = null;
  #made = 0;

  /** @param script path of the bundled inputWorker; null: in this thread, when they are asked for */
  constructor(script: string | null) {
    this.#script = script;
  }

  /** Whether an input can be made while another is used. */
  get aside(): boolean {
    return this.#script !== null;
  }

  /**
   * Makes an input; several at once are made in the order they are asked for. Whoever has no more use for it gives it back.
   * @returns [B, 3, outHeight, outWidth], B = 2 with the mirror, else 1
   */
  async make(task: InputTask): Promise<Float32Array<ArrayBuffer>> {
    const length = inputLength(task.outHeight, task.outWidth, task.mirror);
    const floats = this.#take(length).subarray(0, length);
    if (this.#script !== null) return this.#ask(this.#script, { id: ++this.#made, task, floats });
    makeInput(task, floats);
    return floats;
  }

  /** What was made may be overwritten from now on. */
  giveBack({ buffer }: Float32Array<ArrayBuffer>): void {
    const floats = new Float32Array(buffer);
    if (floats.length > mostFloats) return;
    this.#free = [...this.#free, floats].sort((a, b) => b.length - a.length).slice(0, mostKept);
  }

  /** Ends the thread, unless something is being made, and lets the memory go. */
  clear(): void {
    this.#free = [];
    if (this.#waiting.size > 0) return;
    void this.#worker?.terminate();
    this.#worker = null;
  }

  #take(length: number): Float32Array<ArrayBuffer> {
    const place = this.#free.findLastIndex((floats) => floats.length >= length);
    const [kept] = place < 0 ? [] : this.#free.splice(place, 1);
    return kept ?? new Float32Array(length);
  }

  #ask(script: string, request: InputRequest): Promise<Float32Array<ArrayBuffer>> {
    return new Promise((resolve, reject) => {
      const worker = (this.#worker ??= this.#start(script));
      worker.postMessage(request, [request.floats.buffer]);
      this.#waiting.set(request.id, { resolve, reject });
      // A program that waits for nothing but an input goes on.
      worker.ref();
    });
  }

  #start(script: string): Worker {
    const worker = new Worker(script);
    worker.on('message', ({ id, floats, fault }: InputAnswer) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) worker.unref();
      if (fault === null) waiting?.resolve(floats);
      else waiting?.reject(new Error(fault));
    });
    worker.on('error', (error) => {
      if (this.#worker === worker) this.#worker = null;
      const failed = [...this.#waiting.values()];
      this.#waiting.clear();
      const cause = error instanceof Error ? error : new Error(String(error));
      for (const { reject } of failed) reject(cause);
    });
    return worker;
  }
}
