/** One comparison of two banks: asks the reader, passes the answer on to the page, asks again when a file changes. */
import { basename } from 'node:path';
import type * as vscode from 'vscode';
import {
  comparePanelVersion,
  fromComparePanelSchema,
  type FromComparePanel,
  type ToComparePanel,
} from '../../protocol/comparison';
import type { ComparisonView } from '../api';
import type { EngineClient } from '../client/engineClient';
import type { Log } from '../client/engineProcess';
import { WatchedFiles } from '../panel/watchedFiles';
import { PanelPage, type PageMessage } from '../panel/panelPage';
import { ImageUnderBoth, type ImageUnderBothHost } from './imageUnderBoth';

/** What the panels need of the rest. */
export interface ComparePanelHost extends ImageUnderBothHost {
  readonly extensionUri: vscode.Uri;
  /** The process that looks into files without running them. */
  readonly reader: EngineClient;
  readonly log: Log;
  readonly showLog: () => void;
  readonly onClose: (panel: ComparePanel) => void;
}

export interface ComparedPaths {
  readonly first: string;
  readonly second: string;
}

export class ComparePanel {
  readonly paths: ComparedPaths;
  readonly #panel: vscode.WebviewPanel;
  readonly #host: ComparePanelHost;
  readonly #page: PanelPage<ToComparePanel, FromComparePanel>;
  readonly #watched = new WatchedFiles(() => void this.#compare());
  readonly #image: ImageUnderBoth;
  #asking = new AbortController();
  #answer: ToComparePanel | null = null;

  /** @param panel new, or restored after a reload; it is filled here and its end is the end of this object */
  constructor(
    panel: vscode.WebviewPanel,
    host: ComparePanelHost,
    { first, second }: ComparedPaths,
    image: string | null = null,
  ) {
    this.paths = { first, second };
    this.#panel = panel;
    this.#host = host;
    this.#image = new ImageUnderBoth(host, (message) => this.#page.post(message), image);
    panel.title = `${basename(first)} ↔ ${basename(second)}`;
    panel.onDidDispose(() => this.#dispose());
    this.#page = new PanelPage(panel, {
      extensionUri: host.extensionUri,
      page: 'compare',
      title: panel.title,
      name: 'comparison',
      schema: fromComparePanelSchema,
      version: comparePanelVersion,
      log: host.log,
      onReady: () => this.#pageReady(),
      onMessage: (message) => this.#take(message),
    });
    void this.#compare();
  }

  /** As other extensions and the tests see it. */
  get view(): ComparisonView {
    const answer = this.#answer;
    return {
      ...this.paths,
      image: this.#image.image,
      ready: this.#page.ready,
      comparison: answer?.type === 'comparison' ? answer.comparison : null,
      failure: answer?.type === 'failed' ? answer.failure : null,
    };
  }

  reveal(): void {
    this.#panel.reveal();
  }

  /** A newer question ends an older one. */
  async #compare(): Promise<void> {
    this.#asking.abort();
    const asking = new AbortController();
    this.#asking = asking;
    this.#page.post(this.#opening);
    const { first, second } = this.paths;
    const found = await this.#host.studyOf(first);
    // A study without a file has the gates of the preset.
    const study = found && 'file' in found ? found : null;
    await this.#watched.settle();
    if (this.#asking !== asking) return;
    await this.#watched.watch([first, second, ...(study ? [study.file] : [])]);
    const outcome = await this.#host.reader.request(
      'compareBanks',
      { first, second, study },
      { subject: `${basename(first)} and ${basename(second)}`, signal: asking.signal },
    );
    if (asking.signal.aborted) return;
    this.#answer = outcome.ok
      ? { type: 'comparison', comparison: outcome.value }
      : { type: 'failed', failure: outcome.failure };
    this.#page.post(this.#answer);
    if (outcome.ok) await this.#image.compare(outcome.value);
  }

  get #opening(): ToComparePanel {
    return { type: 'opening', ...this.paths };
  }

  #pageReady(): void {
    this.#page.post(this.#opening);
    if (this.#answer) this.#page.post(this.#answer);
    for (const told of this.#image.replay()) this.#page.post(told);
  }

  #take(message: PageMessage<FromComparePanel>): void {
    switch (message.type) {
      case 'command':
        this.#command(message.command);
        break;
      case 'imageClass':
        void this.#image.useClass(message.className);
        break;
    }
  }

  #command(command: Extract<FromComparePanel, { type: 'command' }>['command']): void {
    if (command === 'showLog') this.#host.showLog();
    else if (command === 'chooseImage') void this.#image.choose();
    else if (command === 'retryImage') void this.#image.retry();
    else void this.#compare();
  }

  #dispose(): void {
    this.#asking.abort();
    this.#image.dispose();
    this.#watched.dispose();
    this.#host.onClose(this);
  }
}
