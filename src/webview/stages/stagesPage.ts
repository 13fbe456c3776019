/** The stage strip: the image and its stages side by side, with one zoom and one cursor. */
import { html, nothing, render, type TemplateResult } from 'lit';
import type { Failure } from '../../protocol/failure';
import {
  stagesPanelVersion,
  type ComputedStages,
  type FromStagesPanel,
  type StageStrip,
  type ToStagesPanel,
} from '../../protocol/stages';
import type { StudyReference } from '../../protocol/study';
import { percent } from '../imagePanel/model/figureText';
import { Announcer } from '../shared/announcer';
import { styled } from '../shared/directives';
import type { Host } from '../shared/host';
import { icon } from '../shared/icons';
import { LateKeep } from '../shared/lateKeep';
import type { Pane, PaneListener, Pixel } from '../shared/picture/pane';
import { fitZoom } from '../shared/picture/viewport';
import { controls } from './controls';
import { className, StagePanes, stripClasses } from './model/stagePanes';
import { labelText, stagePixel } from './model/stageReading';
import { restoreStagesView, type StagesView } from './model/stagesView';
import { stripActionOf, type StripAction } from './shortcuts';
import { imagePane, stagePane } from './stagePane';
import type { Computing, Strip } from './strip';
import { performStrip } from './stripActions';
import { stripPicture, type StripPicture } from './stripPicture';

interface Computation {
  readonly request: number;
  readonly computing: Computing;
  readonly computed: ComputedStages | null;
}

const nothingComputed: Computation = { request: 0, computing: { state: 'none' }, computed: null };

type ComputationMessage = Extract<ToStagesPanel, { type: 'computing' | 'computed' | 'notComputed' }>;

function computationOf(message: ComputationMessage): Computation {
  const { request, type } = message;
  if (type === 'computing') return { request, computing: { state: 'busy' }, computed: null };
  if (type === 'computed') return { request, computing: { state: 'done' }, computed: message.computed };
  const { failure, untrusted } = message;
  return { request, computing: { state: 'failed', failure, untrusted }, computed: null };
}

