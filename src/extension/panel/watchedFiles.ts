/** Tells when one of a panel's files has really changed on disk and is quiet again. */
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { fileStamp } from './fileStamp';
import { literalGlob } from './literalGlob';

/** Milliseconds without another event: a checkpoint is written in many pieces. */
const quiet = 1000;
/** Milliseconds between looks of our own: network file systems tell a watcher nothing. */
const slow = 5000;

export class WatchedFiles implements vscode.Disposable {
  readonly #watchers = new Map<string, vscode.Disposable>();
  readonly #stamps = new Map<string, string>();
  /** Files as a look of our own found them: who is still being written differs from it at the next. */
  readonly #found = new Map<string, string>();
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
      this.#found.delete(path);
    }
    for (const path of wanted) {
      if (this.#watchers.has(path)) continue;
      const stamp = await fileStamp(path);
      if (this.#closed || this.#watchers.has(path)) continue;
      this.#stamps.set(path, stamp);
      this.#watchers.set(path, this.#watcher(path));
    }
    // A watcher takes a moment to begin, and tells nothing of that moment.
    this.#lookIn(quiet, true);
  }

  /** What the files are like now counts as known: somebody is about to read them. */
  async settle(): Promise<void> {
    for (const path of [...this.#watchers.keys()]) {
      const stamp = await fileStamp(path);
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
    const touched = () => this.#lookIn(quiet, true);
    watcher.onDidChange(touched);
    watcher.onDidCreate(touched);
    watcher.onDidDelete(touched);
    return watcher;
  }

  /** @param told a watcher said so: when it has been quiet, what is there is whole */
  #lookIn(milliseconds: number, told: boolean): void {
    clearTimeout(this.#timer);
    if (this.#watchers.size > 0) this.#timer = setTimeout(() => void this.#look(told), milliseconds);
  }

  async #look(told: boolean): Promise<void> {
    const timer = this.#timer;
    let changed = false;
    let moving = false;
    for (const path of [...this.#watchers.keys()]) {
      const stamp = await fileStamp(path);
      const differs = stamp !== this.#stamps.get(path);
      const rests = told || this.#found.get(path) === stamp;
      this.#found.set(path, stamp);
      if (!differs) continue;
      if (rests) {
        changed = true;
        this.#stamps.set(path, stamp);
      } else moving = true;
    }
    if (this.#watchers.size === 0) return;
    // A watcher may have told of something meanwhile, and waits for it to be quiet.
    if (timer === this.#timer) this.#lookIn(moving ? quiet : slow, false);
    if (changed) this.onChange();
  }
}
