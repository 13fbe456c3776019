/** What an answer of the engine amounts to, in a short text. */
import { createHash } from 'node:crypto';
import { serialize } from 'node:v8';
import type { Answer } from './answer';

/**
 * Equal for answers that make the same page: the header with picture, mask, classes, centres and settings, all maps, and the
 * notices. How long it took and the number of the request do not count.
 * @returns null before all maps are there
 */
export function answerFingerprint(answer: Answer): string | null {
  if (!answer.done) return null;
  const hash = createHash('sha256');
  for (const message of answer.replay()) {
    if (message.type === 'header') hash.update(serialize(message.header));
    if (message.type === 'scale') hash.update(serialize(message.maps));
    if (message.type === 'done') hash.update(serialize(message.notices));
  }
  return hash.digest('base64');
}
