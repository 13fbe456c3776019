/**
 * What the counts of a share depend on besides what names the scoring: the files of its images and their labels. Files by name,
 * size and time, not content: reading 100,000 masks is the work itself, their sizes and times take seconds.
 */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Shard } from '../../protocol/shard';
import { ofShard } from '../shard';
import type { ImageTask } from './scoreChunk';
import type { ScorePlan } from './scorePlan';

/** Asked at a time: more wait for the same few threads. */
const atATime = 64;

/** Null where there is no such file. */
async function sizeAndTime(path: string): Promise<string | null> {
  const stats = await stat(path, { bigint: true }).catch(() => null);
  return stats && `${stats.size} ${stats.mtimeNs}`;
}

/** The inputs of a scoring's images, looked at once. */
export class ShareInputs {
  private constructor(
    private readonly tasks: readonly ImageTask[],
    private readonly byId: ReadonlyMap<string, string>,
  ) {}

  /** @param shard whose images are looked at; null: all */
  static async look(plan: Pick<ScorePlan, 'tasks'>, shard: Shard | null): Promise<ShareInputs> {
    const tasks = plan.tasks.filter(({ id }) => ofShard(id, shard));
    const byId = new Map<string, string>();
    const queue = tasks.values();
    const look = async () => {
      for (const { id, seeds, mask, labelled } of queue) {
        const files: (string | null)[] = [];
        for (const path of mask === null ? seeds : [...seeds, mask])
          files.push(path, await sizeAndTime(path));
        byId.set(id, JSON.stringify([id, files, mask === null, labelled]));
      }
    };
    await Promise.all(Array.from({ length: atATime }, look));
    return new ShareInputs(tasks, byId);
  }

  /** Another word for other inputs of a share. */
  of(shard: Shard): string {
    const hash = createHash('sha256');
    for (const { id } of this.tasks) if (ofShard(id, shard)) hash.update(`${this.byId.get(id) ?? ''}\n`);
    return hash.digest('hex');
  }
}
