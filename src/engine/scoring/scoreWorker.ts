/** A thread that scores chunks of images; started by scorePool.ts with the setting as its data. */
import { parentPort, workerData } from 'node:worker_threads';
import { scoreChunk, type ImageTask, type ScoreSetting } from './scoreChunk';

export type WorkerAnswer =
  { readonly chunk: Awaited<ReturnType<typeof scoreChunk>> } | { readonly fault: string };

const port = parentPort;
if (port === null) throw new Error('This is a thread of LPCAM Lens; scoring starts it.');
// Only scorePool.ts starts this script, with these types.
const setting = workerData as ScoreSetting;
port.on('message', (tasks: readonly ImageTask[]) => {
  scoreChunk(tasks, setting).then(
    (chunk) => port.postMessage({ chunk } satisfies WorkerAnswer),
    (error: unknown) => {
      const fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
      port.postMessage({ fault } satisfies WorkerAnswer);
    },
  );
});
