/** One folder of seeds, or two: has them scored, passes the counts on to the page, and does what its rows ask for. */
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { ComparedFolders } from '../../protocol/seedPair';
import type { StudyReference } from '../../protocol/study';
import {
  fromTriagePanelSchema,
  triagePanelVersion,
  type FromTriagePanel,
  type ToTriagePanel,
  type WantedListChoice,
} from '../../protocol/triagePanel';
import type { TriageView } from '../api';
import type { EngineClient } from '../client/engineClient';
import type { Log } from '../client/engineProcess';
import { PanelPage, type PageMessage } from '../panel/panelPage';
import { saveText } from '../saveText';
import { diskPath } from '../virtual/diskPath';
import { ownPreview, ownScores } from './ownScores';

/** What the panels need of the rest. */
export interface TriagePanelHost {
  readonly extensionUri: vscode.Uri;
  /** The process that reads files without running anything native: scores need no trust. */
  readonly reader: EngineClient;
  /** Decodes images, which does. */
  readonly engine: EngineClient;
  readonly log: Log;
  /** The study that a folder belongs to, or null. */
  readonly studyOf: (folder: string) => Promise<StudyReference | null>;
  readonly openImage: (study: StudyReference, id: string) => void;
  /** Shows an image with what lies between the seeds of both folders. */
  readonly compareSeeds: (
    study: StudyReference,
    id: string,
    folders: ComparedFolders,
    className: string | null,
  ) => void;
  readonly showLog: () => void;
  readonly onClose: (panel: TriagePanel) => void;
}

export interface TriageTarget {
  readonly first: string;
  /** Folder that the first one is compared with; null: none. */
  readonly second: string | null;
  readonly list: WantedListChoice;
}

/** Longest side of a preview. */
const previewSide = 400;

export class TriagePanel {
  readonly #panel: vscode.WebviewPanel;
  readonly #host: TriagePanelHost;
  readonly #page: PanelPage<ToTriagePanel, FromTriagePanel>;
  #target: TriageTarget;
  #study: StudyReference | null = null;
  #scoring = new AbortController();
  #answer: Extract<ToTriagePanel, { type: 'scores' | 'failed' }> | null = null;
  #previewing = new AbortController();
  #busy = false;

