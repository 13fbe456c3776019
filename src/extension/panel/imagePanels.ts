/** All image panels: one per image, side by side with the code, the same again after a reload. */
import * as vscode from 'vscode';
import { imagePanelStateSchema, imagePanelViewType } from '../../protocol/imagePanel';
import type { Progress } from '../../protocol/progress';
import type { StudyReference } from '../../protocol/study';
import type { EngineState } from '../client/engineClient';
import { isSameReference, studyKey, studyOfState, withoutTrial } from '../study/studyReference';
import type { DiskCopy } from '../virtual/diskCopies';
import { ImagePanel } from './imagePanel';
import type { ImagePanelHost, ImageTarget } from './imagePanelHost';
import { panelTitle } from './imagePanelPage';
import { OpeningPictures } from './openingPictures';

/** Panels open at once whose pages outlive another tab; docs/benchmarks.md tells what one holds while it is hidden. */
const mostRetained = 8;

/** Bytes of pictures that closed panels leave behind: some 60 panels of a third of a wide window each. */
const keptPictures = 32 * 2 ** 20;

type Options = Omit<ImagePanelHost, 'onChange' | 'onClose' | 'pictures'>;

export class ImagePanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  readonly #host: ImagePanelHost;
  readonly #panels: ImagePanel[] = [];
  /** Panels that say that the engine is starting. */
  readonly #waiting = new Set<ImagePanel>();
  /** Of images that are not on disk. */
  readonly #copies = new Map<ImagePanel, DiskCopy>();
  #lastImage: string | null = null;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposables: readonly { dispose(): unknown }[];

  /** A panel was opened, closed, moved to the front or told something. */
  readonly onDidChange = this.#changed.event;

  constructor(options: Options) {
    this.#host = {
      ...options,
      pictures: new OpeningPictures(keptPictures),
      onChange: (panel) => {
        if (panel.visible) this.#lastImage = panel.image;
        this.#changed.fire();
      },
      onClose: (panel) => {
        this.#panels.splice(this.#panels.indexOf(panel), 1);
        this.#waiting.delete(panel);
        this.#copies.get(panel)?.dispose();
        this.#copies.delete(panel);
        this.#changed.fire();
      },
    };
    this.#disposables = [
      this.#changed,
      options.engine.onState((state) => this.#engineState(state)),
      vscode.window.registerWebviewPanelSerializer(imagePanelViewType, this),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.refreshAll()),
    ];
  }

  get all(): readonly ImagePanel[] {
    return this.#panels;
  }

  /** The image that is in sight, or was last, even if its panel is closed. */
  get lastImage(): string | null {
    return this.shown?.image ?? this.#lastImage;
  }

  /** The panel the person is in. */
  get active(): ImagePanel | undefined {
    return this.#panels.find((panel) => panel.active);
  }

  /** The panel the person is in, else one that is in sight. */
  get shown(): ImagePanel | undefined {
    return this.active ?? this.#panels.find((panel) => panel.visible);
  }

  /**
   * Shows an image: in its panel where it has one, else beside the code, where other panels are.
   *
   * @param focus false: the person stays where they are, and further panels open beside the same place
   */
  open(target: ImageTarget, focus = true): ImagePanel {
    const existing = this.#panels.find((panel) => panel.image === target.image);
    if (existing) {
      existing.reveal(focus);
      // What is tried in the panel stays when somebody only opens the image again.
      const shown = target.study.trial === undefined ? withoutTrial(existing.study) : existing.study;
      if (!isSameReference(shown, target.study)) existing.useStudy(target.study);
      else if (existing.answer.failure !== null) void existing.explain(false);
      return existing;
    }
    const place = { viewColumn: this.#column(), preserveFocus: !focus };
    const panel = vscode.window.createWebviewPanel(imagePanelViewType, panelTitle(target.image), place, {
      // Shown again it is there at once. Hidden it rests, but still holds memory.
      retainContextWhenHidden: this.#panels.length < mostRetained,
    });
    return this.#add(panel, target);
  }

  /**
   * Shows an image that is not on disk, by a copy that goes with its panel.
   * @throws DiskCopyError
   */
  async openVirtual(uri: vscode.Uri, study: StudyReference, focus = true): Promise<void> {
    const copy = await this.#broughtCopy(uri);
    const panel = this.open({ image: copy.path, origin: uri.toString(), study, classes: null }, focus);
    if (this.#copies.has(panel)) copy.dispose();
    else this.#copies.set(panel, copy);
  }

  /** A panel from before a reload. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, raw: unknown): Promise<void> {
    const state = imagePanelStateSchema.safeParse(raw);
    const study = state.success ? studyOfState(state.data) : null;
    if (!state.success || !study) {
      this.#host.log('warn', 'A panel could not be restored: it does not say what it showed.');
      panel.dispose();
      return;
    }
    const { image, origin, classes, compared, code } = state.data;
    let copy: DiskCopy | null = null;
    try {
      copy = origin === undefined ? null : await this.#broughtCopy(vscode.Uri.parse(origin, true));
    } catch (error) {
      this.#host.log('warn', `A panel could not be restored: ${String(error)}`);
      panel.dispose();
      return;
    }
    const from = origin === undefined ? {} : { origin };
    const restored = this.#add(panel, { image: copy?.path ?? image, ...from, study, classes });
    if (copy) this.#copies.set(restored, copy);
    if (compared) restored.compareSeeds(compared, null);
    if (code !== undefined || study.trial !== undefined) this.#host.onRestoredTrial(restored, code ?? null);
  }

  /** The panel watches the copy as any other image. */
  async #broughtCopy(uri: vscode.Uri): Promise<DiskCopy> {
    const copy = this.#host.copies.hold(uri, () => {
      copy.bring().catch((error: unknown) => this.#host.log('warn', String(error)));
    });
    try {
      await copy.bring();
      return copy;
    } catch (error) {
      copy.dispose();
      throw error;
    }
  }

  /** Panels of a study. */
  of(study: StudyReference): readonly ImagePanel[] {
    return this.#panels.filter((panel) => studyKey(panel.study) === studyKey(study));
  }

  showProgress(study: StudyReference, progress: Progress | null): void {
    for (const panel of this.of(study)) panel.showProgress(progress);
  }

  refresh(study: StudyReference): void {
    for (const panel of this.of(study)) panel.renew();
  }

  refreshAll(): void {
    for (const panel of this.#panels) panel.refresh();
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #add(webviewPanel: vscode.WebviewPanel, target: ImageTarget): ImagePanel {
    const panel = new ImagePanel(webviewPanel, this.#host, target);
    this.#panels.push(panel);
    void panel.explain(false);
    return panel;
  }

  /**
   * Among other panels, also where another tab hides them, so that many images need no more than two columns; else
   * beside the code. Panels that the code itself hides are no place: the new one would hide the code.
   */
  #column(): vscode.ViewColumn {
    const code = vscode.window.activeTextEditor?.viewColumn;
    const among =
      this.#panels.find((panel) => panel.visible) ??
      this.#panels.find(({ column }) => column !== undefined && column !== code);
    return among?.column ?? vscode.ViewColumn.Beside;
  }

  /** Starting takes a moment, and longer after a crash: the panels that wait say so until it runs. */
  #engineState(state: EngineState): void {
    if (state === 'starting' || state === 'waiting') {
      for (const panel of this.#panels.filter(({ answer }) => !answer.finished)) {
        this.#waiting.add(panel);
        panel.showProgress({ stage: 'Starting the engine', done: 0, total: 0 });
      }
      return;
    }
    // Those that got their answer meanwhile, as a crash's culprit does, are told as well.
    for (const panel of this.#waiting) panel.showProgress(null);
    this.#waiting.clear();
  }
}
