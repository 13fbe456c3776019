import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again and again until there is an answer.
 *
 * @param what named in the error: what was waited for
 * @param ask resolves to undefined or false as long as there is none
 * @throws Error when there is none in time; its cause is the last error of `ask`, if it threw
 */
export async function poll<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  { timeout = 30_000, interval = 200 }: { timeout?: number; interval?: number } = {},
): Promise<T> {
  const deadline = Date.now() + timeout;
  let cause: unknown;
  do {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await sleep(interval);
  } while (Date.now() < deadline);
  throw new Error(`Waited ${timeout / 1000} s in vain for ${what}.`, { cause });
}

/**
 * Repeats assertions until they hold: what a person sees follows a keystroke within a frame or two, not at once.
 *
 * @throws whatever they threw last, when they do not hold in time
 */
export async function eventually(
  assertions: () => Promise<void>,
  { timeout = 30_000, interval = 150 }: { timeout?: number; interval?: number } = {},
): Promise<void> {
  const deadline = Date.now() + timeout;
  for (;;) {
    try {
      await assertions();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await sleep(interval);
  }
}
