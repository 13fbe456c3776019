/**
 * The image panel: takes the host's messages and the person's wishes, and draws at most once per frame. Everything
 * it shows follows from three values: what arrived (`PanelState`), what the person chose (`ViewState`, kept over a
 * reload) and what lasts a moment.
 */
import { nothing, render } from 'lit';
import type { Patch } from '../../lpcam/bank';
import {
  imagePanelVersion,
  type FromImagePanel,
  type ImagePanelAction,
  type ToImagePanel,
} from '../../protocol/imagePanel';
import type { Host } from '../shared/host';
import { perform } from './actions';
import { Announcer } from '../shared/announcer';
import { afterPaint } from '../shared/whenIdle';
import { shownPatches, type CardSurroundings } from './card';
import { Choices } from './choices';
import { Crops } from './crops';
import { ExactKeeper, type Exact } from './exact/exactKeeper';
import { pageLink, workerLink } from './exact/link';
import { spokenFigures } from './figuresTable';
import { Exports } from './exports';
import { Frames } from './frames';
import { noFigures } from './model/figures';
import { emptyPanelState, receive, type PanelState, type StateMessage } from './model/panelState';
import { inStripOrder, switchOnly, switchPrototype } from './model/prototypes';
import { readPixel } from './model/reading';
import type { Scene } from './model/scene';
import { sceneNotices } from './model/sceneNotices';
import { shownSize } from './model/shownSize';
import { besideTrial } from './model/trial';
import { onGpuChange, pageGpu } from '../shared/picture/gpu/pageGpu';
import { activePane, activeView, type PaneIndex } from './model/panes';
import type { ViewName } from './model/viewState';
import { markOpening, markShown } from './openingMarks';
import { OpeningPictureMaker } from './openingPicture';
import { LateNotices } from './lateNotices';
import { page } from './page';
import { releasePageGpu } from '../shared/picture/gpu/pageGpu';
import { Pane, type PaneListener } from '../shared/picture/pane';
import type { Command, Momentary, Panel } from './panel';
import { spokenReading } from './readout';
import { SceneMaker } from './sceneMaker';
import type { StageListeners } from './stage';
import { actionOf } from './shortcuts';
import { TrialKeeper } from './trialKeeper';
import { VisibleCards } from './visibleCards';

/** Panels at least this wide show two panes unless the person says otherwise. */
const splitFrom = 700;

