/** The host side of the prototype gallery and of the overview, the checkpoint editor's second and third page: asks the engine, answers the page. */
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { CentreMap, FromGallery, ToGallery } from '../../protocol/gallery';
import type {
  BankGeometry,
  CentrePlane,
  ComparedSet,
  FromOverview,
  ToOverview,
} from '../../protocol/overview';
import type { Progress } from '../../protocol/progress';
import type { StudyReference } from '../../protocol/study';
import type { EngineClient } from '../client/engineClient';
import type { Log } from '../client/engineProcess';
import type { Outcome } from '../client/outcome';
import { own } from '../panel/ownBuffers';
import { runChoices } from '../settings';
import { WatchedFiles } from '../panel/watchedFiles';
import { studyFile, studyKey, studyName } from '../study/studyReference';
import type { StudyReader } from '../study/studyReader';

type Asked<T extends FromGallery['type']> = Extract<FromGallery, { type: T }>;
type GalleryCommand = Asked<'gallery.command'>['command'];

/** What the gallery needs of the rest. */
export interface GalleryHost {
  /** The process that runs networks: it knows banks and images. */
  readonly engine: EngineClient;
  readonly reader: StudyReader;
  readonly log: Log;
  /** The study that a checkpoint belongs to, or null. */
  readonly studyOf: (checkpoint: string) => Promise<StudyReference | null>;
  /** A button of the page was pressed that is not the gallery's own business. */
  readonly onCommand: (study: StudyReference, command: Exclude<GalleryCommand, 'retry' | 'showLog'>) => void;
  /** Opens an image of a study with a centre selected. */
  readonly onOpenImage: (study: StudyReference, image: string, centre: number) => void;
}

/** Marks may be an afternoon's work: many are undone only when the person says so. */
async function mayUndo(count: number): Promise<boolean> {
  const undo = 'Undo Marks';
  const choice = await vscode.window.showWarningMessage(
    `Leave ${count} pinned and dropped centres to the gates again?`,
    { modal: true },
    undo,
  );
  return choice === undo;
}

function ownMap(map: CentreMap): CentreMap {
  const { picture, similarity } = map;
  return { ...map, picture: { ...picture, rgba: own(picture.rgba) }, similarity: own(similarity) };
}

function ownSet(set: ComparedSet | null): ComparedSet | null {
  return set && { ...set, cosines: own(set.cosines) };
}

function ownGeometry(geometry: BankGeometry): BankGeometry {
  const { planes, foreground, background } = geometry;
  const ownPlane = (plane: CentrePlane) => ({ ...plane, coordinates: own(plane.coordinates) });
  return {
    ...geometry,
    planes: { unit: ownPlane(planes.unit), raw: ownPlane(planes.raw) },
    foreground: ownSet(foreground),
    background: ownSet(background),
  };
}

export class GalleryMessages {
  readonly #watched = new WatchedFiles(() => this.#filesChanged());
  /** Jobs for the page that is loaded now. */
  #page = new AbortController();
  #opening = new AbortController();
  #mapping = new AbortController();
  #measuring = new AbortController();
  #study: StudyReference | null = null;
  /** The study whose prototypes somebody asked for, where several may use the checkpoint. */
  #chosen: StudyReference | null = null;
  /** The page that is loaded now asked for the bank. */
  #asked = false;
  #progress: Progress | null = null;

  constructor(
    private readonly host: GalleryHost,
    private readonly uri: vscode.Uri,
    private readonly post: (message: ToGallery | ToOverview) => void,
  ) {}

