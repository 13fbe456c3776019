/**
 * Which of the checkpoints on disk have come to rest. That a file is whole by its own format is not enough: a model can end
 * between two of its fields, and a tool may still write behind the end. So its size and time must be the same at two looks
 * that are some time apart. Pure: the clock is given.
 */
import type { FollowedCheckpoint } from '../../protocol/follow';

/** Milliseconds between the two looks. */
export const settleTime = 1000;

export interface Settled {
  /** The newest that is whole and at rest; null: there is none. */
  readonly newest: FollowedCheckpoint | null;
  /** Some file is whole but not at rest yet, or grew since the last look: it is worth looking again soon. */
  readonly settling: boolean;
}

export class SettledCheckpoints {
  /** When each file was first seen in the state it is in. */
  #since = new Map<string, { readonly version: string; readonly time: number; readonly looks: number }>();

  /** @param found by time, the newest last; @param now milliseconds */
  look(found: readonly FollowedCheckpoint[], now: number): Settled {
    const before = this.#since;
    this.#since = new Map();
    let newest: FollowedCheckpoint | null = null;
    let settling = false;
    for (const checkpoint of found) {
      const { path, version, whole } = checkpoint;
      const known = before.get(path);
      const same = known?.version === version ? known : null;
      const { time, looks } = same ?? { time: now, looks: 0 };
      this.#since.set(path, { version, time, looks: looks + 1 });
      const rests = same !== null && now - time >= settleTime;
      if (whole && rests) newest = checkpoint;
      if (!rests && (whole || same === null)) settling = true;
    }
    return { newest, settling };
  }
}
