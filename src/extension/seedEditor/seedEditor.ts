/** One seed file's editor: asks the reader what is in it, brings the image, answers what the page asks. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Failure } from '../../protocol/failure';
import type { ReadAs, ShownSeed } from '../../protocol/seed';
import {
  fromSeedEditorSchema,
  seedEditorVersion,
  type FromSeedEditor,
  type SeedEditorCommand,
  type ToSeedEditor,
} from '../../protocol/seedEditor';
import type { StudyReference } from '../../protocol/study';
import type { EngineClient } from '../client/engineClient';
import type { Log } from '../client/engineProcess';
import { own, ownSeedContent } from '../panel/ownBuffers';
import { virtualBytes } from '../virtual/virtualBytes';
import { watchUri } from '../virtual/watchedUri';
import { WatchedFiles } from '../panel/watchedFiles';
import { copyText } from '../copyText';
import { PanelPage, type PageMessage } from '../panel/panelPage';
import { studyFile } from '../study/studyReference';

/** What is known of a seed that is not on disk, such as a tensor of a debugged program. */
export interface SeedOrigin {
  readonly study: StudyReference | null;
  /** Texts of which one may name the image. */
  readonly imageHints: readonly string[];
}

/** What the editors need of the rest. */
export interface SeedEditorHost {
  readonly extensionUri: vscode.Uri;
  /** The process that looks into files without running anything of them. */
  readonly reader: EngineClient;
  readonly log: Log;
  /** The study that a file belongs to, or null. */
  readonly studyOf: (path: string) => Promise<StudyReference | null>;
  /** Where a seed that is no file comes from; undefined: nothing is known of it. */
  readonly originOf: (uri: vscode.Uri) => SeedOrigin | undefined;
  readonly onCommand: (editor: SeedEditor, command: Exclude<SeedEditorCommand, 'retry'>) => void;
  readonly onClose: (editor: SeedEditor) => void;
}

/** A larger seed file is not brought from a virtual file system, through several processes' memory. */
const mostVirtualBytes = 512 * 2 ** 20;

/** Larger images are not sent to a page, which would hold them several times. */
const mostImageBytes = 200_000_000;

type Told = Exclude<ToSeedEditor, { type: 'opening' }>;

export class SeedEditor {
  readonly uri: vscode.Uri;
  readonly #panel: vscode.WebviewPanel;
  readonly #host: SeedEditorHost;
  readonly #page: PanelPage<ToSeedEditor, FromSeedEditor>;
  readonly #watched = new WatchedFiles(() => this.changed());
  /** Of a file that is not on disk; who keeps a seed in memory says by itself when it is another one. */
  readonly #virtual: vscode.Disposable | null;
  readonly #closed = new AbortController();
  #reading = new AbortController();
  #request = 0;
  #readAs: ReadAs = null;
  #study: StudyReference | null = null;
  /** Told again to a page that VS Code dropped. */
  #told: Told[] = [];
  /** The file changed while nobody looked. */
  #stale = false;

