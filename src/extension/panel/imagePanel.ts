/** One image's panel: what it shows and by which study, and what passes between its page and the rest. */
import { dirname } from 'node:path';
import type * as vscode from 'vscode';
import type {
  FreshCheckpoint,
  FromImagePanel,
  ImagePanelAction,
  ToImagePanel,
  Trial,
} from '../../protocol/imagePanel';
import type { Progress } from '../../protocol/progress';
import type { ComparedFolders, SeedPair } from '../../protocol/seedPair';
import type { StudyReference } from '../../protocol/study';
import type { StudyTrial } from '../../protocol/studyTrial';
import type { FollowedState } from '../follow/checkpointFollower';
import { followCheckpoint, refreshOnChange, runChoices } from '../settings';
import { isSameReference, withoutTrial } from '../study/studyReference';
import type { Answer } from './answer';
import type { ImagePanelHost, ImageTarget } from './imagePanelHost';
import { imagePanelPage } from './imagePanelPage';
import { PanelAnswer } from './panelAnswer';
import { PanelCheckpoint } from './panelCheckpoint';
import { PanelPicture } from './panelPicture';
import { PanelThumbnails } from './panelThumbnails';
import { PanelTrial } from './panelTrial';
import { PanelSeedPair } from './panelSeedPair';
import { savePicture } from './savePicture';
import { copyText } from '../copyText';
import type { PanelPage, PageMessage } from './panelPage';

export class ImagePanel {
  readonly #panel: vscode.WebviewPanel;
  readonly #host: ImagePanelHost;
  readonly #page: PanelPage<ToImagePanel, FromImagePanel>;
  readonly #checkpoint = new PanelCheckpoint();
  readonly #answer: PanelAnswer;
  readonly #seedPair: PanelSeedPair;
  readonly #thumbnails: PanelThumbnails;
  readonly #trial = new PanelTrial();
  readonly #picture: PanelPicture;
  #target: ImageTarget;
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
    this.#answer = new PanelAnswer(
      {
        ...host,
        target: () => this.#target,
        pageReady: () => this.#page.ready,
        post: (message) => this.#page.post(message),
        onChange: () => host.onChange(this),
        onTold: (message) => {
          if (message.type !== 'scale') this.#judgeCheckpoint();
          this.#picture.told(this.answer);
          host.onChange(this);
        },
        onGone: () => this.renew(),
        onFilesChanged: () => {
          if (refreshOnChange(this.image)) this.renew();
        },
      },
      this.#checkpoint,
    );
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
    this.#picture = new PanelPicture(
      host.pictures,
      () => ({ ...this.#target, choices: runChoices() }),
      () => this.#page.refill(),
    );
    panel.onDidDispose(() => this.#dispose());
    this.#page = imagePanelPage(panel, host, target, {
      onReady: () => this.#pageReady(),
      onMessage: (message) => this.#take(message),
      onGone: () => this.#thumbnails.forgetPage(),
      picture: this.#picture.coming,
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
    return this.#answer.known;
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

  /** The page's script runs. */
  get ready(): boolean {
    return this.#page.ready;
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
    this.#stale = false;
    await this.#answer.ask(keep);
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
    this.#answer.cancel();
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
    if (centre !== null) this.#picture.refuse();
    if (this.#page.ready) this.#tellWanted();
  }

  /**
   * Shows a value of the code beside the panel's own; null: none any more.
   * @param apply set the panel to it, once the page is there
   */
  showTrial(trial: Trial | null, apply: boolean): void {
    this.#trial.show(trial, apply);
    if (trial) this.#picture.refuse();
    if (this.#page.ready) this.#page.post(this.#trial.take());
  }

  /**
   * Compares the seeds that two folders have of the image.
   * @param show on the stage, with this class where it is named; null: as the page was before a reload
   */
  compareSeeds(folders: ComparedFolders, show: { readonly className: string | null } | null): void {
    this.#picture.refuse();
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

  /** Says that there is a new checkpoint, or goes over to it, as the person wishes. */
  #judgeCheckpoint(): void {
    const before = this.#checkpoint.fresh;
    const act = this.#checkpoint.judge(this.answer, this.study, followCheckpoint(this.image));
    if (act === 'renew') this.renew();
    else if (this.#checkpoint.fresh !== before) {
      this.#page.post({ type: 'checkpoint', fresh: this.#checkpoint.fresh });
      this.#host.onChange(this);
    }
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
      case 'openingPicture':
        void this.#picture.keep(message.request, message.picture);
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
    this.answer.times?.reached('page');
    if (this.#stale) void this.explain(false);
    else this.#page.post({ type: 'answer', messages: this.answer.replay() });
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
    this.#answer.dispose();
    this.#thumbnails.forgetPage();
    this.#seedPair.dispose();
    this.#host.onClose(this);
  }
}
