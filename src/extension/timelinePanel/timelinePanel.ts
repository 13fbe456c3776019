/** The timeline of one study: follows its checkpoints, asks for the figures, computes what is missing when it is wished. */
import * as vscode from 'vscode';
import type { Failure } from '../../protocol/failure';
import type { Progress } from '../../protocol/progress';
import type { StudyReference } from '../../protocol/study';
import type { Probe, Timeline } from '../../protocol/timeline';
import {
  fromTimelineSchema,
  timelinePanelVersion,
  type FromTimeline,
  type ToTimeline,
} from '../../protocol/timelinePanel';
import type { TimelineView } from '../api';
import type { EngineClient } from '../client/engineClient';
import type { Log } from '../client/engineProcess';
import type { CheckpointFollower } from '../follow/checkpointFollower';
import { PanelPage, type PageMessage } from '../panel/panelPage';
import { followCheckpoint, precisionChoice, runChoices } from '../settings';
import { studyFile, studyName } from '../study/studyReference';
import { diskPath } from '../virtual/diskPath';

/** What the panels need of the rest. */
export interface TimelineHost {
  readonly extensionUri: vscode.Uri;
  readonly engine: EngineClient;
  /** The process that looks into files without running them. */
  readonly reader: EngineClient;
  readonly follower: CheckpointFollower;
  readonly log: Log;
  /** Shows an image of the study with a checkpoint; `first`: the one to show where none is open. */
  readonly openImage: (study: StudyReference, first: string | null) => void;
  readonly inspect: (checkpoint: string) => void;
  readonly openStudyFile: (study: StudyReference) => void;
  readonly showLog: () => void;
  readonly onClose: (panel: TimelinePanel) => void;
}

export class TimelinePanel {
  readonly study: StudyReference;
  readonly #panel: vscode.WebviewPanel;
  readonly #host: TimelineHost;
  readonly #page: PanelPage<ToTimeline, FromTimeline>;
  readonly #following: vscode.Disposable;
  #probe: Probe;
  #asking = new AbortController();
  #computing: AbortController | null = null;
  #progress: Progress | null = null;
  #timeline: Timeline | null = null;
  #failure: Failure | null = null;
  #ended: Extract<ToTimeline, { type: 'computed' }> | null = null;
  #closed = false;