  /** @param panel new, or restored after a reload; it is filled here and its end is the end of this object */
  constructor(panel: vscode.WebviewPanel, host: SeedEditorHost, uri: vscode.Uri) {
    this.uri = uri;
    this.#panel = panel;
    this.#host = host;
    const virtual = uri.scheme !== 'file' && host.originOf(uri) === undefined;
    this.#virtual = virtual ? watchUri(uri, () => this.changed()) : null;
    panel.onDidDispose(() => this.#dispose());
    this.#page = new PanelPage(panel, {
      extensionUri: host.extensionUri,
      page: 'seed',
      title: basename(uri.path),
      name: 'seed editor',
      schema: fromSeedEditorSchema,
      version: seedEditorVersion,
      log: host.log,
      onReady: ({ readAs }) => this.#pageReady(readAs),
      onMessage: (message) => this.#answer(message),
    });
  }

  get active(): boolean {
    return this.#panel.active;
  }

  get visible(): boolean {
    return this.#panel.visible;
  }

  get request(): number {
    return this.#request;
  }

  /** The study its image was found by. */
  get study(): StudyReference | null {
    return this.#study;
  }

  /** What the file holds, once it was read. */
  get seed(): ShownSeed | null {
    return this.#told.find((message) => message.type === 'seed')?.seed ?? null;
  }

  get failure(): Failure | null {
    return this.#told.find((message) => message.type === 'failed')?.failure ?? null;
  }

  /** Reads the file anew. */
  async reload(): Promise<void> {
    this.#stale = false;
    this.#reading.abort();
    const reading = new AbortController();
    this.#reading = reading;
    const request = ++this.#request;
    this.#told = [];
    this.#page.post({ type: 'opening', request, path: this.uri.fsPath });
    const onDisk = this.uri.scheme === 'file';
    const origin = this.#host.originOf(this.uri);
    const study = onDisk ? await this.#host.studyOf(this.uri.fsPath) : (origin?.study ?? null);
    const file = study && studyFile(study);
    if (onDisk) {
      await this.#watched.settle();
      if (this.#ofOlder(reading)) return;
      await this.#watched.watch([this.uri.fsPath, ...(file === null ? [] : [file])]);
    }
    if (this.#ofOlder(reading)) return;
    this.#study = study;
    let bytes: Uint8Array<ArrayBuffer> | null = null;
    try {
      bytes = onDisk ? null : await virtualBytes(this.uri, mostVirtualBytes);
    } catch (error) {
      const message = `${this.uri.toString()} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      this.#tell({ type: 'failed', request, failure: { kind: 'input', message } }, reading);
      return;
    }
    const outcome = await this.#host.reader.request(
      'openSeed',
      {
        path: onDisk ? this.uri.fsPath : this.uri.path,
        file: bytes,
        study,
        readAs: this.#readAs,
        imageHints: [...(origin?.imageHints ?? [])],
      },
      { subject: basename(this.uri.path), signal: reading.signal },
    );
    if (this.#ofOlder(reading)) return;
    if (!outcome.ok) {
      this.#tell({ type: 'failed', request, failure: outcome.failure }, reading);
      return;
    }
    const seed = ownSeed(outcome.value);
    this.#tell({ type: 'seed', request, seed }, reading);
    if (seed.image !== null) await this.#bringImage(seed.image, request, reading);
  }

  async #bringImage(path: string, request: number, reading: AbortController): Promise<void> {
    const uri = vscode.Uri.file(path);
    try {
      const { size } = await vscode.workspace.fs.stat(uri);
      if (size > mostImageBytes) throw new Error(`it has ${Math.round(size / 1e6)} MB`);
      const file = new Uint8Array(await vscode.workspace.fs.readFile(uri));
      this.#tell({ type: 'image', request, file }, reading);
    } catch (error) {
      const message = `${path} cannot be shown: ${error instanceof Error ? error.message : String(error)}`;
      this.#tell({ type: 'imageFailed', request, message }, reading);
    }
  }

  #ofOlder(reading: AbortController): boolean {
    return reading !== this.#reading || this.#closed.signal.aborted;
  }

  #tell(message: Told, reading: AbortController): void {
    if (this.#ofOlder(reading)) return;
    this.#told.push(message);
    this.#page.post(message);
  }

  /** The seed or its study is another one now. */
  changed(): void {
    if (this.#panel.visible) void this.reload();
    else this.#stale = true;
  }

  #answer(message: PageMessage<FromSeedEditor>): void {
    switch (message.type) {
      case 'readAs':
        this.#readAs = message.readAs;
        void this.reload();
        break;
      case 'command':
        if (message.command === 'retry') void this.reload();
        else this.#host.onCommand(this, message.command);
        break;
      case 'copyText':
        void copyText(message.text);
        break;
    }
  }

  #pageReady(readAs: ReadAs): void {
    const first = this.#request === 0;
    if (first) this.#readAs = readAs;
    if (first || this.#stale) {
      void this.reload();
      return;
    }
    this.#page.post({ type: 'opening', request: this.#request, path: this.uri.fsPath });
    for (const message of this.#told) this.#page.post(message);
  }

  #dispose(): void {
    this.#closed.abort();
    this.#reading.abort();
    this.#watched.dispose();
    this.#virtual?.dispose();
    this.#host.onClose(this);
  }
}

/** With arrays that fill their buffers: VS Code sends all of a buffer. */
function ownSeed(seed: ShownSeed): ShownSeed {
  const { content, mask } = seed;
  return {
    ...seed,
    content: ownSeedContent(content),
    mask: mask && { ...mask, labels: own(mask.labels) },
  };
}
