/** One image's panel: asks the engine, passes the maps on to the page, answers what the page asks. */
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { Failure } from '../../protocol/failure';
import {
  fromImagePanelSchema,
  type FreshCheckpoint,
  type FromImagePanel,
  type ImagePanelAction,
  imagePanelVersion,
  type ToImagePanel,
  type Trial,
  type TrialSource,
} from '../../protocol/imagePanel';
import type { Progress } from '../../protocol/progress';
import type { ComparedFolders, SeedPair } from '../../protocol/seedPair';
import type { StudyReference } from '../../protocol/study';
import type { StudyTrial } from '../../protocol/studyTrial';
import type { EngineClient } from '../client/engineClient';
import type { Log } from '../client/engineProcess';
import type { FollowedState } from '../follow/checkpointFollower';
import { runChoices, followCheckpoint, refreshOnChange } from '../settings';
import { isSameReference, studyName, withoutTrial } from '../study/studyReference';
import type { StudyReader } from '../study/studyReader';
import { Answer, type AnswerMessage } from './answer';
import { ownEvent, ownImageSeed } from './ownBuffers';
import { OpeningTimes } from './openingTimes';
import { PanelCheckpoint } from './panelCheckpoint';
import { PanelThumbnails } from './panelThumbnails';
import { PanelTrial } from './panelTrial';
import { PanelSeedPair } from './panelSeedPair';
import { savePicture } from './savePicture';
import type { DiskCopies } from '../virtual/diskCopies';
import { WatchedFiles } from './watchedFiles';
import { copyText } from '../copyText';
import { PanelPage, type PageMessage } from './panelPage';

/**
 * Most bytes of patch-to-patch attention sent to a page, which may be far from the engine (SSH): 8 MB for an image of
 * VOC's size under MCTformer+'s three scales; this much is an image of 1.5 million pixels at one scale.
 */
const affinityLimit = 128 * 2 ** 20;

/** What a panel shows: an image, by a study, with classes of the person's own where they named some. */
export interface ImageTarget {
  readonly image: string;
  /** Address of what the image is a copy of. */
  readonly origin?: string;
  readonly study: StudyReference;
  readonly classes: readonly string[] | null;
}

type PanelCommand = Extract<FromImagePanel, { type: 'command' }>['command'];

export type TrialMessage = Extract<
  FromImagePanel,
  { type: 'writeBack' | 'endTrial' | 'showCode' | 'runTrial' | 'keepTrialBank' }
>;

/** What the panels need of the rest. */
export interface ImagePanelHost {
  /** Copies of images that are not on disk. */
  readonly copies: DiskCopies;
  readonly extensionUri: vscode.Uri;
  readonly engine: EngineClient;
  readonly reader: StudyReader;
  /** The process that looks into files without running them. */
  readonly fileReader: EngineClient;
  readonly log: Log;
  /** A button of the page was pressed that is not the panel's own business. */
  readonly onCommand: (panel: ImagePanel, command: PanelCommand) => void;
  /** A message about the code whose value is tried in the panel. */
  readonly onTrial: (panel: ImagePanel, message: TrialMessage) => void;
  /** A panel from before a reload tried a value of the code; null: nothing says where it stands. */
  readonly onRestoredTrial: (panel: ImagePanel, source: TrialSource | null) => void;
  readonly onOpenImage: (panel: ImagePanel, image: string) => void;
  /** Something about the panel changed that others show. */
  readonly onChange: (panel: ImagePanel) => void;
  readonly onClose: (panel: ImagePanel) => void;
}

/** Of an image's tab. */
export function panelTitle(image: string): string {
  return `LPCAM: ${basename(image)}`;
}

export class ImagePanel {
  readonly #panel: vscode.WebviewPanel;
  readonly #host: ImagePanelHost;
  readonly #page: PanelPage<ToImagePanel, FromImagePanel>;
  readonly #watched = new WatchedFiles(() => this.#filesChanged());
  readonly #closed = new AbortController();
  readonly #checkpoint = new PanelCheckpoint();
  readonly #seedPair: PanelSeedPair;
  readonly #thumbnails: PanelThumbnails;
  readonly #trial = new PanelTrial();
  #target: ImageTarget;
  #answer: Answer;
  #explaining: AbortController | undefined;
  /** The files changed while nobody looked. */
  #stale = false;
  #progress: Progress | null = null;
  /** Its tab is in front. */
  #shown = true;
  /** A centre to select once the page is there. */
  #wanted: number | null = null;