  /** @param panel new, or restored after a reload; it is filled here and its end is the end of this object */
  constructor(panel: vscode.WebviewPanel, host: TimelineHost, study: StudyReference, probe: Probe) {
    this.study = study;
    this.#panel = panel;
    this.#host = host;
    this.#probe = probe;
    panel.title = `Timeline: ${studyName(study)}`;
    panel.onDidDispose(() => this.#dispose());
    this.#page = new PanelPage(panel, {
      extensionUri: host.extensionUri,
      page: 'timeline',
      title: panel.title,
      name: 'timeline',
      schema: fromTimelineSchema,
      version: timelinePanelVersion,
      log: host.log,
      onReady: () => this.#pageReady(),
      onMessage: (message) => void this.#take(message),
    });
    // What grows is told as well: the page says which checkpoint is being written.
    this.#following = host.follower.follow(study, () => void this.#open());
    void this.#open();
  }

  /** As other extensions and the tests see it. */
  get view(): TimelineView {
    return {
      study: studyFile(this.study),
      ready: this.#page.ready,
      computing: this.#computing !== null,
      timeline: this.#timeline,
      failure: this.#failure,
    };
  }

  reveal(): void {
    this.#panel.reveal();
  }

  /** Reads what is known; a newer question ends an older one. */
  async #open(): Promise<void> {
    this.#asking.abort();
    const asking = new AbortController();
    this.#asking = asking;
    this.#page.post(this.#opening);
    const { study } = this;
    const outcome = await this.#host.reader.request(
      'openTimeline',
      { study, probe: this.#probe, precisionChoice: precisionChoice() },
      { subject: studyName(study), signal: asking.signal },
    );
    if (asking.signal.aborted || this.#closed) return;
    if (outcome.ok) this.#timeline = outcome.value;
    this.#failure = outcome.ok ? null : outcome.failure;
    this.#postAnswer();
    if (this.#missing > 0 && followCheckpoint(this.#place) === 'always' && !this.#ended?.failure)
      await this.#compute(null);
  }

  /** Points that could be computed, and were not tried in vain. */
  get #missing(): number {
    const tried = new Set(this.#ended?.failed.map(({ path }) => path));
    const entries = this.#timeline?.entries ?? [];
    return entries.filter(
      ({ point, onDisk, problem, path }) => point === null && onDisk && problem === null && !tried.has(path),
    ).length;
  }

  get #place(): string {
    return 'file' in this.study ? this.study.file : this.study.checkpoint;
  }

  async #compute(only: readonly string[] | null): Promise<void> {
    if (this.#computing !== null) return;
    const computing = new AbortController();
    this.#computing = computing;
    this.#ended = null;
    this.#show({ stage: 'Waiting for the engine', done: 0, total: 0 });
    const { study } = this;
    const outcome = await this.#host.engine.request(
      'computeTimeline',
      { study, probe: this.#probe, only: only && [...only], ...runChoices() },
      {
        subject: studyName(study),
        signal: computing.signal,
        onEvent: (event) => {
          if (event.type === 'progress') this.#show(event.progress);
          else void this.#open();
        },
      },
    );
    this.#computing = null;
    if (this.#closed) return;
    const failure = outcome.ok ? null : outcome.failure;
    if (failure && failure.kind !== 'cancelled') this.#host.log('error', `The timeline: ${failure.message}`);
    this.#ended = { type: 'computed', failed: outcome.ok ? outcome.value.failed : [], failure };
    this.#show(null);
    this.#page.post(this.#ended);
    await this.#open();
  }

  #show(progress: Progress | null): void {
    this.#progress = progress;
    this.#page.post({ type: 'progress', progress });
  }

  get #opening(): ToTimeline {
    return { type: 'opening', study: this.study, name: studyName(this.study), probe: this.#probe };
  }

  #postAnswer(): void {
    if (this.#timeline) this.#page.post({ type: 'timeline', timeline: this.#timeline });
    if (this.#failure) this.#page.post({ type: 'failed', failure: this.#failure });
  }

  async #take(message: PageMessage<FromTimeline>): Promise<void> {
    switch (message.type) {
      case 'probe':
        this.#useProbe(message.probe);
        break;
      case 'compute':
        await this.#compute(message.only);
        break;
      case 'openImage':
        this.#openImage(message);
        break;
      case 'inspect':
        this.#host.inspect(message.checkpoint);
        break;
      case 'command':
        await this.#run(message.command);
        break;
    }
  }

  #pageReady(): void {
    this.#page.post(this.#opening);
    this.#postAnswer();
    if (this.#progress) this.#page.post({ type: 'progress', progress: this.#progress });
    if (this.#ended) this.#page.post(this.#ended);
  }

  /** Points of other images are other points: what is being computed ends. */
  #useProbe(probe: Probe): void {
    this.#computing?.abort();
    this.#probe = probe;
    this.#timeline = null;
    this.#ended = null;
    void this.#open();
  }

  #openImage({ checkpoint, bank }: Extract<FromTimeline, { type: 'openImage' }>): void {
    const { study } = this;
    const at =
      'file' in study ? { ...study, weights: checkpoint, ...(bank === null ? {} : { bank }) } : study;
    this.#host.openImage(at, this.#timeline?.probe.first ?? null);
  }

  async #run(command: Extract<FromTimeline, { type: 'command' }>['command']): Promise<void> {
    switch (command) {
      case 'cancel':
        this.#computing?.abort();
        break;
      case 'retry':
        if (this.#host.engine.state === 'givenUp') this.#host.engine.restart();
        await this.#open();
        break;
      case 'chooseList': {
        const [chosen] =
          (await vscode.window.showOpenDialog({
            title: 'Probe Images',
            openLabel: 'Use This List',
            filters: { Lists: ['txt', 'lst'], 'All files': ['*'] },
            defaultUri: vscode.Uri.joinPath(vscode.Uri.file(this.#place), '..'),
          })) ?? [];
        const list = chosen && diskPath(chosen, 'Lists are read from disk');
        if (list !== undefined) this.#useProbe({ list, images: this.#probe.images });
        break;
      }
      case 'openStudyFile':
        this.#host.openStudyFile(this.study);
        break;
      case 'showLog':
        this.#host.showLog();
        break;
    }
  }

  #dispose(): void {
    this.#closed = true;
    this.#asking.abort();
    this.#computing?.abort();
    this.#following.dispose();
    this.#host.onClose(this);
  }
}
