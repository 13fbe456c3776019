/** Brings a tensor out of a stopped Python program, through its debug adapter, in chunks. */
import { randomUUID } from 'node:crypto';
import {
  answerBytes,
  chunkExpression,
  describeExpression,
  frameTextsExpression,
  holdExpression,
  readDescription,
  readFrameTexts,
  releaseExpression,
  valueCount,
  type PythonTensor,
} from './pythonTensor';

/** What a debug session answers, as `vscode.DebugSession` does. */
export interface Evaluator {
  customRequest(command: string, args?: unknown): PromiseLike<unknown>;
}

/** A place in a stopped program. */
export interface StoppedFrame {
  readonly session: Evaluator;
  /** The adapter's number for the frame; undefined asks for the globals. */
  readonly frameId: number | undefined;
}

export interface FetchOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** A tensor that was brought over, as a `.npy` file. */
export interface FetchedTensor {
  readonly tensor: PythonTensor;
  readonly npy: Uint8Array;
}

export type Fetched =
  { readonly ok: true; readonly value: FetchedTensor } | { readonly ok: false; readonly reason: string };

/** Base64 of one answer, in bytes: small enough for every adapter's buffers, large enough to be quick. */
const chunkBytes = 768 * 1024;
/** Below this an adapter that still cuts its answers is given up. */
const smallestChunk = 1024;

class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
}

async function evaluate({ session, frameId }: StoppedFrame, expression: string): Promise<string> {
  let answer: unknown;
  try {
    // Of all contexts only this one promises the whole value, not what fits into a tooltip.
    answer = await session.customRequest('evaluate', { expression, frameId, context: 'clipboard' });
  } catch (error) {
    throw new EvaluationError(error instanceof Error ? error.message : String(error));
  }
  const result: unknown = typeof answer === 'object' && answer ? Reflect.get(answer, 'result') : undefined;
  if (typeof result !== 'string') throw new EvaluationError('The debug adapter answered without a result.');
  return result;
}

async function wholeAnswer(frame: StoppedFrame, expression: string): Promise<Uint8Array> {
  const answer = await evaluate(frame, expression);
  const bytes = answerBytes(answer);
  if (bytes === null) throw new EvaluationError(`The debug adapter answered with “${answer.slice(0, 200)}”.`);
  return bytes;
}

/** Values of programs that ran on before we let go of them: let go of at the next occasion. */
const unreleased = new WeakMap<Evaluator, Set<string>>();

async function release(frame: StoppedFrame, id: string): Promise<void> {
  const waiting = unreleased.get(frame.session) ?? new Set<string>();
  unreleased.set(frame.session, waiting.add(id));
  for (const held of [...waiting]) {
    try {
      await evaluate(frame, releaseExpression(held));
      waiting.delete(held);
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
    }
  }
}

async function readValues(
  frame: StoppedFrame,
  id: string,
  tensor: PythonTensor,
  { signal, onProgress }: FetchOptions,
): Promise<Uint8Array> {
  const { header, bytesPerValue } = tensor;
  const count = valueCount(tensor);
  const npy = new Uint8Array(header.length + count * bytesPerValue);
  npy.set(header);
  let step = Math.floor(chunkBytes / bytesPerValue);
  for (let from = 0; from < count;) {
    signal.throwIfAborted();
    const to = Math.min(from + step, count);
    const bytes = answerBytes(await evaluate(frame, chunkExpression(id, from, to)));
    if (bytes?.length === (to - from) * bytesPerValue) {
      npy.set(bytes, header.length + from * bytesPerValue);
      from = to;
      onProgress(from, count);
    } else if (step * bytesPerValue > smallestChunk) step = Math.ceil(step / 4);
    else throw new EvaluationError('The debug adapter cuts even short answers, so no tensor can be read.');
  }
  return npy;
}

/**
 * Evaluates an expression once and reads its tensor whole.
 * @param expression of the program's language, Python
 * @returns why not, in words for the person, when it is no tensor, too large, or the program or adapter refuses
 * @throws the signal's reason when it is aborted
 */
export async function fetchTensor(
  frame: StoppedFrame,
  expression: string,
  options: FetchOptions,
): Promise<Fetched> {
  const id = randomUUID();
  try {
    await evaluate(frame, holdExpression(id, expression));
    try {
      const described = readDescription(await wholeAnswer(frame, describeExpression(id)), expression);
      if (!described.ok) return described;
      const { tensor } = described;
      return { ok: true, value: { tensor, npy: await readValues(frame, id, tensor, options) } };
    } finally {
      await release(frame, id);
    }
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return { ok: false, reason: `Python could not give ${expression} away: ${error.message}` };
  }
}

/** Texts among the frame's variables; none when the adapter does not tell. */
export async function frameTexts(frame: StoppedFrame): Promise<readonly string[]> {
  try {
    return readFrameTexts(await wholeAnswer(frame, frameTextsExpression)) ?? [];
  } catch (error) {
    if (error instanceof EvaluationError) return [];
    throw error;
  }
}
