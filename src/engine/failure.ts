/** Errors on their way out of the engine. */
import { InputError } from '../lpcam/inputError';
import type { Failure } from '../protocol/failure';
import { knownMeaning } from './deviceWords';

/** A device or ONNX Runtime failed on input that is as it should be. */
export class DeviceError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DeviceError';
  }
}

/** What ONNX Runtime says of a run that failed, in one line. */
export function runtimeMessage(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const known = knownMeaning(text);
  return known === null ? (text.split('\n')[0] ?? '').trim() : `${known}.`;
}

/** Whether a failed run lacked memory, by the words of the CPU's, CUDA's and WebGPU's allocators. */
export function lackedMemory(error: unknown): boolean {
  return /bad_alloc|failed to allocate|out of memory|OUT_OF_MEMORY|exceeds the max/i.test(
    runtimeMessage(error),
  );
}

/** An error as the protocol tells it. */
export function failureOf(error: unknown, signal: AbortSignal | null = null): Failure {
  if (signal?.aborted === true || (error instanceof Error && error.name === 'AbortError')) {
    return { kind: 'cancelled', message: 'Cancelled.' };
  }
  if (error instanceof InputError) {
    const { file, field } = error.where;
    return {
      kind: 'input',
      message: error.message,
      ...(file === undefined ? {} : { file }),
      ...(field === undefined ? {} : { field }),
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? error.stack : undefined;
  return {
    kind: error instanceof DeviceError ? 'engine' : 'internal',
    message,
    ...(stack === undefined ? {} : { stack }),
  };
}
