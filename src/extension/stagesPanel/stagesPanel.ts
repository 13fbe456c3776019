/** The stage strip of one image: asks the reader for the files, the engine for what no folder holds. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Failure } from '../../protocol/failure';
import {
  fromStagesPanelSchema,
  stagesPanelVersion,
  type FromStagesPanel,
  type StagesPanelCommand,
  type StageStrip,
  type ToStagesPanel,
} from '../../protocol/stages';
import type { StudyReference } from '../../protocol/study';
import type { StagesView } from '../api';
import type { EngineClient } from '../client/engineClient';
import type { Log } from '../client/engineProcess';
import { WatchedFiles } from '../panel/watchedFiles';
import { PanelPage, type PageMessage } from '../panel/panelPage';
import { runChoices, refreshOnChange } from '../settings';
import { studyFile } from '../study/studyReference';
import { firstMissing } from './firstMissing';
import { ownComputed, ownStrip } from './ownArrays';

export interface StagesTarget {
  /** A path, or a place in the study's list. */
  readonly image: string | number;
  readonly study: StudyReference;
}

/** What the panels need of the rest. */
export interface StagesPanelHost {
  readonly extensionUri: vscode.Uri;
  readonly engine: EngineClient;
  /** The process that looks into files without running them. */
  readonly reader: EngineClient;
  readonly log: Log;
  /** A button of the page was pressed that is not the panel's own business. */
  readonly onCommand: (panel: StagesPanel, command: Exclude<StagesPanelCommand, 'retry'>) => void;
  readonly onClose: (panel: StagesPanel) => void;
}

type Answer = Exclude<ToStagesPanel, { type: 'opening' }>;

/** A folder that the study names and that is not there is to be mended, not covered up. */
function lacks({ stages }: StageStrip): boolean {
  return stages.some(
    ({ name, folder, from }) => (name === 'cam' || name === 'lpcam') && folder === null && from === null,
  );
}

export class StagesPanel {
  readonly study: StudyReference;
  readonly #panel: vscode.WebviewPanel;
  readonly #host: StagesPanelHost;
  readonly #page: PanelPage<ToStagesPanel, FromStagesPanel>;
  readonly #watched = new WatchedFiles(() => this.#filesChanged());
  #wanted: string | number;
  #asking = new AbortController();
  #request = 0;
  #strip: StageStrip | null = null;
  /** What the page was told since the last opening, to be told again: VS Code drops the page of a hidden panel. */
  #answers: Answer[] = [];

