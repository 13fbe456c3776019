/** What is known of one study of the tree: read when somebody looks, forgotten when one of its files changes. */
import type { GalleryBank } from '../../protocol/gallery';
import type { StudyReference, StudySummary } from '../../protocol/study';
import type { EngineClient } from '../client/engineClient';
import type { CheckpointFollower, FollowedState } from '../follow/checkpointFollower';
import { cancelled, type Outcome } from '../client/outcome';
import { WatchedFiles } from '../panel/watchedFiles';
import { studyFile, studyName } from '../study/studyReference';
import type { StudyReader } from '../study/studyReader';

export interface StudyBranchHost {
  readonly engine: EngineClient;
  readonly reader: StudyReader;
  readonly follower: CheckpointFollower;
}

export class StudyBranch {
  readonly #watched: WatchedFiles;
  #reading = new AbortController();
  #closed = false;
  #summary: Promise<Outcome<StudySummary>> | null = null;
  #bank: Promise<Outcome<GalleryBank>> | null = null;
  /** Of a study that follows a training. */
  #following: { dispose(): unknown } | null = null;
  /** The newest checkpoint that was told of. */
  #newest: string | null = null;

  /** @param onChange what was told of the study is no longer so */
  constructor(
    private readonly host: StudyBranchHost,
    readonly study: StudyReference,
    private readonly onChange: () => void,
  ) {
    this.#watched = new WatchedFiles(() => {
      this.forget();
      this.onChange();
    });
  }

  /** The study as the engine resolves it. */
  summary(): Promise<Outcome<StudySummary>> {
    this.#summary ??= this.#read(
      (signal) => this.host.reader.read(this.study, signal),
      (summary) => {
        this.#follow(summary);
        return [summary.network.checkpoint, summary.bankPath];
      },
    );
    return this.#summary;
  }

  /** Its prototype bank. */
  bank(): Promise<Outcome<GalleryBank>> {
    this.#bank ??= this.#readBank();
    return this.#bank;
  }

  /** Reads anew the next time somebody looks. */
  forget(): void {
    this.#reading.abort();
    this.#reading = new AbortController();
    this.#summary = null;
    this.#bank = null;
  }

  dispose(): void {
    this.#closed = true;
    this.#reading.abort();
    this.#following?.dispose();
    this.#watched.dispose();
  }

  async #readBank(): Promise<Outcome<GalleryBank>> {
    const { signal } = this.#reading;
    // The bank's files are the study's, which watches them.
    const summary = await this.summary();
    if (signal.aborted) return cancelled;
    if (!summary.ok) return summary;
    const { study } = this;
    return this.host.engine.request('openBank', { study }, { subject: studyName(study), signal });
  }

  async #read<T>(
    ask: (signal: AbortSignal) => Promise<Outcome<T>>,
    filesOf: (value: T) => readonly string[],
  ): Promise<Outcome<T>> {
    const { signal } = this.#reading;
    await this.#watched.settle();
    const outcome = await ask(signal);
    if (signal.aborted) return cancelled;
    const file = studyFile(this.study);
    const own = 'checkpoint' in this.study ? [this.study.checkpoint] : [];
    const others = outcome.ok ? filesOf(outcome.value) : [outcome.failure.file];
    await this.#watched.watch([file, ...own, ...others].filter((path) => path != null));
    return outcome;
  }

  /** Files that come later are not among those that are watched. */
  #follow({ follow, network }: StudySummary): void {
    this.#newest = network.checkpoint;
    if (follow === null || this.#following !== null || this.#closed) return;
    this.#following = this.host.follower.follow(this.study, ({ newest }: FollowedState) => {
      if (newest === null || newest.path === this.#newest) return;
      this.#newest = newest.path;
      this.forget();
      this.onChange();
    });
  }
}
