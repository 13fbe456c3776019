/**
 * One reading of a checkpoint file: what the reader found is kept, so that a page that VS Code dropped can be told
 * again; what the page asks besides is passed on, the newest first.
 */
import { basename } from 'node:path';
import type { CheckpointTable } from '../../protocol/checkpoint';
import type { FromCheckpointEditor, ToCheckpointEditor } from '../../protocol/checkpointEditor';
import type { Failure } from '../../protocol/failure';
import type { StudyReference } from '../../protocol/study';
import type { EngineClient } from '../client/engineClient';
import { own } from '../panel/ownBuffers';
import { studyFile } from '../study/studyReference';
import { DiskCopyError } from '../virtual/diskCopies';
import type { DiskSource } from '../virtual/diskSource';
import { underOwnName } from '../virtual/ownName';

export type ReadingMessage = Extract<ToCheckpointEditor, { request: number }>;
type Asked<T extends FromCheckpointEditor['type']> = Extract<FromCheckpointEditor, { type: T }>;

/** Bars of a histogram. */
const bins = 64;

export interface ReadingOptions {
  readonly reader: EngineClient;
  readonly studyOf: (checkpoint: string) => Promise<StudyReference | null>;
  /** Where it is read: the file itself, or its copy on disk. */
  readonly source: DiskSource;
  readonly request: number;
  readonly keep: boolean;
}

export class Reading {
  readonly request: number;
  readonly #options: ReadingOptions;
  readonly #listener: (message: ReadingMessage, reading: Reading) => void;
  readonly #ended = new AbortController();
  #messages: ReadingMessage[] = [];
  #study: StudyReference | null = null;
  #wish = new AbortController();
  #histogram = new AbortController();
  #comparing = false;

  constructor(options: ReadingOptions, listener: (message: ReadingMessage, reading: Reading) => void) {
    this.#options = options;
    this.#listener = listener;
    this.request = options.request;
  }

  get opening(): Extract<ToCheckpointEditor, { type: 'opening' }> {
    const { source, keep } = this.#options;
    return { type: 'opening', request: this.request, path: source.name, keep };
  }

  get table(): CheckpointTable | null {
    return this.#messages.find((message) => message.type === 'table')?.table ?? null;
  }

  get failure(): Failure | null {
    return this.#messages.find((message) => message.type === 'failed')?.failure ?? null;
  }

  /** Everything that was found. */
  get messages(): readonly ReadingMessage[] {
    return this.#messages;
  }

  /** The study's file, once it is known. */
  get studyFile(): string | null {
    return this.#study && studyFile(this.#study);
  }

  get study(): StudyReference | null {
    return this.#study;
  }

