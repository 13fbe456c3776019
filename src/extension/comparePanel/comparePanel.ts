/** One comparison of two banks: asks the reader, passes the answer on to the page, asks again when a file changes. */
import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import {
  comparePanelVersion,
  fromComparePanelSchema,
  type FromComparePanel,
  type ToComparePanel,
} from '../../protocol/comparison';
import type { StudyReference } from '../../protocol/study';
import type { ComparisonView } from '../api';
import type { EngineClient } from '../client/engineClient';
import type { Log } from '../client/engineProcess';
import { WatchedFiles } from '../panel/watchedFiles';
import { webviewHtml } from '../panel/webviewHtml';

/** What the panels need of the rest. */
export interface ComparePanelHost {
  readonly extensionUri: vscode.Uri;
  /** The process that looks into files without running them. */
  readonly reader: EngineClient;
  readonly log: Log;
  /** The study that a file belongs to, or null. */
  readonly studyOf: (file: string) => Promise<StudyReference | null>;
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
  readonly #watched = new WatchedFiles(() => void this.#compare());
  #asking = new AbortController();
  #answer: ToComparePanel | null = null;
  #ready = false;

  /** @param panel new, or restored after a reload; it is filled here and its end is the end of this object */
  constructor(panel: vscode.WebviewPanel, host: ComparePanelHost, { first, second }: ComparedPaths) {
    this.paths = { first, second };
    this.#panel = panel;
    this.#host = host;
    panel.title = `${basename(first)} ↔ ${basename(second)}`;
    panel.onDidDispose(() => this.#dispose());
    panel.onDidChangeViewState(() => {
      // VS Code drops the page of a hidden panel; it says `ready` again when it is back.
      if (!panel.visible) this.#ready = false;
    });
    panel.webview.onDidReceiveMessage((message) => this.#receive(message));
    const dist = vscode.Uri.joinPath(host.extensionUri, 'dist', 'webview');
    panel.webview.options = { enableScripts: true, localResourceRoots: [dist] };
    panel.webview.html = webviewHtml({
      source: panel.webview.cspSource,
      nonce: randomBytes(24).toString('base64'),
      script: panel.webview.asWebviewUri(vscode.Uri.joinPath(dist, 'compare.js')).toString(),
      style: panel.webview.asWebviewUri(vscode.Uri.joinPath(dist, 'compare.css')).toString(),
      title: panel.title,
    });
    void this.#compare();
  }

  /** As other extensions and the tests see it. */
  get view(): ComparisonView {
    const answer = this.#answer;
    return {
      ...this.paths,
      ready: this.#ready,
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
    this.#post(this.#opening);
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
    this.#post(this.#answer);
  }

  get #opening(): ToComparePanel {
    return { type: 'opening', ...this.paths };
  }

  #post(message: ToComparePanel): void {
    if (this.#ready) void this.#panel.webview.postMessage(message);
  }

  #receive(raw: unknown): void {
    const parsed = fromComparePanelSchema.safeParse(raw);
    if (parsed.success) this.#take(parsed.data);
    else this.#host.log('error', `The comparison sent what is no message of ours: ${parsed.error.message}`);
  }

  #take(message: FromComparePanel): void {
    switch (message.type) {
      case 'ready':
        if (message.version !== comparePanelVersion)
          this.#host.log(
            'error',
            `The comparison's page is of version ${message.version}, not ${comparePanelVersion}.`,
          );
        this.#ready = true;
        this.#post(this.#opening);
        if (this.#answer) this.#post(this.#answer);
        break;
      case 'command':
        if (message.command === 'showLog') this.#host.showLog();
        else void this.#compare();
        break;
      case 'fault':
        this.#host.log('error', `[comparison] ${message.message}`);
        break;
    }
  }

  #dispose(): void {
    this.#asking.abort();
    this.#ready = false;
    this.#watched.dispose();
    this.#host.onClose(this);
  }
}
