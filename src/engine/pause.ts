import { setImmediate } from 'node:timers/promises';

/**
 * Lets waiting messages in: ONNX Runtime blocks the thread while it runs, so a cancel arrives only between runs.
 * @throws the signal's reason when somebody asked to stop
 */
export async function pause(signal: AbortSignal): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}