export class ImagePanel {
  #state: PanelState = emptyPanelState;
  #momentary: Momentary = {
    cursor: null,
    reading: null,
    helpOpen: false,
    pickerOpen: false,
    filter: '',
    picked: 0,
    gatesOpen: false,
    notesOpen: false,
  };
  /** Of the page; whoever asks for it in a frame has the page laid out in the middle of it. */
  #width: number;
  #scene: Scene | null = null;
  #exact: Exact | null = null;
  /** A centre that somebody outside wants to see, until the image's centres are known. */
  #wanted: number | null = null;
  /** Maps are on the stage: what belongs to them can follow. */
  #painted = false;
  readonly #notices = new LateNotices();
  readonly #frames = new Frames(() => this.#draw());
  readonly #exports: Exports;
  readonly #scenes = new SceneMaker();
  readonly #choices: Choices;
  readonly #exactKeeper: ExactKeeper;
  readonly #crops: Crops;
  readonly #cards = new VisibleCards((id) => this.#wantCrops(id));
  readonly #tried = new TrialKeeper();
  readonly #announcer = new Announcer();
  readonly #picture: OpeningPictureMaker;
  readonly #listeners: StageListeners;

  constructor(
    private readonly root: HTMLElement,
    private readonly host: Host<FromImagePanel>,
  ) {
    this.#choices = new Choices(host, () => this.#frames.schedule());
    this.#exports = new Exports(
      host,
      () => ({
        scene: this.#scene,
        exact: this.#exact,
        picture: this.#scenes.picture?.canvas ?? null,
        view: activeView(this.#choices.view),
      }),
      (error) => this.#fault(error),
    );
    this.#picture = new OpeningPictureMaker(root, host);
    this.#width = root.clientWidth;
    this.#exactKeeper = new ExactKeeper(
      (listener) => workerLink(new URL('imagePanelWorker.js', import.meta.url), listener),
      pageLink,
      () => this.#frames.schedule(),
      (message) => host.post({ type: 'fault', message }),
    );
    this.#crops = new Crops(
      (message) => host.post(message),
      () => this.#frames.schedule(),
    );
    this.#listeners = [this.#listener(0), this.#listener(1), this.#listener(2)];
    root.append(this.#announcer.element);
    new ResizeObserver(() => {
      this.#width = root.clientWidth;
      this.#frames.schedule();
    }).observe(root);
    onGpuChange(() => this.#frames.schedule());
    document.addEventListener('keydown', (event) => this.#onKey(event));
    // The age of a new checkpoint grows while nothing else happens.
    setInterval(() => this.#state.fresh && this.#frames.schedule(), 30_000);
    markOpening('script');
    host.post({ type: 'ready', version: imagePanelVersion });
  }

  receive(message: ToImagePanel): void {
    markOpening('message');
    this.#frames.begin();
    switch (message.type) {
      case 'answer':
        for (const one of message.messages) this.#take(one);
        return;
      case 'thumbnails':
        this.#crops.receive(message);
        return;
      case 'act':
        this.#act(message.action);
        return;
      case 'select':
        this.#wanted = message.centre;
        this.#selectWanted();
        return;
      case 'trial':
        this.#tried.receive(message);
        this.#choices.keepCode(message.trial?.source ?? null);
        this.#frames.schedule();
        return;
      case 'shown':
        this.#sight(message.shown);
        return;
      case 'opening':
      case 'header':
      case 'scale':
      case 'done':
      case 'failed':
      case 'progress':
      case 'seedFile':
      case 'checkpoint':
      case 'seedPair':
        this.#take(message);
    }
  }

  #take(message: StateMessage): void {
    const before = this.#state;
    try {
      this.#state = receive(before, message);
    } catch (error) {
      this.#fault(error);
      return;
    }
    // Another image starts without a cursor.
    if (message.type === 'opening' && this.#state !== before && this.#choices.open(message))
      this.#momentary = { ...this.#momentary, cursor: null, reading: null };
    if (message.type === 'seedPair') this.#choices.compare(message);
    const header = this.#state.explanation?.header;
    if (header && header !== before.explanation?.header) {
      if (this.#choices.meet(header)) this.#crops.clear();
      this.#selectWanted();
    }
    this.#frames.schedule();
  }

  #selectWanted(): void {
    const { explanation, pending } = this.#state;
    if (this.#wanted === null || !explanation || pending) return;
    const centre = this.#wanted;
    this.#wanted = null;
    this.#choices.show(centre, explanation.header);
  }

  #listener(which: PaneIndex): PaneListener {
    return {
      zoom: (zoom) => this.#choices.change({ zoom }),
      activate: () => {
        if (activePane(this.#choices.view) !== which && this.#panel().split)
          this.#choices.change({ active: which });
      },
      point: (cursor, byKey) => {
        this.#note({ cursor });
        const scene = this.#scene;
        if (!byKey || !scene || !cursor) return;
        const reading = readPixel(scene, cursor.row, cursor.column);
        this.#announcer.say(spokenReading(reading, scene.header.classNames));
      },
    };
  }

  #note(patch: Partial<Momentary>): void {
    this.#momentary = { ...this.#momentary, ...patch };
    this.#frames.schedule();
  }

  #onKey(event: KeyboardEvent): void {
    if (this.#momentary.helpOpen) return;
    if (event.key === 'Escape' && this.#choices.view.selected !== null && !event.defaultPrevented) {
      this.#choices.select(null);
      return;
    }
    const action = actionOf(event);
    if (!action) return;
    event.preventDefault();
    this.#act(action);
  }

  #act(action: ImagePanelAction): void {
    perform(this.#panel(), action, {
      zoomBy: (factor) => {
        const pane = this.root.querySelector(`#pane-${activePane(this.#choices.view)} lpcam-pane`);
        if (pane instanceof Pane) pane.zoomBy(factor);
      },
      savePicture: () => this.#exports.savePicture(),
      copyFigures: () => this.#exports.copyFigures(),
    });
  }

  #wantCrops(id: number): void {
    const scene = this.#scene;
    const prototype = scene && inStripOrder(scene.active).find(({ centre }) => centre.id === id);
    if (!prototype) return;
    // Four feature positions across: the patch and what is around it.
    const crop = Math.min(Math.max((scene.header.stride ?? 16) * 4, 32), 1024);
    this.#crops.want(shownPatches(prototype), crop);
  }

  /** Hidden behind another tab the page keeps what it drew last, and nothing that can be made again. */
  #sight(shown: boolean): void {
    if (!this.#frames.sight(shown)) return;
    if (shown) {
      afterPaint(markShown);
      return;
    }
    for (const pane of this.#panes()) pane.rest();
    releasePageGpu();
    this.#scenes.rest();
    if (this.#exactKeeper.rest()) this.#frames.schedule();
  }

  #draw(): void {
    try {
      this.#prepare();
      this.#applyTrial();
      const scene = this.#scene;
      const notices = scene ? besideTrial(sceneNotices(scene), this.#tried.trial) : [];
      if (this.#notices.tell(notices, this.#painted)) this.#frames.schedule();
      const panel = this.#panel();
      render(page(panel, this.#listeners, this.#surroundings()), this.root, {
        renderBefore: this.#announcer.element,
      });
      for (const pane of this.#panes()) pane.flush();
      this.#picture.drawn(panel, this.#choices.touched);
      if (this.#scene?.hasMaps && !this.#painted) {
        this.#painted = true;
        afterPaint(() => {
          markOpening('map');
          this.#frames.schedule();
        });
      }
      this.#exactKeeper.sweep();
      this.#exports.sweep();
      if (!panel.figures.stale) this.#announcer.saySoon(spokenFigures(panel));
    } catch (error) {
      this.#fault(error);
    }
  }

  #panes(): readonly Pane[] {
    return [...this.root.querySelectorAll('lpcam-pane')].filter((element) => element instanceof Pane);
  }

  /** Brings scene, picture and reading up to date with state and choices. */
  #prepare(): void {
    const { explanation } = this.#state;
    if (!explanation) {
      this.#scene = null;
      this.#exact = null;
      this.#scenes.clear();
      this.#exactKeeper.clear();
      return;
    }
    const { header } = explanation;
    const size = shownSize(header.image, pageGpu() ? 'gpu' : 'processor');
    this.#scene = this.#scenes.make(explanation, this.#choices.view, size, this.#state);
    this.#exact =
      this.#scene.hasMaps && !this.#painted ? null : this.#exactKeeper.of(this.#scene, this.#shownViews());
    const { cursor } = this.#momentary;
    const inside = cursor && cursor.row < header.image.height && cursor.column < header.image.width;
    const reading = inside ? readPixel(this.#scene, cursor.row, cursor.column) : null;
    this.#momentary = { ...this.#momentary, reading };
  }

  /** Sets the panel to the value of the code, as the person's own choice. */
  #applyTrial(): void {
    const tried = this.#tried.take(this.#scene);
    if (!tried) return;
    this.#choices.change(tried);
    if (this.#tried.ofGates) this.#note({ gatesOpen: true });
    this.#prepare();
  }

  get #split(): boolean {
    const wide = this.#width >= splitFrom && Boolean(this.#scene?.header.bank);
    return this.#choices.view.split ?? wide;
  }

  /** The views on the stage. */
  #shownViews(): readonly ViewName[] {
    return this.#split ? this.#choices.view.panes : [activeView(this.#choices.view)];
  }

  #panel(): Panel {
    const scene = this.#scene;
    return {
      state: this.#state,
      view: this.#choices.view,
      scene,
      exact: this.#exact,
      momentary: this.#momentary,
      figures: this.#exact?.figures ?? noFigures,
      notices: scene ? this.#notices.shown : [],
      split: this.#split,
      picture: this.#scenes.picture?.canvas ?? null,
      painted: this.#painted,
      change: (patch) => this.#choices.change(patch),
      note: (patch) => this.#note(patch),
      act: (action) => this.#act(action),
      command: (command: Command) => this.host.post({ type: 'command', command }),
      askClasses: (classes) => this.#askClasses(classes),
      select: (prototype) => this.#choices.select(prototype),
      toggle: (prototype) =>
        this.#choices.change({
          switches: switchPrototype(this.#choices.view.switches, prototype, !prototype.on),
        }),
      only: (prototype) => {
        const active = this.#scene?.active;
        if (active)
          this.#choices.change({ switches: switchOnly(this.#choices.view.switches, active, prototype) });
      },
      trial: this.#tried.trial,
      tellCode: (message) => this.host.post(message),
      openImage: (image) => this.host.post({ type: 'openImage', image }),
      crop: (patch: Patch) => this.#crops.get(patch),
    };
  }

  #askClasses(classes: readonly string[] | null): void {
    this.#choices.keepClasses(classes);
    this.host.post({ type: 'classes', classes: classes && [...classes] });
  }

  #surroundings(): CardSurroundings {
    const { reading } = this.#momentary;
    return {
      miniature: this.#scenes.picture?.miniature ?? null,
      range: this.#scene?.similarityRange ?? { low: 0, high: 1, signed: false },
      near: new Set(reading?.best.map(({ prototype }) => prototype.centre.id)),
      watch: this.#cards.watch,
    };
  }

  /** An error of ours goes to the log, and the person sees that there was one. */
  #fault(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.host.post({ type: 'fault', message: error instanceof Error ? (error.stack ?? message) : message });
    this.#state = { ...this.#state, failure: { kind: 'internal', message } };
    try {
      // Only the failure, should the rest of the page be at fault.
      this.#scene = null;
      render(page({ ...this.#panel(), scene: null }, this.#listeners, this.#surroundings()), this.root, {
        renderBefore: this.#announcer.element,
      });
    } catch {
      render(nothing, this.root, { renderBefore: this.#announcer.element });
      this.#announcer.say(message);
    }
  }
}
