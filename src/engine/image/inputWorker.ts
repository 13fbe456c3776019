/** The thread that makes network inputs; started by inputMaker.ts. */
import { parentPort } from 'node:worker_threads';
import { makeInput, type InputTask } from './inputTask';

export interface InputRequest {
  readonly id: number;
  readonly task: InputTask;
  /** Memory to write to, handed over. */
  readonly floats: Float32Array<ArrayBuffer>;
}

/** `floats` is handed back. */
export type InputAnswer = Pick<InputRequest, 'id' | 'floats'> & { readonly fault: string | null };

const port = parentPort;
if (port === null) throw new Error('This is a thread of LPCAM Lens; the engine starts it.');
// Only inputMaker.ts starts this script, with these types.
port.on('message', ({ id, task, floats }: InputRequest) => {
  let fault: string | null = null;
  try {
    makeInput(task, floats);
  } catch (error) {
    fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  port.postMessage({ id, floats, fault } satisfies InputAnswer, [floats.buffer]);
});