  /** @param panel new, or restored after a reload; it is filled here and its end is the end of this object */
  constructor(panel: vscode.WebviewPanel, host: StagesPanelHost, { image, study }: StagesTarget) {
    this.study = study;
    this.#panel = panel;
    this.#host = host;
    this.#wanted = image;
    panel.onDidDispose(() => this.#dispose());
    this.#title();
    this.#page = new PanelPage(panel, {
      extensionUri: host.extensionUri,
      page: 'stages',
      title: panel.title,
      name: 'stage strip',
      schema: fromStagesPanelSchema,
      version: stagesPanelVersion,
      log: host.log,
      onReady: () => this.#pageReady(),
      onMessage: (message) => this.#take(message),
    });
    void this.read();
  }

  /** Path; null until the study's first image is known. */
  get image(): string | null {
    return typeof this.#wanted === 'string' ? this.#wanted : (this.#strip?.place.image ?? null);
  }

  /** As other extensions and the tests see it. */
  get view(): StagesView {
    const find = <T extends Answer['type']>(type: T) =>
      this.#answers.find((answer): answer is Extract<Answer, { type: T }> => answer.type === type);
    const failed: Failure | null = find('failed')?.failure ?? null;
    const computed = find('computed')?.computed ?? null;
    return {
      image: this.image,
      study: studyFile(this.study),
      ready: this.#page.ready,
      request: this.#request,
      index: this.#strip?.place.index ?? null,
      stages:
        find('strip')?.strip.stages.map(({ name, folder, from, file, content, fault }) => ({
          name,
          folder,
          from,
          file,
          kind: content?.kind ?? null,
          fault,
        })) ?? null,
      computed: computed && { cam: computed.cam.length, lpcam: computed.lpcam?.length ?? null },
      notComputed: find('notComputed')?.failure ?? null,
      failure: failed,
    };
  }

  reveal(): void {
    this.#panel.reveal();
  }

  /** Reads everything anew; a newer question ends an older one. */
  async read(): Promise<void> {
    this.#asking.abort();
    const asking = new AbortController();
    const { signal } = asking;
    const old = () => signal.aborted;
    this.#asking = asking;
    this.#request++;
    const request = this.#request;
    const { study, image } = this;
    this.#answers = [];
    this.#page.post(this.#opening);
    await this.#watched.settle();
    if (old()) return;
    const outcome = await this.#host.reader.request(
      'readStages',
      { study, image: this.#wanted },
      { subject: image === null ? 'the first image' : basename(image), signal },
    );
    if (old()) return;
    if (!outcome.ok) {
      this.#tell({ type: 'failed', request, failure: outcome.failure });
      await this.#watched.watch([
        ...this.#files(image),
        ...(outcome.failure.file ? [outcome.failure.file] : []),
      ]);
      return;
    }
    this.#strip = outcome.value;
    this.#wanted = outcome.value.place.image;
    this.#title();
    this.#tell({ type: 'strip', request, strip: ownStrip(outcome.value) });
    // Folders and files that are not there yet are waited for.
    const stages = outcome.value.stages.flatMap(({ file, folder, lookedFor, lookedIn }) =>
      file === null ? (folder === null ? lookedIn.map(firstMissing) : lookedFor) : [file],
    );
    await this.#watched.watch([...this.#files(this.#wanted), ...stages]);
    if (!old() && lacks(outcome.value)) await this.#compute(request, this.#wanted, signal);
  }

  /** What no folder holds is computed, and stays apart from what files hold. */
  async #compute(request: number, image: string, signal: AbortSignal): Promise<void> {
    this.#tell({ type: 'computing', request });
    const outcome = await this.#host.engine.request(
      'computeStages',
      { study: this.study, image, ...runChoices() },
      { subject: basename(image), signal },
    );
    if (signal.aborted) return;
    if (outcome.ok) this.#tell({ type: 'computed', request, computed: ownComputed(outcome.value) });
    else
      this.#tell({
        type: 'notComputed',
        request,
        failure: outcome.failure,
        untrusted: !vscode.workspace.isTrusted,
      });
  }

  get #opening(): ToStagesPanel {
    return { type: 'opening', request: this.#request, image: this.image, reference: this.study };
  }

  /** Files known to matter before anything is read. */
  #files(image: string | null): string[] {
    const study = 'checkpoint' in this.study ? this.study.checkpoint : this.study.file;
    return image === null ? [study] : [study, image];
  }

  #filesChanged(): void {
    if (refreshOnChange(this.image ?? '')) void this.read();
  }

  #title(): void {
    const { image } = this;
    this.#panel.title = image === null ? 'Stages' : `Stages: ${basename(image)}`;
  }

  #tell(answer: Answer): void {
    this.#answers.push(answer);
    this.#page.post(answer);
  }

  #pageReady(): void {
    this.#page.post(this.#opening);
    for (const answer of this.#answers) this.#page.post(answer);
  }

  #take(message: PageMessage<FromStagesPanel>): void {
    switch (message.type) {
      case 'step':
        this.#show(this.#strip?.place[message.to] ?? null);
        break;
      case 'go':
        this.#show(message.place);
        break;
      case 'openStage':
        void this.#openStage(message.stage);
        break;
      case 'command':
        if (message.command === 'retry') void this.read();
        else this.#host.onCommand(this, message.command);
        break;
    }
  }

  #show(image: string | number | null): void {
    if (image === null) return;
    this.#wanted = image;
    void this.read();
  }

  /** Only files that the reader found are opened, whatever the page asks for. */
  async #openStage(stage: StageStrip['stages'][number]['name']): Promise<void> {
    const file = this.#strip?.stages.find(({ name }) => name === stage)?.file ?? null;
    if (file !== null) await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file));
  }

  #dispose(): void {
    this.#asking.abort();
    this.#watched.dispose();
    this.#host.onClose(this);
  }
}
