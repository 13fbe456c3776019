/** One checkpoint's editor: asks the reader, passes what it finds on to the page, answers what the page asks. */
import { basename } from 'node:path';
import type * as vscode from 'vscode';
import {
  checkpointEditorVersion,
  fromCheckpointEditorSchema,
  type CheckpointEditorCommand,
  type FromCheckpointEditor,
  type ToCheckpointEditor,
} from '../../protocol/checkpointEditor';
import type { FromGallery } from '../../protocol/gallery';
import type { Progress } from '../../protocol/progress';
import type { StudyReference } from '../../protocol/study';
import type { EngineClient } from '../client/engineClient';
import type { Log } from '../client/engineProcess';
import type { DiskCopies } from '../virtual/diskCopies';
import { diskSource, type DiskSource } from '../virtual/diskSource';
import { WatchedFiles } from '../panel/watchedFiles';
import { copyText } from '../copyText';
import { PanelPage, type PageMessage } from '../panel/panelPage';
import type { EditorPlace } from './editorPlace';
import { GalleryMessages, type GalleryHost } from './galleryMessages';
import { Reading, type ReadingMessage } from './reading';

/** What the editors need of the rest. */
export interface CheckpointEditorHost {
  readonly extensionUri: vscode.Uri;
  /** The process that looks into files without running them. */
  readonly reader: EngineClient;
  readonly log: Log;
  /** Copies of files that are not on disk. */
  readonly copies: DiskCopies;
  /** The study that a checkpoint belongs to, or null. */
  readonly studyOf: (checkpoint: string) => Promise<StudyReference | null>;
  readonly onCommand: (editor: CheckpointEditor, command: Exclude<CheckpointEditorCommand, 'retry'>) => void;
  readonly gallery: GalleryHost;
  /** Something about the editor changed that others show. */
  readonly onChange: () => void;
  readonly onClose: (editor: CheckpointEditor) => void;
}

function isGalleryMessage(message: PageMessage<FromCheckpointEditor>): message is FromGallery {
  return message.type.startsWith('gallery.');
}

export class CheckpointEditor {
  readonly uri: vscode.Uri;
  readonly #panel: vscode.WebviewPanel;
  readonly #host: CheckpointEditorHost;
  readonly #page: PanelPage<ToCheckpointEditor, FromCheckpointEditor>;
  readonly #watched = new WatchedFiles(() => this.#filesChanged());
  readonly #source: DiskSource;
  readonly #gallery: GalleryMessages;
  #reading: Reading;
  #wanted: EditorPlace | null;
  /** The file changed while nobody looked. */
  #stale = false;
  #closed = false;

  /**
   * @param panel new, or restored after a reload; it is filled here and its end is the end of this object
   * @param place to begin with; null: as the person left it
   */
  constructor(
    panel: vscode.WebviewPanel,
    host: CheckpointEditorHost,
    uri: vscode.Uri,
    place: EditorPlace | null,
  ) {
    this.uri = uri;
    this.#panel = panel;
    this.#host = host;
    this.#wanted = place;
    this.#source = diskSource(uri, host.copies, () => this.#filesChanged());
    this.#gallery = new GalleryMessages(host.gallery, uri, (message) => this.#page.post(message));
    if (place?.study) this.#gallery.useStudy(place.study);
    this.#reading = this.#newReading(1, false);
    panel.onDidDispose(() => this.#dispose());
    this.#page = new PanelPage(panel, {
      extensionUri: host.extensionUri,
      page: 'checkpoint',
      title: basename(uri.path),
      name: 'checkpoint editor',
      schema: fromCheckpointEditorSchema,
      version: checkpointEditorVersion,
      log: host.log,
      onReady: () => this.#pageReady(),
      onMessage: (message) => this.#answer(message),
      onGone: () => this.#pageGone(),
    });
    panel.onDidChangeViewState(() => host.onChange());
    void this.#begin();
  }

  /** What has been read so far. */
  get reading(): Reading {
    return this.#reading;
  }

  get active(): boolean {
    return this.#panel.active;
  }

  get visible(): boolean {
    return this.#panel.visible;
  }

  /** Progress of clustering a study's prototypes; null: none runs. */
  showProgress(study: StudyReference, progress: Progress | null): void {
    this.#gallery.showProgress(study, progress);
  }

  /** Brings a place of the editor to the front. */
  show(place: EditorPlace): void {
    if (place.study) this.#gallery.useStudy(place.study);
    if (this.#page.ready) this.#postPlace(place);
    else this.#wanted = place;
  }

  #postPlace({ page, centre }: EditorPlace): void {
    this.#page.post({ type: 'show', page });
    if (centre) this.#page.post({ type: 'gallery.show', identity: centre.identity, centre: centre.id });
  }

  /** Reads the file anew. @param keep what is shown stays until the new table is there */
  reload(keep: boolean): void {
    this.#stale = false;
    this.#reading.dispose();
    this.#reading = this.#newReading(this.#reading.request + 1, keep);
    void this.#begin();
  }

  #newReading(request: number, keep: boolean): Reading {
    const { reader, studyOf } = this.#host;
    return new Reading({ reader, studyOf, source: this.#source, request, keep }, (message, reading) =>
      this.#tell(message, reading),
    );
  }

  async #begin(): Promise<void> {
    const reading = this.#reading;
    this.#page.post(reading.opening);
    this.#host.onChange();
    if (!this.#source.copied) {
      await this.#watched.settle();
      if (this.#ofOlder(reading)) return;
      await this.#watched.watch([this.uri.fsPath]);
    }
    if (this.#ofOlder(reading)) return;
    await reading.open();
    const study = reading.studyFile;
    if (this.#ofOlder(reading) || study === null) return;
    await this.#watched.watch([this.uri.fsPath, study]);
  }

  /** Whether the file was read anew, or the editor closed, since. */
  #ofOlder(reading: Reading): boolean {
    return this.#closed || reading !== this.#reading;
  }

  #tell(message: ReadingMessage, reading: Reading): void {
    if (reading !== this.#reading) return;
    this.#page.post(message);
    this.#host.onChange();
  }

  #pageGone(): void {
    this.#reading.forgetWishes();
    this.#gallery.pageGone();
  }

  #filesChanged(): void {
    if (this.#panel.visible) this.reload(true);
    else this.#stale = true;
  }

  #answer(message: PageMessage<FromCheckpointEditor>): void {
    if (isGalleryMessage(message)) {
      this.#gallery.receive(message);
      return;
    }
    switch (message.type) {
      case 'wish':
        void this.#reading.wish(message);
        break;
      case 'histogram':
        void this.#reading.histogram(message);
        break;
      case 'classifier':
        void this.#reading.classifier(message);
        break;
      case 'command':
        if (message.command === 'retry') this.reload(false);
        else this.#host.onCommand(this, message.command);
        break;
      case 'overview.geometry':
        void this.#gallery.measure(message);
        break;
      case 'copyText':
        void copyText(message.text);
        break;
    }
  }

  #pageReady(): void {
    if (this.#stale) this.reload(false);
    else for (const message of this.#reading.replay()) this.#page.post(message);
    if (this.#wanted !== null) this.#postPlace(this.#wanted);
    this.#wanted = null;
  }

  #dispose(): void {
    this.#closed = true;
    this.#reading.dispose();
    this.#gallery.dispose();
    this.#watched.dispose();
    this.#source.dispose();
    this.#host.onClose(this);
  }
}