export class StagesPage {
  #view: StagesView;
  #reference: StudyReference | null = null;
  #image: string | null = null;
  #request = 0;
  /** The request that what is shown belongs to. */
  #shown = 0;
  #strip: StageStrip | null = null;
  #computation: Computation = nothingComputed;
  #picture: StripPicture | null = null;
  #failure: Failure | null = null;
  #busy = true;
  #cursor: Pixel | null = null;
  #pane: Pane | null = null;
  #frame = 0;
  readonly #panes = new StagePanes();
  readonly #announcer = new Announcer();
  readonly #late = new LateKeep(() => this.#keep());
  readonly #listener: PaneListener = {
    zoom: (zoom) => this.#change({ zoom }),
    point: (pixel, byKey) => this.#point(pixel, byKey),
    activate: () => undefined,
  };

  constructor(
    private readonly root: HTMLElement,
    private readonly host: Host<FromStagesPanel>,
  ) {
    this.#view = restoreStagesView(host.kept);
    root.append(this.#announcer.element);
    document.addEventListener('keydown', (event) => {
      const action = stripActionOf(event);
      if (action === null) return;
      event.preventDefault();
      this.#act(action);
    });
    this.#schedule();
    host.post({ type: 'ready', version: stagesPanelVersion });
  }

  receive(message: ToStagesPanel): void {
    if (message.type === 'opening') this.#open(message);
    else if (message.request !== this.#request) return;
    else if (message.type === 'strip') void this.#show(message.strip, message.request);
    else if (message.type === 'failed') {
      this.#failure = message.failure;
      this.#busy = false;
      this.#announcer.say(message.failure.message);
    } else {
      this.#computation = computationOf(message);
      this.#say();
    }
    this.#schedule();
  }

  #open({ request, image, reference }: Extract<ToStagesPanel, { type: 'opening' }>): void {
    this.#request = request;
    this.#reference = reference;
    this.#image = image ?? this.#image;
    this.#failure = null;
    this.#busy = true;
    this.#keep();
  }

  /** Shows the strip together with its picture, so that no stage ever lies over another image. */
  async #show(strip: StageStrip, request: number): Promise<void> {
    const picture = await stripPicture(strip);
    if (request !== this.#request) return;
    if (strip.place.image !== this.#strip?.place.image) {
      this.#cursor = null;
      // The first strip after a reload keeps the zoom it had.
      if (this.#strip !== null) this.#view = { ...this.#view, zoom: fitZoom };
    }
    this.#strip = strip;
    this.#shown = request;
    this.#image = strip.place.image;
    this.#picture = picture;
    this.#busy = false;
    this.#keep();
    this.#say();
    this.#schedule();
  }

  #keep(): void {
    if (this.#reference === null || this.#image === null) return;
    const { version, image, reference } = {
      version: stagesPanelVersion,
      image: this.#image,
      reference: this.#reference,
    };
    this.host.keep({ ...this.#view, version, image, reference });
  }

  #change(patch: Partial<StagesView>): void {
    this.#view = { ...this.#view, ...patch };
    this.#late.soon();
    if (patch.threshold !== undefined || patch.ownThresholds !== undefined) this.#say();
    this.#schedule();
  }

  #point(pixel: Pixel | null, byKey: boolean): void {
    this.#cursor = pixel;
    this.#schedule();
    const scene = this.#scene();
    if (!byKey || pixel === null || !scene?.picture) return;
    const size = scene.picture.canvas;
    const parts = scene.panes.flatMap((pane) => {
      const at = stagePixel(pane, size, pixel, null);
      if (at === null) return [];
      return [`${pane.title} ${labelText(scene.strip.classNames, at.label, pane.name === 'groundTruth')}`];
    });
    this.#announcer.saySoon([`column ${pixel.column}, row ${pixel.row}`, ...parts].join(', '));
  }

  /** The image and its scores in a sentence, for those who hear it. */
  #say(): void {
    const scene = this.#scene();
    if (!scene) return;
    const { id, index, count } = scene.strip.place;
    const scores = scene.panes.flatMap(({ title, score }) =>
      score === null ? [] : [`${title} ${percent(score.mean)}`],
    );
    this.#announcer.saySoon(
      [`${id}${index === null ? '' : `, ${index + 1} of ${count}`}`, ...scores].join('. '),
    );
  }

  #act(action: StripAction): void {
    if (action === 'next' || action === 'previous') {
      if (this.#strip?.place[action] !== null) this.host.post({ type: 'step', to: action });
      return;
    }
    const scene = this.#scene();
    if (scene) performStrip(scene, action, this.#pane ?? this.root.querySelector<Pane>('lpcam-pane'));
  }

  #scene(): Strip | null {
    const strip = this.#strip;
    if (strip === null) return null;
    // Maps of another reading do not belong to these files.
    const { computing, computed } =
      this.#computation.request === this.#shown ? this.#computation : nothingComputed;
    const panes = this.#panes.make(strip, computed, this.#view);
    const classes = stripClasses(strip, panes);
    const named = classes.find((index) => className(strip.classNames, index) === this.#view.className);
    return {
      strip,
      picture: this.#picture,
      panes,
      classes,
      classIndex: named ?? classes[0] ?? null,
      view: this.#view,
      cursor: this.#cursor,
      computing,
      lpcamFault: computed?.lpcamFault ?? null,
      predicted: computed?.predicted ?? false,
      busy: this.#busy,
      listener: this.#listener,
      change: (patch) => this.#change(patch),
      act: (action) => this.#act(action),
      go: (place) => this.host.post({ type: 'go', place }),
      openStage: (stage) => this.host.post({ type: 'openStage', stage }),
      command: (command) => this.host.post({ type: 'command', command }),
      enter: (pane) => (this.#pane = pane),
    };
  }

  #schedule(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#frame = 0;
    const scene = this.#scene();
    const content = html`<div
      class="stages"
      data-testid="stages"
      data-busy=${this.#busy}
      data-computing=${scene?.computing.state ?? 'none'}
    >
      ${this.#failure ? this.#failureView(this.#failure) : nothing}
      ${
        scene
          ? html`${controls(scene)}
              <div class="strip" data-testid="strip" ${styled({ '--pane': `${this.#view.paneWidth}px` })}>
                ${imagePane(scene)} ${scene.panes.map((pane) => stagePane(scene, pane))}
              </div>`
          : this.#busy
            ? html`<p class="hint opening" data-testid="stages-opening" aria-busy="true">
                Reading the stages…
              </p>`
            : nothing
      }
    </div>`;
    render(content, this.root, { renderBefore: this.#announcer.element });
  }

  #failureView({ message }: Failure): TemplateResult {
    const button = (command: 'retry' | 'openStudyFile' | 'showLog', text: string, secondary: boolean) =>
      html`<vscode-button
        appearance=${secondary ? 'secondary' : 'primary'}
        data-testid=${command}
        @click=${() => this.host.post({ type: 'command', command })}
        >${text}</vscode-button
      >`;
    return html`<section class="failure" role="alert" data-testid="failure">
      <h2>${icon('error')} The stages could not be read</h2>
      <p class="message">${message}</p>
      <div class="buttons">
        ${button('retry', 'Retry', false)} ${button('openStudyFile', 'Open study file', true)}
        ${button('showLog', 'Show log', true)}
      </div>
    </section>`;
  }
}
