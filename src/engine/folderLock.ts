/**
 * A file that says who is at work, so that no two processes do the same, also on several machines that share a folder.
 * The holder touches it as long as it lives: one that has not been touched for minutes belongs to nobody any more.
 */
import { randomBytes } from 'node:crypto';
import { link, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';

const heartbeat = 20_000;
/** Long enough for file servers that tell the time of a change late. */
const abandonedAfter = 240_000;
const waitStep = 250;
const breakingStep = 10;

const holderSchema = z.object({
  host: z.string(),
  pid: z.int(),
  /** The scheduler's name of the task; null: none runs it. */
  job: z.string().nullable().default(null),
  /** What it works on, where that matters. */
  purpose: z.string().default(''),
});
export type LockHolder = z.infer<typeof holderSchema>;

/** The same for a task that Slurm starts again on another node. */
function ownJob(): string | null {
  const { SLURM_ARRAY_JOB_ID, SLURM_ARRAY_TASK_ID, SLURM_JOB_ID } = process.env;
  if (SLURM_ARRAY_JOB_ID !== undefined) return `${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID ?? ''}`;
  return SLURM_JOB_ID ?? null;
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function holderIn(path: string): Promise<LockHolder | null> {
  try {
    return holderSchema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}

/** Whether the holder still lives, as far as anybody can tell. */
async function lives(path: string, { host, pid, job }: LockHolder): Promise<boolean> {
  if (host === hostname()) return runs(pid);
  if (job !== null && job === ownJob()) return false;
  const stats = await stat(path).catch(() => null);
  return stats !== null && Date.now() - stats.mtimeMs < abandonedAfter;
}

/** Who holds a lock; null: nobody. */
export async function lockHolder(path: string): Promise<LockHolder | null> {
  const holder = await holderIn(path);
  return holder !== null && (await lives(path, holder)) ? holder : null;
}

/** Whole from the beginning: who comes at the same moment must not read half a name. */
async function created(path: string, text: string): Promise<boolean> {
  const beside = `${path}.${randomBytes(4).toString('hex')}.part`;
  try {
    await writeFile(beside, text, { flag: 'wx' });
    await link(beside, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // File systems without hard links.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    return await writeFile(path, text, { flag: 'wx' }).then(
      () => true,
      (fault: unknown) => {
        if ((fault as NodeJS.ErrnoException).code === 'EEXIST') return false;
        throw fault;
      },
    );
  } finally {
    await rm(beside, { force: true });
  }
}

/**
 * Takes an abandoned lock away. One process at a time may, and looks again before it does: else one that looked before
 * and acts late would take away the lock of whoever came between.
 */
async function takeAway(path: string): Promise<void> {
  const breaking = `${path}.breaking`;
  if (await created(breaking, '')) {
    try {
      if ((await lockHolder(path)) === null) await rm(path, { force: true });
    } finally {
      await rm(breaking, { force: true });
    }
    return;
  }
  // Whoever is at it needs a moment; one that died over it has left this file behind.
  const stats = await stat(breaking).catch(() => null);
  if (stats !== null && Date.now() - stats.mtimeMs > abandonedAfter) await rm(breaking, { force: true });
  else await sleep(breakingStep);
}

export class FolderLock {
  private readonly beat: NodeJS.Timeout;

  private constructor(private readonly path: string) {
    this.beat = setInterval(() => void this.touch(), heartbeat);
    this.beat.unref();
  }

  private async touch(): Promise<void> {
    const now = new Date();
    // Gone with its folder: there is nothing left to hold.
    await utimes(this.path, now, now).catch(() => undefined);
  }

  /**
   * Takes a lock.
   * @param purpose what the others may read of it
   * @returns the lock, or who holds it
   */
  static async take(path: string, purpose = ''): Promise<FolderLock | LockHolder> {
    const mine: LockHolder = { host: hostname(), pid: process.pid, job: ownJob(), purpose };
    for (;;) {
      if (await created(path, JSON.stringify(mine))) return new FolderLock(path);
      const holder = await lockHolder(path);
      if (holder !== null) return holder;
      await takeAway(path);
    }
  }

  /**
   * The same, but waits until it is free.
   * @throws the signal's reason when somebody asked to stop
   */
  static async wait(path: string, signal: AbortSignal, purpose = ''): Promise<FolderLock> {
    for (;;) {
      const lock = await FolderLock.take(path, purpose);
      if (lock instanceof FolderLock) return lock;
      await sleep(waitStep, undefined, { signal }).catch(() => undefined);
      signal.throwIfAborted();
    }
  }

  async release(): Promise<void> {
    clearInterval(this.beat);
    await rm(this.path, { force: true });
  }
}