  /** Everything from the start, for a fresh page. */
  replay(): readonly ReadingMessage[] {
    return [{ ...this.opening, keep: false }, ...this.#messages];
  }

  async open(): Promise<void> {
    const { source, reader, studyOf } = this.#options;
    const { request } = this;
    try {
      await source.bring();
    } catch (error) {
      if (!(error instanceof DiskCopyError)) throw error;
      this.#tell({ type: 'failed', request, failure: { kind: 'input', message: error.message } });
      return;
    }
    const { signal } = this.#ended;
    if (signal.aborted) return;
    // Studies lie on disk, and so do the files that belong to them.
    this.#study = source.copied ? null : await studyOf(this.#path);
    const outcome = await reader.request(
      'openCheckpoint',
      { checkpoint: this.#path, study: this.#study },
      {
        subject: basename(this.#path),
        signal,
        onEvent: ({ table }) => {
          // After a crash of the reader the table comes a second time.
          this.#messages = [];
          this.#tell({ type: 'table', request, table });
        },
      },
    );
    if (!outcome.ok) {
      this.#tell({ type: 'failed', request, failure: outcome.failure });
      return;
    }
    this.#tell({ type: 'identity', request, identity: outcome.value });
    await this.#hash();
  }

  async wish({ request, ticket, tensors }: Asked<'wish'>): Promise<void> {
    const opened = this.#opened(request);
    if (!opened) return;
    this.#wish.abort();
    const wish = new AbortController();
    this.#wish = wish;
    const outcome = await this.#options.reader.request(
      'tensorStatistics',
      { ...opened, tensors, bins: null },
      {
        subject: basename(this.#path),
        signal: AbortSignal.any([wish.signal, this.#ended.signal]),
        onEvent: ({ statistics }) => this.#listener({ type: 'statistics', request, statistics }, this),
      },
    );
    if (wish.signal.aborted) return;
    const failure = outcome.ok ? null : outcome.failure;
    this.#listener(this.#named({ type: 'wished', request, ticket, failure }), this);
  }

  async histogram({ request, tensor }: Asked<'histogram'>): Promise<void> {
    const opened = this.#opened(request);
    if (!opened) return;
    this.#histogram.abort();
    const histogram = new AbortController();
    this.#histogram = histogram;
    const outcome = await this.#options.reader.request(
      'tensorStatistics',
      { ...opened, tensors: [tensor], bins },
      {
        subject: basename(this.#path),
        signal: AbortSignal.any([histogram.signal, this.#ended.signal]),
        onEvent: ({ statistics }) => this.#listener({ type: 'statistics', request, statistics }, this),
      },
    );
    if (outcome.ok || histogram.signal.aborted) return;
    this.#listener(this.#named({ type: 'histogramFailed', request, tensor, failure: outcome.failure }), this);
  }

  async classifier({ request }: Asked<'classifier'>): Promise<void> {
    const opened = this.#opened(request);
    if (!opened || this.#comparing) return;
    this.#comparing = true;
    this.#messages = this.#messages.filter((message) => message.type !== 'classifierFailed');
    const outcome = await this.#options.reader.request(
      'classifierMatrix',
      { ...opened, study: this.#study },
      { subject: basename(this.#path), signal: this.#ended.signal },
    );
    this.#comparing = false;
    if (!outcome.ok) {
      this.#tell({ type: 'classifierFailed', request, failure: outcome.failure });
      return;
    }
    const { norms, cosines, bias } = outcome.value;
    const matrix = {
      ...outcome.value,
      norms: own(norms),
      cosines: own(cosines),
      bias: bias && own(bias),
    };
    this.#tell({ type: 'classifier', request, matrix });
  }

  /** The page is gone, and with it everybody who wanted something. */
  forgetWishes(): void {
    this.#wish.abort();
    this.#histogram.abort();
  }

  dispose(): void {
    this.#ended.abort();
    this.forgetWishes();
  }

  async #hash(): Promise<void> {
    const opened = this.#opened(this.request);
    if (!opened) return;
    const { request } = this;
    const outcome = await this.#options.reader.request(
      'hashCheckpoint',
      { ...opened, study: this.#study },
      {
        subject: basename(this.#path),
        signal: this.#ended.signal,
        onEvent: ({ progress }) => this.#listener({ type: 'hashing', request, progress }, this),
      },
    );
    const { hash, warnings } = outcome.ok ? outcome.value : { hash: null, warnings: [] };
    this.#tell({ type: 'hash', request, hash, warnings });
  }

  get #path(): string {
    return this.#options.source.path;
  }

  /** What names the state of the file that is shown; null when the page means another. */
  #opened(request: number): { checkpoint: string; version: string } | null {
    const { table } = this;
    if (table === null || request !== this.request || this.#ended.signal.aborted) return null;
    return { checkpoint: this.#path, version: table.version };
  }

  /** Nobody knows a copy by its path. */
  #named(message: ReadingMessage): ReadingMessage {
    const { source } = this.#options;
    if (!source.copied || !('failure' in message) || message.failure === null) return message;
    return { ...message, failure: underOwnName(message.failure, source.path, source.name) };
  }

  #tell(told: ReadingMessage): void {
    if (this.#ended.signal.aborted) return;
    const message = this.#named(told);
    this.#messages.push(message);
    this.#listener(message, this);
  }
}