  /**
   * @param panel new, or restored after a reload; it is filled here and its end is the end of this object
   * @param asked whether the person asked for the score now, so that it is kept in the study's folder
   */
  constructor(panel: vscode.WebviewPanel, host: TriagePanelHost, target: TriageTarget, asked: boolean) {
    this.#panel = panel;
    this.#host = host;
    this.#target = target;
    const { first, second } = target;
    const name = (path: string) => basename(path);
    panel.title = second === null ? `Seeds: ${name(first)}` : `Seeds: ${name(first)} ↔ ${name(second)}`;
    panel.onDidDispose(() => this.#dispose());
    this.#page = new PanelPage(panel, {
      extensionUri: host.extensionUri,
      page: 'triage',
      title: panel.title,
      name: 'triage',
      schema: fromTriagePanelSchema,
      version: triagePanelVersion,
      log: host.log,
      onReady: () => this.#pageReady(),
      onMessage: (message) => this.#take(message),
    });
    void this.#score(asked);
  }

  get target(): TriageTarget {
    return this.#target;
  }

  /** As other extensions and the tests see it. */
  get view(): TriageView {
    const answer = this.#answer;
    const { first, second } = this.#target;
    return {
      first,
      second,
      ready: this.#page.ready,
      busy: this.#busy,
      scores: answer?.type === 'scores' ? answer.scores : null,
      failure: answer?.type === 'failed' ? answer.failure : null,
    };
  }

  reveal(): void {
    this.#panel.reveal();
  }

  /** Scores anew; a newer question ends an older one. @param keep a record of it, where files may be written */
  async #score(keep: boolean): Promise<void> {
    this.#scoring.abort();
    const scoring = new AbortController();
    this.#scoring = scoring;
    this.#busy = true;
    this.#page.post(this.#opening);
    const { first, second, list } = this.#target;
    const study = await this.#host.studyOf(first);
    if (this.#scoring !== scoring) return;
    this.#study = study;
    const outcome = await this.#host.reader.request(
      'scoreSeeds',
      {
        study,
        seeds: second === null ? [first] : [first, second],
        masks: null,
        list,
        keep: keep && vscode.workspace.isTrusted,
      },
      {
        subject: basename(first),
        signal: scoring.signal,
        onEvent: ({ progress }) => {
          if (this.#scoring === scoring) this.#page.post({ type: 'progress', progress });
        },
      },
    );
    if (this.#scoring !== scoring) return;
    this.#busy = false;
    this.#answer = outcome.ok
      ? { type: 'scores', scores: ownScores(outcome.value) }
      : { type: 'failed', failure: outcome.failure };
    this.#page.post(this.#answer);
  }

  get #opening(): ToTriagePanel {
    return { type: 'opening', ...this.#target };
  }

  #take(message: PageMessage<FromTriagePanel>): void {
    switch (message.type) {
      case 'command':
        this.#command(message.command);
        break;
      case 'list':
        void this.#useList(message.list);
        break;
      case 'preview':
        void this.#preview(message.id);
        break;
      case 'openImage':
        this.#openImage(message);
        break;
      case 'export':
        void this.#export(message);
        break;
    }
  }

  #pageReady(): void {
    this.#page.post(this.#opening);
    if (this.#answer && !this.#busy) this.#page.post(this.#answer);
  }

  #command(command: Extract<FromTriagePanel, { type: 'command' }>['command']): void {
    switch (command) {
      case 'retry':
        void this.#score(true);
        break;
      case 'cancel':
        this.#scoring.abort();
        break;
      case 'showLog':
        this.#host.showLog();
        break;
    }
  }

  async #useList(list: WantedListChoice | 'ask'): Promise<void> {
    const chosen = list === 'ask' ? await this.#askForList() : list;
    if (chosen === null) return;
    this.#target = { ...this.#target, list: chosen };
    await this.#score(true);
  }

  async #askForList(): Promise<WantedListChoice | null> {
    const answer = this.#answer;
    const known = answer?.type === 'scores' ? answer.scores.list.path : null;
    const [file] =
      (await vscode.window.showOpenDialog({
        title: 'Score the images of a list',
        openLabel: 'Score',
        defaultUri: vscode.Uri.file(dirname(known ?? this.#target.first)),
        filters: { Lists: ['txt', 'lst', 'csv'], 'All files': ['*'] },
      })) ?? [];
    const path = file && diskPath(file, 'Lists are read from disk');
    return path === undefined ? null : { path };
  }

  async #preview(id: string): Promise<void> {
    this.#previewing.abort();
    const previewing = new AbortController();
    this.#previewing = previewing;
    const { first, second } = this.#target;
    const answer = this.#answer;
    const outcome = await this.#host.engine.request(
      'seedPreview',
      {
        study: this.#study,
        seeds: second === null ? [first] : [first, second],
        masks: answer?.type === 'scores' ? answer.scores.masks : null,
        id,
        side: previewSide,
      },
      { subject: id, signal: previewing.signal },
    );
    // The page keeps what it is told of an image, and that somebody asked for another is nothing to keep.
    if (previewing.signal.aborted) return;
    this.#page.post(
      outcome.ok
        ? { type: 'preview', id, preview: ownPreview(outcome.value), message: null }
        : { type: 'preview', id, preview: null, message: outcome.failure.message },
    );
  }

  #openImage({ id, className, thresholds }: Extract<FromTriagePanel, { type: 'openImage' }>): void {
    const study = this.#study;
    const scores = this.#answer?.type === 'scores' ? this.#answer.scores : null;
    if (study && scores?.second && thresholds) {
      const folders = { first: scores.first.path, second: scores.second.path, thresholds };
      this.#host.compareSeeds(study, id, folders, className);
    } else if (study) this.#host.openImage(study, id);
    else
      void vscode.window.showInformationMessage(
        'No study (lpcam.json) lies above these seeds, so nothing says where their images are. "LPCAM: Create Study…" writes one.',
      );
  }

  async #export({ kind, text }: Extract<FromTriagePanel, { type: 'export' }>): Promise<void> {
    const { first } = this.#target;
    const isList = kind === 'list';
    await saveText({
      title: isList ? 'Save List of Images' : 'Save Figures',
      proposed: join(dirname(first), `${basename(first)}-triage.${isList ? 'txt' : 'csv'}`),
      filters: isList ? { 'Image list': ['txt'] } : { 'Comma-separated values': ['csv'] },
      text,
    });
  }

  #dispose(): void {
    this.#scoring.abort();
    this.#previewing.abort();
    this.#host.onClose(this);
  }
}