  receive(message: FromGallery): void {
    switch (message.type) {
      case 'gallery.ready':
        void this.#open();
        break;
      case 'gallery.thumbnails':
        void this.#thumbnails(message);
        break;
      case 'gallery.maps':
        void this.#maps(message);
        break;
      case 'gallery.mark':
        void this.#mark(message);
        break;
      case 'gallery.openImage':
        if (this.#study) this.host.onOpenImage(this.#study, message.image, message.centre);
        break;
      case 'gallery.command':
        this.#command(message.command);
        break;
    }
  }

  /** Shows the prototypes of this study, as long as it uses the checkpoint. */
  useStudy(study: StudyReference): void {
    const shown = this.#study;
    this.#chosen = study;
    // A page that did not ask yet, or is gone, asks by itself.
    if (this.#asked && (shown === null || studyKey(shown) !== studyKey(study))) void this.#open();
  }

  /** Tells where the centres of a bank lie; a newer wish ends an older one. */
  async measure({ identity }: FromOverview): Promise<void> {
    this.#measuring.abort();
    const measuring = new AbortController();
    this.#measuring = measuring;
    const study = this.#study;
    if (!study) return;
    const signal = AbortSignal.any([measuring.signal, this.#page.signal]);
    const outcome = await this.host.engine.request(
      'bankGeometry',
      { study, identity },
      { subject: studyName(study), signal },
    );
    if (signal.aborted) return;
    this.post(
      outcome.ok
        ? { type: 'overview.geometry', geometry: ownGeometry(outcome.value) }
        : { type: 'overview.failed', identity, failure: outcome.failure },
    );
  }

  /** Progress of clustering; null: it ended, and the bank may be another. */
  showProgress(study: StudyReference, progress: Progress | null): void {
    if (!this.#study || studyKey(study) !== studyKey(this.#study)) return;
    this.#progress = progress;
    this.post({ type: 'gallery.progress', progress });
  }

  /** VS Code dropped the page: nobody waits for answers any more. */
  pageGone(): void {
    this.#page.abort();
    this.#page = new AbortController();
    this.#opening.abort();
    this.#asked = false;
  }

  dispose(): void {
    this.pageGone();
    this.#watched.dispose();
  }

  async #open(): Promise<void> {
    this.#asked = true;
    this.#opening.abort();
    const opening = new AbortController();
    this.#opening = opening;
    const { signal } = opening;
    const found = await this.#findStudy(signal);
    if (this.#ofOlder(opening)) return;
    if (!found.ok) {
      this.post({ type: 'gallery.failed', failure: found.failure });
      return;
    }
    const study = found.value;
    this.#study = study;
    const name = studyName(study);
    this.post({ type: 'gallery.opening', study: name });
    this.post({ type: 'gallery.progress', progress: this.#progress });
    await this.#watched.settle();
    const outcome = await this.host.engine.request('openBank', { study }, { subject: name, signal });
    if (this.#ofOlder(opening)) return;
    const files = [this.uri.fsPath, studyFile(study)].filter((file) => file !== null);
    if (outcome.ok) {
      const { bank } = outcome.value;
      const message = { ...outcome.value, bank: bank && { ...bank, scores: own(bank.scores) } };
      this.post({ type: 'gallery.bank', bank: message });
      files.push(outcome.value.bankPath);
    } else {
      this.post({ type: 'gallery.failed', failure: outcome.failure });
      if (outcome.failure.file !== undefined) files.push(outcome.failure.file);
    }
    await this.#watched.watch(files);
  }

  #filesChanged(): void {
    // A page that is gone asks when it is back.
    if (!this.#opening.signal.aborted) void this.#open();
  }

  /** Whether somebody asked anew, or the page is gone, since. */
  #ofOlder(opening: AbortController): boolean {
    return opening !== this.#opening || opening.signal.aborted;
  }

  /**
   * The study that was asked for, else the nearest, if it uses this checkpoint (or the file is its bank); a checkpoint
   * that no study uses is looked at with what lies around it, for another network's prototypes would mislead.
   */
  async #findStudy(signal: AbortSignal): Promise<Outcome<StudyReference>> {
    const { fsPath, scheme } = this.uri;
    if (scheme !== 'file') {
      const message = `Prototypes belong to a study (lpcam.json) on disk, whose network runs on its images; this checkpoint is in a virtual file system (${scheme}:). Open its folder from disk to see and cluster them.`;
      return { ok: false, failure: { kind: 'input', message } };
    }
    const nearest = this.#chosen ?? (await this.host.studyOf(fsPath));
    if (nearest && 'checkpoint' in nearest && nearest.checkpoint === fsPath)
      return { ok: true, value: nearest };
    const file = nearest && studyFile(nearest);
    if (nearest === null || file === null)
      return { ok: true, value: { checkpoint: fsPath, folder: dirname(fsPath) } };
    const outcome = await this.host.reader.read(nearest, signal);
    // Where the study cannot be read, nothing tells whose checkpoint this is: its failure is what to mend.
    if (!outcome.ok) return outcome;
    const { network, bankPath } = outcome.value;
    const its = network.checkpoint === fsPath || bankPath === fsPath;
    if (!its && this.#chosen) {
      // It has gone over to another checkpoint.
      this.#chosen = null;
      return this.#findStudy(signal);
    }
    return { ok: true, value: its ? nearest : { checkpoint: fsPath, folder: dirname(file) } };
  }

  async #thumbnails({ ticket, patches, size, crop }: Asked<'gallery.thumbnails'>): Promise<void> {
    const study = this.#study;
    if (!study) return;
    const { signal } = this.#page;
    const outcome = await this.host.engine.request(
      'thumbnails',
      { study, patches, size, crop },
      { subject: studyName(study), signal },
    );
    if (signal.aborted) return;
    if (!outcome.ok) this.host.log('warn', `No pictures of patches: ${outcome.failure.message}`);
    const crops = outcome.ok ? outcome.value.crops.map((one) => one && own(one)) : [];
    this.post({ type: 'gallery.thumbnails', ticket, size, crops });
  }

  /** One image after the other; a newer wish ends an older one. */
  async #maps({ ticket, centre, images, side }: Asked<'gallery.maps'>): Promise<void> {
    this.#mapping.abort();
    const mapping = new AbortController();
    this.#mapping = mapping;
    const study = this.#study;
    const signal = AbortSignal.any([mapping.signal, this.#page.signal]);
    if (!study) return;
    for (const image of images) {
      const outcome = await this.host.engine.request(
        'centreMap',
        { study, centre, image, side, ...runChoices() },
        { subject: image, signal },
      );
      if (signal.aborted) return;
      const map = outcome.ok ? outcome.value.map : null;
      const failure = outcome.ok ? null : outcome.failure;
      this.post({ type: 'gallery.map', ticket, image, map: map && ownMap(map), failure });
    }
  }

  async #mark({ ticket, identity, centres, mark }: Asked<'gallery.mark'>): Promise<void> {
    const study = this.#study;
    if (!study) return;
    if (mark === null && centres.length > 1 && !(await mayUndo(centres.length))) {
      this.post({ type: 'gallery.marked', ticket, marked: null, failure: null });
      return;
    }
    // Saved whether or not the page is still there: the person has seen the mark.
    const outcome = await this.host.engine.request(
      'markCentres',
      { study, identity, centres, mark },
      { subject: studyName(study) },
    );
    const marked = outcome.ok ? outcome.value.marked : null;
    this.post({ type: 'gallery.marked', ticket, marked, failure: outcome.ok ? null : outcome.failure });
  }

  #command(command: GalleryCommand): void {
    if (command === 'retry') {
      if (this.host.engine.state === 'givenUp') this.host.engine.restart();
      void this.#open();
    } else if (command === 'showLog') void vscode.commands.executeCommand('lpcam.showLog');
    else if (this.#study) this.host.onCommand(this.#study, command);
  }
}
