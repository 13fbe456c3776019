/**
 * The runs on Slurm of the workspace's studies, as their folders and the queue tell. What has not ended is looked at
 * again every few seconds, as long as somebody looks at it here.
 */
import * as vscode from 'vscode';
import type { Failure } from '../../protocol/failure';
import type { SlurmStatus, TaskState } from '../../protocol/slurm';
import type { EngineClient } from '../client/engineClient';
import type { Studies } from '../study/studies';

/** Milliseconds between two looks; each asks Slurm's controller, which many people share. */
const pause = 8000;
/** Runs of a study that are shown, the newest. */
const mostRuns = 20;
/**
 * A run is looked at for so long after it was found ended, in milliseconds: on a shared file system, the last word of a
 * task may come some seconds after the queue has forgotten it.
 */
const afterEnd = 20_000;

export interface ShownRun {
  readonly folder: string;
  /** Path of the study file. */
  readonly study: string;
  /** Null: it could not be read. */
  readonly status: SlurmStatus | null;
  readonly failure: Failure | null;
}

interface KnownRun extends ShownRun {
  /** When it was first found ended, by our clock; null: it has not. */
  readonly endedAt: number | null;
}

export interface SlurmRunsHost {
  /** Its process inherits the environment in which Slurm's programs are found. */
  readonly reader: EngineClient;
  readonly studies: Studies;
}

/** Tasks of a run in a state. */
export function tasksIn({ stages }: SlurmStatus, ...states: TaskState[]): number {
  return stages.reduce((sum, { counts }) => sum + states.reduce((own, state) => own + counts[state], 0), 0);
}

function isEnded({ status }: ShownRun): boolean {
  return status === null || tasksIn(status, 'running', 'waiting', 'unknown') === 0;
}

function isSettled({ endedAt }: KnownRun): boolean {
  return endedAt !== null && Date.now() - endedAt >= afterEnd;
}

export class SlurmRuns implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #closing = new AbortController();
  readonly #disposables: { dispose(): unknown }[];
  #known: ReadonlyMap<string, KnownRun> = new Map();
  #last: Promise<void> = Promise.resolve();
  /** Nobody looked since the studies became others. */
  #stale = true;
  /** Studies that were submitted from here: a file that is new may not have been found yet. */
  readonly #submitted = new Set<string>();
  #watched = false;
  #timer: NodeJS.Timeout | undefined;

  /** Other runs, or another state of them. */
  readonly onDidChange = this.#changed.event;

  constructor(private readonly host: SlurmRunsHost) {
    this.#disposables = [
      this.#changed,
      host.studies.onDidChange(() => {
        if (this.#watched) void this.look();
        // Who asks next is told of them.
        else this.#stale = true;
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.look()),
    ];
  }

  /** The newest first; looked for at the first call. */
  async all(): Promise<readonly ShownRun[]> {
    if (this.#stale) void this.look();
    await this.#last;
    return [...this.#known.values()];
  }

  /** Whether another look is due by itself. */
  get polling(): boolean {
    return this.#timer !== undefined;
  }

  /** @param watched whether somebody looks at the runs: nobody is asked for nobody */
  watch(watched: boolean): void {
    this.#watched = watched;
    if (watched) void this.look();
    else this.#stop();
  }

  /** @param anew also at what ended before */
  look(anew = false): Promise<void> {
    this.#stop();
    this.#stale = false;
    const own: Promise<void> = this.#last.then(() => this.#look(anew, () => this.#last === own));
    this.#last = own;
    return own;
  }

  /** Looks at a run of this study that was just submitted. */
  submitted(study: string): Promise<void> {
    this.#submitted.add(study);
    return this.look();
  }

  dispose(): void {
    this.#watched = false;
    this.#stop();
    this.#closing.abort();
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #look(anew: boolean, isLast: () => boolean): Promise<void> {
    const { signal } = this.#closing;
    await this.host.studies.known;
    const found = new Map<string, KnownRun>();
    // Asking runs squeue, with what is written in the workspace.
    const studies = vscode.workspace.isTrusted
      ? new Set([...this.host.studies.files, ...this.#submitted])
      : [];
    for (const study of studies) {
      const folders = await this.host.reader.request('slurmRuns', { study }, { signal });
      if (!folders.ok) continue;
      for (const folder of folders.value.folders.slice(0, mostRuns)) {
        const known = this.#known.get(folder);
        const kept = known !== undefined && !anew && isSettled(known);
        found.set(folder, kept ? known : await this.#run(study, folder, anew ? undefined : known));
      }
    }
    if (signal.aborted) return;
    const runs = [...found.values()].sort((a, b) => created(b).localeCompare(created(a)));
    const told = JSON.stringify(runs.map(({ status, failure }) => [status, failure]));
    const before = JSON.stringify([...this.#known.values()].map(({ status, failure }) => [status, failure]));
    this.#known = new Map(runs.map((run) => [run.folder, run]));
    if (told !== before) this.#changed.fire();
    if (this.#watched && isLast() && runs.some((run) => !isSettled(run)))
      this.#timer = setTimeout(() => void this.look(), pause);
  }

  async #run(study: string, folder: string, known: KnownRun | undefined): Promise<KnownRun> {
    const { signal } = this.#closing;
    const outcome = await this.host.reader.request('slurmStatus', { folder }, { signal });
    const run: ShownRun = outcome.ok
      ? { folder, study, status: outcome.value, failure: null }
      : { folder, study, status: null, failure: outcome.failure };
    return { ...run, endedAt: isEnded(run) ? (known?.endedAt ?? Date.now()) : null };
  }
}

function created({ status }: ShownRun): string {
  return status?.created ?? '';
}
