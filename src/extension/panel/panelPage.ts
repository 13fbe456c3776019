/**
 * The page inside a webview panel: filled, spoken to while it is there, and heard only in messages of its protocol.
 * VS Code drops the page of a hidden panel, unless the panel was made to retain it, and loads it anew when it is shown
 * again, so the page says `ready` each time and its owner tells it everything again.
 */
import type * as vscode from 'vscode';
import type { ZodType } from 'zod';
import type { Log } from '../client/engineProcess';
import { fillWebview } from './fillWebview';
import type { OpeningPicture } from '../../protocol/openingPicture';

/** What every page says: that its script runs, and what went wrong in it. */
type Greeting = { readonly type: 'ready'; readonly version: number };
type Fault = { readonly type: 'fault'; readonly message: string };

/** What a page says of its own business. */
export type PageMessage<From> = Exclude<From, Greeting | Fault>;

export interface PanelPageOptions<From extends { readonly type: string }> {
  readonly extensionUri: vscode.Uri;
  /** Of the page's bundle: `triage` stands for `triage.js` and `triage.css`. */
  readonly page: string;
  readonly title: string;
  /** Folders besides `dist/webview` that the page may load from. */
  readonly more?: readonly vscode.Uri[];
  /** For the log, e.g. "comparison". */
  readonly name: string;
  readonly schema: ZodType<From>;
  /** Of the protocol; a page of another one is told to the log. */
  readonly version: number;
  readonly log: Log;
  /** The page's script runs; from now on it is posted to. */
  readonly onReady: (greeting: Extract<From, { type: 'ready' }>) => void;
  readonly onMessage: (message: PageMessage<From>) => void;
  /** The page is gone until it says `ready` again. */
  readonly onGone?: () => void;
  /** What the page shows until its script has drawn the same; it is waited for. */
  readonly picture?: Promise<OpeningPicture | null> | null;
}

function isGreeting<From extends { readonly type: string }>(
  message: From,
): message is Extract<From, { type: 'ready' }> & Greeting {
  return message.type === 'ready';
}

function isFault<From extends { readonly type: string }>(message: From): message is From & Fault {
  return message.type === 'fault';
}

export class PanelPage<To, From extends { readonly type: string }> {
  readonly #panel: vscode.WebviewPanel;
  readonly #options: PanelPageOptions<From>;
  /** It has a page. */
  #filled = false;
  #ready = false;
  #closed = false;

  /** @param panel new, or restored after a reload; its end is the end of this object */
  constructor(panel: vscode.WebviewPanel, options: PanelPageOptions<From>) {
    this.#panel = panel;
    this.#options = options;
    panel.onDidDispose(() => {
      this.#closed = true;
      this.#ready = false;
    });
    panel.onDidChangeViewState(() => {
      if (!panel.visible && !panel.options.retainContextWhenHidden) this.#gone();
    });
    panel.webview.onDidReceiveMessage((message) => this.#receive(message));
    if (options.picture) void options.picture.then((picture) => this.#fill(picture));
    else this.#fill(null);
  }

  /** The page's script runs. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Says nothing to a page that is not there: its owner tells everything in `onReady`. */
  post(message: To): void {
    // Undelivered means that the page is gone, and everything is told again when it is back.
    if (this.#ready && !this.#closed) void this.#panel.webview.postMessage(message);
  }

  /** Another page without a picture, while the first one's script does not run yet. */
  refill(): void {
    if (this.#filled && !this.#ready) this.#fill(null);
  }

  #fill(picture: OpeningPicture | null): void {
    if (this.#closed) return;
    this.#filled = true;
    fillWebview(this.#panel.webview, this.#options, picture);
  }

  #gone(): void {
    this.#ready = false;
    this.#options.onGone?.();
  }

  #receive(raw: unknown): void {
    const { schema, name, log, onMessage } = this.#options;
    const parsed = schema.safeParse(raw);
    if (!parsed.success) {
      log('error', `The ${name} sent what is no message of ours: ${parsed.error.message}`);
      return;
    }
    const message = parsed.data;
    if (isGreeting(message)) this.#greet(message);
    else if (isFault(message)) log('error', `[${name}] ${message.message}`);
    else onMessage(message as PageMessage<From>);
  }

  #greet(greeting: Extract<From, { type: 'ready' }> & Greeting): void {
    const { name, version, log, onReady } = this.#options;
    if (greeting.version !== version)
      log('error', `The page of the ${name} is of version ${greeting.version}, not ${version}.`);
    this.#ready = true;
    onReady(greeting);
  }
}
