/** What an answer of the engine amounts to, in a short text. */
import { createHash, type Hash } from 'node:crypto';
import type { Answer } from './answer';

/**
 * Adds a value as JSON, its arrays of numbers as their bytes. V8's own serialisation will not do: it tells whole numbers by
 * whether they came out of a calculation, which is different from run to run.
 */
function update(hash: Hash, value: unknown): void {
  const text = JSON.stringify(value, (_key, part: unknown) => {
    if (!ArrayBuffer.isView(part)) return part;
    hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
    return part.byteLength;
  });
  hash.update(text);
}

/**
 * Equal for answers that make the same page: the header with picture, mask, classes, centres and settings, all maps, and the
 * notices. How long it took and the number of the request do not count.
 * @returns null before all maps are there
 */
export function answerFingerprint(answer: Answer): string | null {
  if (!answer.done) return null;
  const hash = createHash('sha256');
  for (const message of answer.replay()) {
    if (message.type === 'header') update(hash, message.header);
    if (message.type === 'scale') update(hash, message.maps);
    if (message.type === 'done') update(hash, message.notices);
  }
  return hash.digest('base64');
}
