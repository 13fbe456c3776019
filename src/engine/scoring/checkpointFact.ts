/** Whether the seeds are those of the study's checkpoint: by its hash where a manifest has one, else by times. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ScoreFact } from '../../protocol/score';
import type { SeedsManifest } from '../../protocol/seeds';

/** Larger checkpoints are not read through for one line of a card. */
const mostBytes = 4 * 2 ** 30;

async function hashOf(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20, signal }))
    hash.update(piece as Buffer);
  return hash.digest('hex');
}

/** `2026-03-01 14:05`, in the machine's time. */
function timeText(milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

export interface SeedTimes {
  /** Milliseconds since 1970. */
  readonly oldest: number;
  readonly newest: number;
}

export interface CheckpointFinding {
  readonly fact: ScoreFact;
  /** SHA-256 of the checkpoint that made the seeds, hex; null where nothing says. */
  readonly hash: string | null;
}

/** @param checkpoint path of the study's; null: there is no study */
export async function checkpointFact(
  checkpoint: string | null,
  manifest: SeedsManifest | null,
  { oldest, newest }: SeedTimes,
  signal: AbortSignal,
): Promise<CheckpointFinding> {
  const name = 'Checkpoint';
  const made = manifest?.checkpoint.hash ?? null;
  const say = (text: string, tone: ScoreFact['tone'] = 'plain') => ({
    fact: { name, text, tone },
    hash: made,
  });
  if (checkpoint === null) return say('No study: nothing says which checkpoint made these seeds.');
  const stats = await stat(checkpoint).catch(() => null);
  if (stats === null) return say(`${checkpoint} cannot be read.`, 'warning');
  const file = basename(checkpoint);
  if (made !== null && stats.size <= mostBytes) {
    const same = (await hashOf(checkpoint, signal)) === made;
    if (same) return say(`${file}: the very one that made these seeds (same SHA-256).`);
    const since = stats.mtimeMs > newest ? ', which changed after the seeds were made' : '';
    return say(`These seeds were made by another checkpoint than ${file}${since}.`, 'warning');
  }
  const changed = timeText(stats.mtimeMs);
  if (stats.mtimeMs > newest)
    return say(
      `${file} (${changed}) is newer than the seeds (${timeText(newest)}): they are not of this state of it.`,
      'warning',
    );
  if (stats.mtimeMs > oldest)
    return say(
      `${file} (${changed}) changed while the seeds were made (${timeText(oldest)} to ${timeText(newest)}): they may be a mixture of two checkpoints.`,
      'warning',
    );
  return say(
    `${file} (${changed}) is older than the seeds (${timeText(oldest)}), as it should be; nothing proves that it made them.`,
  );
}
