/**
 * The folder beside the bank that holds a clustering run's features and finished classes, so that an interrupted run
 * goes on where it stopped. What was made with another checkpoint or other settings is thrown away.
 */
import { mkdir, readFile, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { InputError } from '../../lpcam/inputError';
import { writeWhole } from '../writeWhole';

const lockSchema = z.object({ host: z.string(), pid: z.int() });

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export class WorkFolder {
  private constructor(readonly path: string) {}

  /**
   * Opens the folder of a bank, emptied if `identity` (all that the results depend on) is not what it was made for.
   * @throws InputError when another process is at work in it, or the folder cannot be written
   */
  static async open(bankPath: string, identity: unknown): Promise<WorkFolder> {
    const folder = new WorkFolder(`${bankPath}.work`);
    try {
      await mkdir(folder.path, { recursive: true });
      await folder.lock();
    } catch (error) {
      throw storageError(error, folder.path);
    }
    try {
      await folder.claim(JSON.stringify(identity));
    } catch (error) {
      await folder.release();
      throw storageError(error, folder.path);
    }
    return folder;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** Empties the folder unless its contents were made for the same. */
  private async claim(identity: string): Promise<void> {
    const manifest = this.file('manifest.json');
    const found = await readFile(manifest, 'utf8').catch(() => null);
    if (found === identity) return;
    for (const name of await readdir(this.path))
      if (name !== 'lock.json') await rm(this.file(name), { recursive: true, force: true });
    await writeWhole(manifest, identity);
  }

  private async lock(): Promise<void> {
    const path = this.file('lock.json');
    const mine = JSON.stringify({ host: hostname(), pid: process.pid });
    for (let attempt = 0; ; attempt++) {
      try {
        await writeFile(path, mine, { flag: 'wx' });
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 0) throw error;
      }
      const holder = await readFile(path, 'utf8')
        .then((text) => lockSchema.safeParse(JSON.parse(text)).data)
        .catch(() => undefined);
      const elsewhere = holder && holder.host !== hostname();
      if (holder && (elsewhere || runs(holder.pid)))
        throw new InputError(
          `${basename(this.path, '.work')} is being clustered already, by process ${holder.pid} on ${holder.host}. ` +
            `Wait for it${elsewhere ? `; if it no longer runs, delete ${path}` : ' or cancel it'}.`,
          { file: this.path },
        );
      await rm(path, { force: true });
    }
  }

  /** Lets another run in; what was computed stays. */
  async release(): Promise<void> {
    await rm(this.file('lock.json'), { force: true });
  }

  /** Removes everything, once the bank is written. */
  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }

  /**
   * @throws InputError when the disk has less room than `bytes`
   */
  async checkRoom(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.path);
    if (bavail * bsize >= bytes) return;
    const gigabytes = (count: number) => `${(count / 1e9).toFixed(1)} GB`;
    throw new InputError(
      `The feature cache needs about ${gigabytes(bytes)} in ${this.path}, where ${gigabytes(bavail * bsize)} are free. ` +
        'Free some room, or let `bank` in lpcam.json name a file on a larger disk.',
      { file: this.path, field: 'bank' },
    );
  }
}

/** Errors of the disk that the person can do something about, as InputErrors; all others as they are. */
export function storageError(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const advice = 'Let `bank` in lpcam.json name a file elsewhere.';
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new InputError(`The disk is full: ${path} cannot be written. Free some room, or: ${advice}`, {
      file: path,
    });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR')
    return new InputError(`${path} cannot be written (${code}). ${advice}`, { file: path, field: 'bank' });
  return error;
}
