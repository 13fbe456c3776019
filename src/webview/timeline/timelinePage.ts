/** The timeline of a training: takes the host's messages and the person's wishes, and draws at most once per frame. */
import { html, nothing, render, type TemplateResult } from 'lit';
import type { Failure } from '../../protocol/failure';
import type { Progress } from '../../protocol/progress';
import type { StudyReference } from '../../protocol/study';
import { defaultProbe, type Probe, type Timeline, type TimelineEntry } from '../../protocol/timeline';
import { timelinePanelVersion, type FromTimeline, type ToTimeline } from '../../protocol/timelinePanel';
import { Announcer } from '../shared/announcer';
import type { Host } from '../shared/host';
import { icon } from '../shared/icons';
import { nameOf } from '../shared/nameOf';
import { progressBar } from '../shared/progressBar';
import { about } from './about';
import { chartView } from './chart';
import { pointTable } from './pointTable';
import { chartsOf, placesOf } from './series';

type Command = Extract<FromTimeline, { type: 'command' }>['command'];
type Ended = Extract<ToTimeline, { type: 'computed' }>;

/** The narrowest chart, pixels: below it the page scrolls. */
const leastWidth = 300;
const padding = 32;

export class TimelinePage {
  #study: { readonly reference: StudyReference; readonly name: string } | null = null;
  #probe: Probe = defaultProbe;
  #timeline: Timeline | null = null;
  #failure: Failure | null = null;
  #progress: Progress | null = null;
  #ended: Ended | null = null;
  #busy = true;
  /** The checkpoint that the Tab key reaches in the charts; null: the last. */
  #current: string | null = null;
  #frame = 0;
  readonly #announcer = new Announcer();

