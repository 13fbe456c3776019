/**
 * Private copies of files that have no path on disk (virtual workspaces, versions in Git): the reader process reads piece
 * by piece, which a virtual file system does not offer. VS Code streams the copy; it lasts as long as somebody holds it.
 */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, readdir, rename, rm, statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { watchUri } from './watchedUri';

/** Bytes. Larger files take minutes to bring over, and many virtual file systems hold them in memory meanwhile. */
const mostBytes = 2 * 2 ** 30;

const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** What a person is told of a file that cannot be brought to disk. */
export class DiskCopyError extends Error {}

export interface DiskCopy {
  /** Of the copy; the file has it once `bring` has ended. */
  readonly path: string;
  /**
   * Copies the file, unless the copy is of its state already.
   * @throws DiskCopyError
   */
  bring(): Promise<void>;
  dispose(): void;
}

/** Equal while a file is as it was. */
const stampOf = ({ mtime, size }: vscode.FileStat) => `${mtime} ${size}`;

class Copied {
  readonly folder: string;
  readonly path: string;
  readonly #listeners = new Set<() => void>();
  readonly #watcher: vscode.Disposable;
  #stamp: string | null = null;
  /** Ends with the copying that was asked for last, well or not. */
  #brought: Promise<void> = Promise.resolve();

  constructor(
    private readonly uri: vscode.Uri,
    root: string,
    private readonly limit: number,
  ) {
    this.folder = join(root, randomBytes(6).toString('hex'));
    this.path = join(this.folder, basename(uri.path));
    this.#watcher = watchUri(uri, () => this.#listeners.forEach((listener) => listener()));
  }

  get held(): boolean {
    return this.#listeners.size > 0;
  }

  hold(onChange: () => void): void {
    this.#listeners.add(onChange);
  }

  leave(onChange: () => void): void {
    this.#listeners.delete(onChange);
  }

  /** Two editors of one file get one copy; a file that changed while it was copied is copied again. */
  bring(): Promise<void> {
    const brought = this.#brought.then(() => this.#copy());
    this.#brought = brought.catch(() => undefined);
    return brought;
  }

  async #copy(): Promise<void> {
    const { uri, folder, path } = this;
    const part = `${path}.part`;
    try {
      const found = await vscode.workspace.fs.stat(uri);
      if (stampOf(found) === this.#stamp) return;
      await mkdir(folder, { recursive: true });
      await this.#check(found.size);
      await vscode.workspace.fs.copy(uri, vscode.Uri.file(part), { overwrite: true });
      await rename(part, path);
      this.#stamp = stampOf(found);
    } catch (error) {
      await rm(part, { force: true });
      if (error instanceof DiskCopyError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new DiskCopyError(`${uri.toString()} cannot be read: ${why}`);
    }
  }

  async #check(size: number): Promise<void> {
    const name = this.uri.toString();
    if (size > this.limit)
      throw new DiskCopyError(
        `${name} has ${gib(size)}. From a virtual file system, files of up to ${gib(this.limit)} are brought to disk to be looked into. Copy it to a folder on disk and open it there.`,
      );
    const { bavail, bsize } = await statfs(this.folder);
    if (size > bavail * bsize)
      throw new DiskCopyError(
        `${name} has ${gib(size)}, and its copy in ${this.folder} would need more than the ${gib(bavail * bsize)} that are free there.`,
      );
  }

  dispose(): void {
    this.#watcher.dispose();
    // A copy that is on its way ends in a folder that is gone: VS Code cannot be told to stop.
    void this.#brought.then(() => rm(this.folder, { recursive: true, force: true }));
  }
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

export class DiskCopies implements vscode.Disposable {
  readonly #copies = new Map<string, Copied>();
  readonly #own: string;
  #swept = false;

  /**
   * @param folder for copies of all windows; each has a folder in it, by its machine and process: a home folder may be
   * that of many machines
   */
  constructor(
    readonly folder: string,
    private readonly limit = mostBytes,
  ) {
    this.#own = join(folder, `${process.pid}@${hostname()}`);
  }

  /**
   * Holds a copy of a file until disposed; the last one who leaves takes the copy along.
   * @param onChange the file is another one now: `bring` copies it anew
   */
  hold(uri: vscode.Uri, onChange: () => void): DiskCopy {
    void this.#sweep();
    const key = uri.toString();
    const copied = this.#copies.get(key) ?? new Copied(uri, this.#own, this.limit);
    this.#copies.set(key, copied);
    const listener = () => onChange();
    copied.hold(listener);
    return {
      path: copied.path,
      bring: () => copied.bring(),
      dispose: () => {
        copied.leave(listener);
        if (copied.held || this.#copies.get(key) !== copied) return;
        this.#copies.delete(key);
        copied.dispose();
      },
    };
  }

  /** Copies of this machine's windows that ended without cleaning up. */
  async #sweep(): Promise<void> {
    if (this.#swept) return;
    this.#swept = true;
    const names = await readdir(this.folder).catch(() => []);
    for (const name of names) {
      const [pid, ...host] = name.split('@');
      if (host.join('@') === hostname() && !runs(Number(pid)))
        await rm(join(this.folder, name), { recursive: true, force: true });
    }
  }

  dispose(): void {
    for (const copied of this.#copies.values()) copied.dispose();
    this.#copies.clear();
    rmSync(this.#own, { recursive: true, force: true });
  }
}
