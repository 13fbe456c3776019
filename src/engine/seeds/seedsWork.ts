/**
 * What is known of a folder of seeds before all of it is done: a folder beside it with what each share made, and with
 * what an interrupted run must not forget (which seeds are dead is seen only while they are made). It goes once the
 * manifest tells it all.
 */
import { createHash } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { deadSchema, failedSchema } from '../../protocol/seeds';
import { shardSchema, type Shard } from '../../protocol/shard';
import { FolderLock } from '../folderLock';
import { shardName } from '../shard';
import { writeWhole } from '../writeWhole';
import type { SeedsPlan } from './manifest';

const partSchema = z.object({
  /** Names the seeds and the list: parts of other work are none of this. */
  key: z.string(),
  shard: shardSchema,
  device: z.string().nullable(),
  /** Seeds of the share that there are. */
  seeds: z.int(),
  failed: z.array(failedSchema),
  dead: z.array(deadSchema),
});
export type SeedsPart = z.infer<typeof partSchema>;

const lineSchema = z.union([z.object({ device: z.string() }), deadSchema]);

/** What interrupted runs saw. */
export interface SeedsJournal {
  readonly device: string | null;
  readonly dead: readonly z.infer<typeof deadSchema>[];
}

/** The same for the same seeds of the same images. */
export function workKey(plan: SeedsPlan, ids: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([plan, ids]))
    .digest('hex');
}

function parsed<T>(schema: z.ZodType<T>, text: string): T | null {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    // Cut short by a crash.
    return null;
  }
}

export class SeedsWork {
  readonly path: string;

  constructor(
    folder: string,
    private readonly shard: Shard | null,
  ) {
    this.path = `${folder}.work`;
  }

  private file(name: string): string {
    return join(this.path, name);
  }

  private async filesOf(ending: string): Promise<string[]> {
    const names = await readdir(this.path).catch(() => []);
    return names
      .filter((name) => name.startsWith('seeds-') && name.endsWith(ending))
      .sort()
      .map((name) => this.file(name));
  }

  /** What earlier runs saw, of every share. */
  async journal(): Promise<SeedsJournal> {
    const dead: z.infer<typeof deadSchema>[] = [];
    let device: string | null = null;
    for (const path of await this.filesOf('.jsonl'))
      for (const text of (await readFile(path, 'utf8').catch(() => '')).split('\n')) {
        const line = parsed(lineSchema, text);
        if (line === null) continue;
        if ('id' in line) dead.push(line);
        else device ??= line.device;
      }
    return { device, dead };
  }

  /** Writes something down before the seed that shows it is there. */
  async note(line: z.infer<typeof lineSchema>): Promise<void> {
    await mkdir(this.path, { recursive: true });
    const name = this.shard === null ? 'all' : shardName(this.shard);
    await appendFile(this.file(`seeds-${name}.jsonl`), `${JSON.stringify(line)}\n`);
  }

  private partPath({ index, of }: Shard): string {
    return this.file(`seeds-${shardName({ index, of })}.json`);
  }

  async removePart(shard: Shard): Promise<void> {
    await rm(this.partPath(shard), { force: true });
  }

  async writePart(part: SeedsPart): Promise<void> {
    await writeWhole(this.partPath(part.shard), JSON.stringify(part));
  }

  /** The parts of some work, by how many shares it was cut into; what is damaged or of other work is left out. */
  async parts(key: string): Promise<Map<number, SeedsPart[]>> {
    const found = new Map<number, SeedsPart[]>();
    for (const path of await this.filesOf('.json')) {
      const part = parsed(partSchema, await readFile(path, 'utf8').catch(() => ''));
      if (part?.key !== key) continue;
      const { of } = part.shard;
      found.set(of, [...(found.get(of) ?? []), part]);
    }
    return found;
  }

  private async turn(signal: AbortSignal): Promise<FolderLock> {
    for (;;) {
      await mkdir(this.path, { recursive: true });
      try {
        return await FolderLock.wait(this.file('lock.json'), signal);
      } catch (error) {
        // Another share was the last one, and took the folder away.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
  }

  /** Does something that two may not do at once. */
  async alone<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const lock = await this.turn(signal);
    try {
      return await work();
    } finally {
      await lock.release();
      // It stays as long as anything lies in it.
      await rmdir(this.path).catch(() => undefined);
    }
  }

  async remove(): Promise<void> {
    // Again where another share came in meanwhile.
    await rm(this.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