  constructor(
    private readonly root: HTMLElement,
    private readonly host: Host<FromTimeline>,
  ) {
    root.append(this.#announcer.element);
    new ResizeObserver(() => this.#schedule()).observe(root);
    // Ages grow while nothing else happens.
    setInterval(() => this.#schedule(), 60_000);
    host.post({ type: 'ready', version: timelinePanelVersion });
    this.#schedule();
  }

  receive(message: ToTimeline): void {
    switch (message.type) {
      case 'opening':
        // Figures of other images are none of these.
        if (JSON.stringify(message.probe) !== JSON.stringify(this.#probe)) this.#timeline = null;
        this.#study = { reference: message.study, name: message.name };
        this.#probe = message.probe;
        this.#busy = true;
        this.host.keep({ version: timelinePanelVersion, study: message.study, probe: message.probe });
        break;
      case 'timeline':
        this.#timeline = message.timeline;
        this.#failure = null;
        this.#busy = false;
        break;
      case 'failed':
        this.#failure = message.failure;
        this.#busy = false;
        break;
      case 'progress':
        if (message.progress && !this.#progress) this.#ended = null;
        this.#progress = message.progress;
        break;
      case 'computed':
        this.#ended = message;
        this.#announcer.say(endText(message));
        break;
    }
    this.#schedule();
  }

  #command(command: Command): void {
    this.host.post({ type: 'command', command });
  }

  #open(entry: TimelineEntry): void {
    if (entry.onDisk && entry.problem === null)
      this.host.post({ type: 'openImage', checkpoint: entry.path, bank: entry.bank });
    else this.#announcer.say(`${nameOf(entry.path)} is no longer on disk.`);
  }

  #inspect(entry: TimelineEntry): void {
    if (entry.onDisk) this.host.post({ type: 'inspect', checkpoint: entry.path });
  }

  #schedule(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#frame = 0;
    const content = html`<div class="timeline" data-testid="timeline" data-busy=${this.#busy}>
      <h1>${this.#study ? `Timeline of ${this.#study.name}` : 'Timeline'}</h1>
      ${this.#failure ? this.#failureView(this.#failure) : nothing}
      ${
        this.#timeline && !this.#failure
          ? this.#content(this.#timeline)
          : this.#busy
            ? html`<p class="hint" data-testid="timeline-opening" aria-busy="true">Reading the timeline…</p>`
            : nothing
      }
    </div>`;
    render(content, this.root, { renderBefore: this.#announcer.element });
  }

  #content(timeline: Timeline): TemplateResult {
    const { entries, threshold } = timeline;
    return html`${about(timeline, this.#probe, {
      useProbe: (probe) => this.host.post({ type: 'probe', probe }),
      chooseList: () => this.#command('chooseList'),
      openStudyFile: () => this.#command('openStudyFile'),
    })}
    ${this.#work(entries)} ${this.#failedPoints()}
    ${
      entries.length === 0
        ? html`<p data-testid="no-checkpoints">
            No file is called so yet. Points appear here as the training writes checkpoints.
          </p>`
        : html`${this.#charts(timeline)}
          ${pointTable(entries, threshold, {
            open: (entry) => this.#open(entry),
            inspect: (entry) => this.#inspect(entry),
            compute: ({ path }) => this.host.post({ type: 'compute', only: [path] }),
            busy: this.#progress !== null,
          })}`
    }`;
  }

  #charts(timeline: Timeline): TemplateResult {
    const { entries } = timeline;
    const known = entries.findIndex(({ path }) => path === this.#current);
    const place = {
      width: Math.max(leastWidth, this.root.clientWidth - padding),
      entries,
      places: placesOf(entries),
      current: known < 0 ? entries.length - 1 : known,
      across: entries.every(({ number }) => number !== null)
        ? 'number in the name (epoch)'
        : 'checkpoint, by time',
      open: (entry: TimelineEntry) => this.#open(entry),
      inspect: (entry: TimelineEntry) => this.#inspect(entry),
      reach: (index: number) => {
        this.#current = entries[index]?.path ?? null;
        this.#schedule();
      },
    };
    return html`<section class="charts" aria-label="Charts">
      <p class="hint">
        A click on a point shows an image with that checkpoint and the prototypes of its probe images; with
        Shift it opens the checkpoint.
      </p>
      ${chartsOf(timeline).map((chart) => chartView(chart, place))}
    </section>`;
  }

  /** What is being computed, or could be. */
  #work(entries: readonly TimelineEntry[]): TemplateResult | typeof nothing {
    if (this.#progress) return html`${progressBar(this.#progress, () => this.#command('cancel'))}`;
    const missing = entries.filter(
      ({ point, onDisk, problem }) => point === null && onDisk && problem === null,
    );
    if (missing.length === 0) return nothing;
    const what = missing.length === 1 ? nameOf(missing[0]?.path ?? '') : `${missing.length} checkpoints`;
    return html`<p class="controls">
      <vscode-button data-testid="compute" @click=${() => this.host.post({ type: 'compute', only: null })}
        >Compute ${what}</vscode-button
      >
      <span class="hint"
        >The newest first; each point is kept at once, and cancelling loses none of them.</span
      >
    </p>`;
  }

  #failedPoints(): TemplateResult | typeof nothing {
    const ended = this.#ended;
    if (!ended || (ended.failed.length === 0 && (!ended.failure || ended.failure.kind === 'cancelled')))
      return nothing;
    return html`<ul class="failed-points" data-testid="failed-points" role="alert">
      ${ended.failure ? html`<li>${icon('error')} ${ended.failure.message}</li>` : nothing}
      ${ended.failed.map(({ message }) => html`<li>${icon('warning')} ${message}</li>`)}
    </ul>`;
  }

  #failureView({ message }: Failure): TemplateResult {
    const button = (command: Command, label: string, secondary: boolean) =>
      html`<vscode-button
        appearance=${secondary ? 'secondary' : 'primary'}
        data-testid=${command}
        @click=${() => this.#command(command)}
        >${label}</vscode-button
      >`;
    return html`<section class="failure" role="alert" data-testid="failure">
      <h2>${icon('error')} There is no timeline</h2>
      <p class="message">${message}</p>
      <div class="controls">
        ${button('retry', 'Retry', false)} ${button('openStudyFile', 'Open study file', true)}
        ${button('chooseList', 'Choose list…', true)} ${button('showLog', 'Show log', true)}
      </div>
    </section>`;
  }
}

function endText({ failed, failure }: Ended): string {
  if (failure) return failure.message;
  return failed.length === 0
    ? 'The timeline is computed.'
    : `${failed.length} checkpoints could not be computed.`;
}
