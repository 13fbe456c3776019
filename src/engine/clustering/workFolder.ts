/**
 * The folder beside the bank that holds a clustering run's features and finished classes, so that an interrupted run
 * goes on where it stopped, and several machines can share the work. What was made with another checkpoint or other
 * settings is thrown away.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { InputError } from '../../lpcam/inputError';
import { FolderLock, lockHolder, type LockHolder } from '../folderLock';
import { writeWhole } from '../writeWhole';

const lockName = (task: string | null) => (task === null ? 'lock.json' : `lock-${task}.json`);
const isLock = (name: string) => /^(lock|claim)\b.*\.json/.test(name);

/** Where a bank's clustering keeps what it has computed so far. */
export function workFolderPath(bankPath: string): string {
  return `${bankPath}.work`;
}

export class WorkFolder {
  private lock: FolderLock | null = null;

  private constructor(
    readonly path: string,
    private readonly task: string | null,
  ) {}

  /**
   * Opens the folder of a bank, emptied if `identity` (all that the results depend on) is not what it was made for.
   * @param task the share that is worked on; null: all of it, with nobody beside
   * @throws InputError when another process is at work on the same, or the folder cannot be written
   */
  static async open(bankPath: string, identity: unknown, task: string | null = null): Promise<WorkFolder> {
    const folder = new WorkFolder(workFolderPath(bankPath), task);
    const text = JSON.stringify(identity);
    const purpose = createHash('sha256').update(text).digest('hex');
    try {
      await mkdir(folder.path, { recursive: true });
      await folder.enter(purpose);
      await folder.claim(text, purpose);
    } catch (error) {
      await folder.release();
      throw storageError(error, folder.path);
    }
    return folder;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  private async enter(purpose: string): Promise<void> {
    const lock = await FolderLock.take(this.file(lockName(this.task)), purpose);
    if (!(lock instanceof FolderLock)) throw this.busy(lock, lockName(this.task));
    this.lock = lock;
    for (const [name, holder] of await this.others())
      // Shares of the same work go side by side; all of it at once goes alone.
      if (this.task === null || name === lockName(null)) throw this.busy(holder, name);
  }

  /** Who else is at work in the folder, by the names of their locks. */
  private async others(): Promise<[string, LockHolder][]> {
    const found: [string, LockHolder][] = [];
    for (const name of await readdir(this.path)) {
      if (!/^lock.*\.json$/.test(name) || name === lockName(this.task)) continue;
      const holder = await lockHolder(this.file(name));
      if (holder !== null) found.push([name, holder]);
    }
    return found;
  }

  private busy({ host, pid }: LockHolder, lock: string): InputError {
    const elsewhere = host !== hostname();
    return new InputError(
      `${basename(this.path, '.work')} is being clustered already, by process ${pid} on ${host}. ` +
        `Wait for it${elsewhere ? `; if it no longer runs, delete ${this.file(lock)}` : ' or cancel it'}.`,
      { file: this.path },
    );
  }

  /** Empties the folder unless its contents were made for the same. */
  private async claim(identity: string, purpose: string): Promise<void> {
    const manifest = this.file('manifest.json');
    const same = async () => (await readFile(manifest, 'utf8').catch(() => null)) === identity;
    if (await same()) return;
    // Of several that begin at once one empties it.
    const claim = await FolderLock.wait(this.file('claim.json'), AbortSignal.timeout(60_000));
    try {
      if (await same()) return;
      for (const [name, holder] of await this.others())
        if (holder.purpose !== purpose) throw this.busy(holder, name);
      for (const name of await readdir(this.path))
        if (!isLock(name)) await rm(this.file(name), { recursive: true, force: true });
      await writeWhole(manifest, identity);
    } finally {
      await claim.release();
    }
  }

  /** Lets another run in; what was computed stays. */
  async release(): Promise<void> {
    await this.lock?.release();
    this.lock = null;
  }

  /** Removes everything, once the bank is written. */
  async remove(): Promise<void> {
    // Again where another share came in meanwhile.
    await rm(this.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    await this.release();
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
