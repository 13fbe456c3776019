/** Tells when one of a panel's files has really changed on disk and is quiet again. */
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { literalGlob } from './literalGlob';

/** Milliseconds without another event: a checkpoint is written in many pieces. */
const quiet = 1000;

/** Equal while a file is as it was; a missing file has a stamp as well. */
async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeMs, size } = await stat(path);
    return `${mtimeMs} ${size}`;
  } catch {
    // Deleted, or being replaced: that is a change like any other.
    return 'missing';
  }
}

export class WatchedFiles implements vscode.Disposable {
  readonly #watchers = new Map<string, vscode.Disposable>();
  readonly #stamps = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param onChange called once for changes that come together */
  constructor(private readonly onChange: () => void) {}

  /**
   * Watches these files and no others. What a newly watched file is like now counts as known; what happened to the
   * others since `settle` is told.
   */
  async watch(paths: readonly string[]): Promise<void> {
    const wanted = new Set(paths);
    for (const [path, watcher] of this.#watchers) {
      if (wanted.has(path)) continue;
      watcher.dispose();
      this.#watchers.delete(path);
      this.#stamps.delete(path);
    }
    for (const path of wanted) {
      if (this.#watchers.has(path)) continue;
      const stamp = await stampOf(path);
      if (this.#closed || this.#watchers.has(path)) continue;
      this.#stamps.set(path, stamp);
      this.#watchers.set(path, this.#watcher(path));
    }
    // A watcher takes a moment to begin, and tells nothing of that moment.
    this.#compareSoon();
  }

  /** What the files are like now counts as known: somebody is about to read them. */
  async settle(): Promise<void> {
    for (const path of [...this.#watchers.keys()]) {
      const stamp = await stampOf(path);
      if (this.#watchers.has(path)) this.#stamps.set(path, stamp);
    }
  }

  dispose(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.dispose();
    this.#watchers.clear();
    this.#stamps.clear();
  }

  #watcher(path: string): vscode.Disposable {
    const pattern = new vscode.RelativePattern(vscode.Uri.file(dirname(path)), literalGlob(basename(path)));
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const touched = () => this.#compareSoon();
    watcher.onDidChange(touched);
    watcher.onDidCreate(touched);
    watcher.onDidDelete(touched);
    return watcher;
  }

  #compareSoon(): void {
    clearTimeout(this.#timer);
    if (this.#watchers.size > 0) this.#timer = setTimeout(() => void this.#compare(), quiet);
  }

  async #compare(): Promise<void> {
    let changed = false;
    for (const path of [...this.#watchers.keys()]) {
      const stamp = await stampOf(path);
      if (stamp !== this.#stamps.get(path)) changed = true;
      this.#stamps.set(path, stamp);
    }
    if (changed && this.#watchers.size > 0) this.onChange();
  }
}
