import { runtimeMessage } from '../../src/engine/failure';

/** What a measurement gave, or why there is none. */
export async function orFailure<T>(measure: () => Promise<T>): Promise<T | string> {
  try {
    return await measure();
  } catch (error) {
    return `failed: ${runtimeMessage(error).slice(0, 500)}`;
  }
}