  /** @param panel new, or restored after a reload; it is filled here and its end is the end of this object */
  constructor(panel: vscode.WebviewPanel, host: ImagePanelHost, target: ImageTarget) {
    this.#panel = panel;
    this.#host = host;
    this.#target = target;
    this.#answer = new Answer(this.#opening(0, false));
    this.#seedPair = new PanelSeedPair({
      reader: host.fileReader,
      log: host.log,
      target: () => this.#target,
      post: (message) => {
        this.#page.post(message);
        return this.#page.ready;
      },
    });
    this.#thumbnails = new PanelThumbnails({
      engine: host.engine,
      log: host.log,
      study: () => this.#checkpoint.reference(this.study),
      post: (message) => this.#page.post(message),
    });
    panel.title = panelTitle(target.image);
    const { extensionUri } = host;
    panel.iconPath = {
      light: vscode.Uri.joinPath(extensionUri, 'media', 'imagePanel-light.svg'),
      dark: vscode.Uri.joinPath(extensionUri, 'media', 'imagePanel-dark.svg'),
    };
    panel.onDidDispose(() => this.#dispose());
    this.#page = new PanelPage(panel, {
      extensionUri,
      page: 'imagePanel',
      title: panel.title,
      more: [vscode.Uri.joinPath(extensionUri, 'media')],
      name: 'image panel',
      schema: fromImagePanelSchema,
      version: imagePanelVersion,
      log: host.log,
      onReady: () => this.#pageReady(),
      onMessage: (message) => this.#take(message),
      onGone: () => this.#thumbnails.forgetPage(),
    });
    panel.onDidChangeViewState(() => {
      this.#tellShown();
      host.onChange(this);
    });
  }

  get image(): string {
    return this.#target.image;
  }

  get study(): StudyReference {
    return this.#target.study;
  }

  get answer(): Answer {
    return this.#answer;
  }

  /** A checkpoint that is newer than what is shown. */
  get fresh(): FreshCheckpoint | null {
    return this.#checkpoint.fresh;
  }

  get active(): boolean {
    return this.#panel.active;
  }

  get visible(): boolean {
    return this.#panel.visible;
  }

  get column(): vscode.ViewColumn | undefined {
    return this.#panel.viewColumn;
  }

  reveal(focus: boolean): void {
    this.#panel.reveal(undefined, !focus);
  }

  /** Shows the image by another study, or with another of its checkpoints. */
  useStudy(study: StudyReference): void {
    if (isSameReference(study, this.study)) return;
    this.#checkpoint.forget();
    this.#target = { ...this.#target, study, classes: null };
    this.#seedPair.again();
    void this.explain(false);
  }

  /** Shows the image with settings that are tried in place of the study's own; null: with its own. */
  tryStudy(trial: StudyTrial | null): void {
    const own = withoutTrial(this.study);
    const study = trial === null ? own : { ...own, trial };
    if (isSameReference(study, this.study)) return;
    this.#target = { ...this.#target, study };
    void this.explain(true);
  }

  /** Runs the network on the image; what an older run still sends is dropped. */
  async explain(keep: boolean): Promise<void> {
    this.#explaining?.abort();
    const explaining = new AbortController();
    this.#explaining = explaining;
    this.#stale = false;
    const { image, classes } = this.#target;
    const study = this.#checkpoint.reference(this.study);
    const times = new OpeningTimes(basename(image), this.#host.log, this.#page.ready);
    const answer = new Answer(this.#opening(this.#answer.request + 1, keep), times);
    this.#answer = answer;
    this.#page.post(answer.opening);
    this.#host.onChange(this);
    await this.#watched.settle();
    if (this.#ofOlder(answer)) return;
    await this.#watched.watch(this.#files());
    if (this.#ofOlder(answer)) return;
    void this.#bringSeedFile(answer, explaining.signal);
    times.reached('asked');
    const outcome = await this.#host.engine.request(
      'explain',
      { study, image, classes: classes && [...classes], ...runChoices(), affinityLimit },
      {
        subject: basename(image),
        signal: explaining.signal,
        onEvent: (event) => this.#tell(answer, { ...ownEvent(event), request: answer.request }),
      },
    );
    if (this.#ofOlder(answer)) return;
    const { request } = answer;
    if (outcome.ok) this.#tell(answer, { type: 'done', request, ...outcome.value });
    else this.#tell(answer, { type: 'failed', request, failure: outcome.failure });
    if (!outcome.ok && this.#checkpoint.isGone(outcome.failure)) {
      this.renew();
      return;
    }
    await this.#afterwards(answer, outcome.ok ? null : outcome.failure);
  }

  /** What lies on disk of the study's checkpoints. */
  checkpointsOnDisk(state: FollowedState): void {
    this.#checkpoint.onDisk(state);
    this.#judgeCheckpoint();
  }

  /** Shows the image with the checkpoint that the study means now. */
  renew(): void {
    this.#checkpoint.forget();
    this.#page.post({ type: 'checkpoint', fresh: null });
    if ('file' in this.study) {
      const { file, trial } = this.study;
      this.#target = { ...this.#target, study: { file, ...(trial && { trial }) } };
    }
    this.refresh();
  }

  /** Ends the run that is on its way; the panel says that it was cancelled. */
  cancel(): void {
    this.#explaining?.abort();
  }

  /** Something outside the files changed, such as the device. */
  refresh(): void {
    if (this.#panel.visible) void this.explain(true);
    else this.#stale = true;
  }

  /** Progress of a long job that concerns the panel; null: none. */
  showProgress(progress: Progress | null): void {
    this.#progress = progress;
    this.#page.post({ type: 'progress', progress });
  }

  /** Selects a prototype, by its id in the bank, as soon as the page knows it; null: leaves the selection alone. */
  select(centre: number | null): void {
    this.#wanted = centre;
    if (this.#page.ready) this.#tellWanted();
  }

  /**
   * Shows a value of the code beside the panel's own; null: none any more.
   * @param apply set the panel to it, once the page is there
   */
  showTrial(trial: Trial | null, apply: boolean): void {
    this.#trial.show(trial, apply);
    if (this.#page.ready) this.#page.post(this.#trial.take());
  }

  /**
   * Compares the seeds that two folders have of the image.
   * @param show on the stage, with this class where it is named; null: as the page was before a reload
   */
  compareSeeds(folders: ComparedFolders, show: { readonly className: string | null } | null): void {
    this.#seedPair.compare(folders, show && { className: show.className });
    this.#host.onChange(this);
  }

  endComparison(): void {
    this.#seedPair.end();
    this.#host.onChange(this);
  }

  /** The seeds that are compared; null: none are, or they are being read. */
  get seedPair(): SeedPair | null {
    return this.#seedPair.pair;
  }

  get trial(): Trial | null {
    return this.#trial.trial;
  }

  /** Does in the page what a key there does. */
  act(action: ImagePanelAction): void {
    this.#page.post({ type: 'act', action });
  }

  #opening(request: number, keep: boolean): Extract<ToImagePanel, { type: 'opening' }> {
    const { image, origin, study } = this.#target;
    const from = origin === undefined ? {} : { origin };
    return { type: 'opening', request, image, ...from, study: studyName(study), reference: study, keep };
  }

  #tell(answer: Answer, message: AnswerMessage): void {
    if (answer !== this.#answer) return;
    answer.add(message);
    this.#page.post(message);
    if (message.type !== 'scale') this.#judgeCheckpoint();
    this.#host.onChange(this);
  }

  /** Says that there is a new checkpoint, or goes over to it, as the person wishes. */
  #judgeCheckpoint(): void {
    const before = this.#checkpoint.fresh;
    const act = this.#checkpoint.judge(this.#answer, this.study, followCheckpoint(this.image));
    if (act === 'renew') this.renew();
    else if (this.#checkpoint.fresh !== before) {
      this.#page.post({ type: 'checkpoint', fresh: this.#checkpoint.fresh });
      this.#host.onChange(this);
    }
  }

  /** Whether somebody asked anew, or closed the panel, since. */
  #ofOlder(answer: Answer): boolean {
    return answer !== this.#answer || this.#closed.signal.aborted;
  }

  /** Files known to matter before anything is read; checkpoints are followed, until they are whole. */
  #files(): string[] {
    const { study, image } = this.#target;
    return 'checkpoint' in study ? [image] : [image, study.file];
  }

  /** The seed file is read beside the network's run; without one the panel is whole, too. */
  async #bringSeedFile(answer: Answer, signal: AbortSignal): Promise<void> {
    const { image, study } = this.#target;
    const outcome = await this.#host.fileReader.request(
      'imageSeed',
      { study, image },
      { subject: basename(image), signal },
    );
    if (this.#ofOlder(answer)) return;
    if (!outcome.ok && outcome.failure.kind !== 'cancelled')
      this.#host.log('warn', `No seed file beside ${image}: ${outcome.failure.message}`);
    const seedFile = outcome.ok ? outcome.value.found : null;
    const { request } = answer;
    this.#tell(answer, { type: 'seedFile', request, seedFile: seedFile && ownImageSeed(seedFile) });
  }

  /** Watches what the answer was made of; asks for the study's files, which the answer does not name. */
  async #afterwards(answer: Answer, failure: Failure | null): Promise<void> {
    const files = this.#files();
    if (failure?.file !== undefined && !this.#checkpoint.follows(failure.file)) files.push(failure.file);
    if (failure?.kind !== 'engine' && failure?.kind !== 'cancelled') {
      const outcome = await this.#host.reader.read(this.study, this.#closed.signal);
      if (outcome.ok) files.push(outcome.value.bankPath);
    }
    if (!this.#ofOlder(answer)) await this.#watched.watch(files);
  }

  #filesChanged(): void {
    if (refreshOnChange(this.image)) this.renew();
  }

  #take(message: PageMessage<FromImagePanel>): void {
    switch (message.type) {
      case 'classes':
        this.#target = { ...this.#target, classes: message.classes };
        void this.explain(true);
        break;
      case 'thumbnails':
        void this.#thumbnails.answer(message);
        break;
      case 'command':
        this.#host.onCommand(this, message.command);
        break;
      case 'writeBack':
      case 'endTrial':
      case 'showCode':
      case 'runTrial':
      case 'keepTrialBank':
        this.#host.onTrial(this, message);
        break;
      case 'openImage':
        this.#host.onOpenImage(this, message.image);
        break;
      case 'savePicture':
        void savePicture(dirname(this.image), message.name, message.png);
        break;
      case 'copyText':
        void copyText(message.text);
        break;
    }
  }

  /** A hidden page that VS Code keeps does nothing; what changed meanwhile is shown once it is in sight again. */
  #tellShown(): void {
    const shown = this.#panel.visible;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#page.post({ type: 'shown', shown });
    if (shown && this.#stale && this.#page.ready) void this.explain(true);
  }

  #pageReady(): void {
    this.#thumbnails.forgetPage();
    if (!this.#shown) this.#page.post({ type: 'shown', shown: false });
    this.#answer.times?.reached('page');
    if (this.#stale) void this.explain(false);
    else this.#page.post({ type: 'answer', messages: this.#answer.replay() });
    if (this.fresh) this.#page.post({ type: 'checkpoint', fresh: this.fresh });
    if (this.#progress) this.#page.post({ type: 'progress', progress: this.#progress });
    this.#tellWanted();
    this.#page.post(this.#trial.take());
    this.#seedPair.tell();
  }

  #tellWanted(): void {
    if (this.#wanted !== null) this.#page.post({ type: 'select', centre: this.#wanted });
    this.#wanted = null;
  }

  #dispose(): void {
    this.#closed.abort();
    this.#explaining?.abort();
    this.#thumbnails.forgetPage();
    this.#watched.dispose();
    this.#seedPair.dispose();
    this.#host.onClose(this);
  }
}
