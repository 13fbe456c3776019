/** Hands images to threads, a few at a time, and keeps their answers in the order of the list. */
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { scoreChunk, type ImageTask, type ScoredChunk, type ScoreSetting } from './scoreChunk';
import type { WorkerAnswer } from './scoreWorker';

/** Images that a thread is given at a time: large enough to keep it busy, small enough for progress and little memory. */
const chunkSize = 16;
/** More threads than this wait for the disk. */
const mostThreads = 8;

export interface PoolOptions {
  readonly setting: ScoreSetting;
  /** Path of the bundled scoreWorker; null: everything in this thread, as tests of the sources do. */
  readonly script: string | null;
  readonly signal: AbortSignal;
  /** @param done images */
  readonly onDone: (done: number) => void;
}

function chunksOf(tasks: readonly ImageTask[]): ImageTask[][] {
  return Array.from({ length: Math.ceil(tasks.length / chunkSize) }, (_, chunk) =>
    tasks.slice(chunk * chunkSize, (chunk + 1) * chunkSize),
  );
}

async function hereScored(chunks: readonly ImageTask[][], options: PoolOptions): Promise<ScoredChunk[]> {
  const scored: ScoredChunk[] = [];
  let done = 0;
  for (const chunk of chunks) {
    await setImmediate();
    options.signal.throwIfAborted();
    scored.push(await scoreChunk(chunk, options.setting));
    done += chunk.length;
    options.onDone(done);
  }
  return scored;
}

/** One thread at work: takes chunks until none is left. */
function threadScored(
  script: string,
  chunks: readonly ImageTask[][],
  next: () => number,
  keep: (place: number, chunk: ScoredChunk) => void,
  { setting, signal }: PoolOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { workerData: setting });
    let place = -1;
    const end = (settle: () => void) => {
      signal.removeEventListener('abort', abort);
      void worker.terminate().then(settle, settle);
    };
    const abort = () => end(() => reject(signal.reason as Error));
    const give = () => {
      place = next();
      const chunk = chunks[place];
      if (chunk === undefined) end(resolve);
      else worker.postMessage(chunk);
    };
    signal.addEventListener('abort', abort, { once: true });
    worker.on('message', (answer: WorkerAnswer) => {
      if ('fault' in answer) {
        end(() => reject(new Error(answer.fault)));
        return;
      }
      keep(place, answer.chunk);
      give();
    });
    worker.once('error', (error) =>
      end(() => reject(error instanceof Error ? error : new Error(String(error)))),
    );
    give();
  });
}

/**
 * Scores images.
 * @returns one answer per chunk, in the order of the tasks
 * @throws the signal's reason when somebody asked to stop
 */
export async function scoreImages(
  tasks: readonly ImageTask[],
  options: PoolOptions,
): Promise<readonly ScoredChunk[]> {
  const { script, signal, onDone } = options;
  signal.throwIfAborted();
  const chunks = chunksOf(tasks);
  if (script === null) return hereScored(chunks, options);
  const scored: (ScoredChunk | undefined)[] = chunks.map(() => undefined);
  let given = 0;
  let done = 0;
  const keep = (place: number, chunk: ScoredChunk) => {
    scored[place] = chunk;
    done += chunks[place]?.length ?? 0;
    onDone(done);
  };
  const threads = Math.min(mostThreads, availableParallelism(), chunks.length);
  const stop = new AbortController();
  const both = { ...options, signal: AbortSignal.any([signal, stop.signal]) };
  try {
    await Promise.all(
      Array.from({ length: threads }, () => threadScored(script, chunks, () => given++, keep, both)),
    );
  } finally {
    // One thread's failure ends the others.
    stop.abort();
  }
  return scored.flatMap((chunk) => chunk ?? []);
}
