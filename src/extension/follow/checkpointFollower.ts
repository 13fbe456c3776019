/** Watches the checkpoints of studies for whoever shows something of them; one watch per study. */
import { basename, sep } from 'node:path';
import * as vscode from 'vscode';
import type { CheckpointsOnDisk, FollowedCheckpoint } from '../../protocol/follow';
import type { StudyReference } from '../../protocol/study';
import type { EngineClient } from '../client/engineClient';
import type { Log } from '../client/engineProcess';
import { literalGlob } from '../panel/literalGlob';
import { studyKey, studyName } from '../study/studyReference';
import { settleTime, SettledCheckpoints } from './settledCheckpoints';

/** Milliseconds between looks: network file systems tell a watcher nothing. */
const slow = 5000;
/** After an event: a checkpoint is written in many pieces. */
const soon = 300;

/** A checkpoint that is whole and at rest. */
export interface NewestCheckpoint {
  readonly path: string;
  /** SHA-256 with its data files, hex. */
  readonly hash: string;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** What is known of a study's checkpoints. */
export interface FollowedState {
  readonly newest: NewestCheckpoint | null;
  /** All that lie there, the growing ones too, by time. */
  readonly checkpoints: readonly FollowedCheckpoint[];
}

type Listener = (state: FollowedState) => void;

const nothingYet: FollowedState = { newest: null, checkpoints: [] };

class FollowedStudy {
  readonly listeners = new Set<Listener>();
  state = nothingYet;
  readonly #settled = new SettledCheckpoints();
  readonly #closed = new AbortController();
  #watcher: { readonly pattern: string; readonly disposable: vscode.Disposable } | null = null;
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  /** Something happened during a look. */
  #again = false;
  /** What was told last, so that nothing is told twice. */
  #told = '';
  #failure = '';

  constructor(
    private readonly study: StudyReference,
    private readonly reader: EngineClient,
    private readonly log: Log,
  ) {
    this.#lookIn(0);
  }

  /** Looks as soon as the last look is over. */
  lookSoon(): void {
    this.#again = true;
    this.#lookIn(soon);
  }

  dispose(): void {
    this.#closed.abort();
    clearTimeout(this.#timer);
    this.#watcher?.disposable.dispose();
  }

  #lookIn(milliseconds: number): void {
    clearTimeout(this.#timer);
    if (!this.#closed.signal.aborted) this.#timer = setTimeout(() => void this.#look(), milliseconds);
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    this.#again = false;
    let next = slow;
    try {
      if (await this.#lookOnce()) next = settleTime;
    } finally {
      this.#looking = false;
      this.#lookIn(Math.min(next, this.#pending));
    }
  }

  /** Milliseconds until the look that something asked for while the last one went on. */
  get #pending(): number {
    return this.#again ? soon : slow;
  }

  /** @returns whether something is on the move */
  async #lookOnce(): Promise<boolean> {
    const found = await this.#ask(null);
    if (found === null) return false;
    this.#watch(found.pattern);
    const { newest, settling } = this.#settled.look(found.checkpoints, Date.now());
    const hash = newest && (await this.#hashOf(newest));
    if (newest && hash === null) return true;
    this.#tell({
      newest: newest && hash !== null ? { path: newest.path, hash, modified: newest.modified } : null,
      checkpoints: found.checkpoints,
    });
    return settling;
  }

  async #hashOf({ path, version }: FollowedCheckpoint): Promise<string | null> {
    return (await this.#ask({ path, version }))?.hash ?? null;
  }

  async #ask(
    hash: { readonly path: string; readonly version: string } | null,
  ): Promise<CheckpointsOnDisk | null> {
    const { study } = this;
    const outcome = await this.reader.request(
      'lookAtCheckpoints',
      { study, hash },
      { subject: hash ? basename(hash.path) : studyName(study), signal: this.#closed.signal },
    );
    if (outcome.ok) {
      this.#failure = '';
      return outcome.value;
    }
    // A study that cannot be read is told where it is read; this is asked again and again.
    if (outcome.failure.kind !== 'cancelled' && outcome.failure.message !== this.#failure)
      this.log('warn', `The checkpoints of ${studyName(study)} are not followed: ${outcome.failure.message}`);
    this.#failure = outcome.failure.message;
    return null;
  }

  #tell(state: FollowedState): void {
    if (this.#closed.signal.aborted) return;
    this.state = state;
    const told = JSON.stringify(state);
    if (told === this.#told) return;
    this.#told = told;
    for (const listener of [...this.listeners]) listener(state);
  }

  /** VS Code's watcher, where the file system tells it anything, spares the wait. */
  #watch(pattern: string): void {
    if (this.#watcher?.pattern === pattern) return;
    this.#watcher?.disposable.dispose();
    const names = pattern.split(sep);
    const first = names.findIndex((name) => /[*?]/.test(name));
    const at = first < 0 ? names.length - 1 : first;
    const base = vscode.Uri.file(names.slice(0, at).join(sep) || sep);
    const glob = names
      .slice(at)
      .map((name, place) => (first >= 0 ? nameGlob(name) : place === 0 ? literalGlob(name) : name));
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(base, glob.join('/')),
    );
    const touched = () => this.lookSoon();
    const disposable = vscode.Disposable.from(
      watcher,
      watcher.onDidChange(touched),
      watcher.onDidCreate(touched),
      watcher.onDidDelete(touched),
    );
    this.#watcher = { pattern, disposable };
  }
}

/** Our pattern of a name as one of VS Code's, to which brackets and braces mean more. */
function nameGlob(name: string): string {
  return name.replace(/[[\]{}]/g, (character) => `[${character}]`);
}

export class CheckpointFollower implements vscode.Disposable {
  readonly #followed = new Map<string, FollowedStudy>();

  constructor(
    private readonly reader: EngineClient,
    private readonly log: Log,
  ) {}

  /** Tells what is there, and every change, until disposed. */
  follow(study: StudyReference, listener: Listener): vscode.Disposable {
    const key = studyKey(study);
    const followed = this.#followed.get(key) ?? new FollowedStudy(study, this.reader, this.log);
    this.#followed.set(key, followed);
    followed.listeners.add(listener);
    if (followed.state !== nothingYet)
      queueMicrotask(() => followed.listeners.has(listener) && listener(followed.state));
    return new vscode.Disposable(() => {
      followed.listeners.delete(listener);
      if (followed.listeners.size > 0 || this.#followed.get(key) !== followed) return;
      followed.dispose();
      this.#followed.delete(key);
    });
  }

  dispose(): void {
    for (const followed of this.#followed.values()) followed.dispose();
    this.#followed.clear();
  }
}
