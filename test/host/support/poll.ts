/** Waiting for what happens in its own time. */

/**
 * Calls `look` until it gives something.
 *
 * @param what for the message: "the panel of boat.jpg"
 * @throws Error when it does not come in time
 */
export async function poll<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  timeout = 60_000,
): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`Waited ${timeout / 1000} s in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
