/** The page of a seed file: takes the host's messages and the person's wishes, and draws at most once per frame. */
import { html, nothing, render, type TemplateResult } from 'lit';
import type { Failure } from '../../protocol/failure';
import type { ReadAs, ShownSeed } from '../../protocol/seed';
import {
  seedEditorVersion,
  type FromSeedEditor,
  type SeedEditorCommand,
  type ToSeedEditor,
} from '../../protocol/seedEditor';
import { fitZoom } from '../shared/picture/viewport';
import { Pane, type PaneListener, type Pixel } from '../shared/picture/pane';
import { Announcer } from '../shared/announcer';
import type { Host } from '../shared/host';
import { icon } from '../shared/icons';
import { Kept } from '../shared/kept';
import { LateKeep } from '../shared/lateKeep';
import { classList } from './classList';
import { controls } from './controls';
import { facts } from './facts';
import { SeedLabels, SeedScene } from './model/seedScene';
import { restoreSeedView, type SeedView } from './model/seedView';
import { decodeFile, type DecodedFile } from '../shared/picture/decodeFile';
import { pictureOf, type SeedPicture } from './picture';
import { readout, spokenReading } from './readout';
import { stage } from './stage';

/** One press of a key. */
const thresholdStep = 0.01;
const zoomStep = 1.25;

export class SeedPage {
  #view: SeedView;
  #request = 0;
  #seed: ShownSeed | null = null;
  #decoded: DecodedFile | null = null;
  /** Why there is no picture although there is an image. */
  #withoutPicture: string | null = null;
  #failure: Failure | null = null;
  #busy = true;
  #cursor: Pixel | null = null;
  #frame = 0;
  readonly #labels = new SeedLabels();
  readonly #picture = new Kept<SeedPicture | null>();
  readonly #announcer = new Announcer();
  readonly #late: LateKeep;
  readonly #listener: PaneListener = {
    zoom: (zoom) => this.#change({ zoom }),
    activate: () => undefined,
    point: (cursor, byKey) => {
      this.#cursor = cursor;
      const scene = this.#scene();
      if (byKey && cursor && scene) this.#announcer.say(spokenReading(scene, this.#pictureOf(scene), cursor));
      this.#schedule();
    },
  };

  constructor(
    private readonly root: HTMLElement,
    private readonly host: Host<FromSeedEditor>,
  ) {
    this.#view = restoreSeedView(host.kept);
    this.#late = new LateKeep(() => host.keep(this.#view));
    root.append(this.#announcer.element);
    document.addEventListener('keydown', (event) => this.#onKey(event));
    this.#schedule();
    host.post({ type: 'ready', version: seedEditorVersion, readAs: this.#view.readAs });
  }

  receive(message: ToSeedEditor): void {
    if (message.type === 'opening') {
      this.#request = message.request;
      this.#busy = true;
    } else if (message.request === this.#request) this.#take(message);
    this.#schedule();
  }

  #take(message: Exclude<ToSeedEditor, { type: 'opening' }>): void {
    switch (message.type) {
      case 'seed':
        this.#seed = message.seed;
        this.#failure = null;
        this.#withoutPicture = null;
        this.#decoded = null;
        this.#cursor = null;
        this.#busy = message.seed.image !== null;
        break;
      case 'image':
        void this.#decode(message.file, message.request);
        break;
      case 'imageFailed':
        this.#withoutPicture = message.message;
        this.#busy = false;
        break;
      case 'failed':
        this.#failure = message.failure;
        this.#busy = false;
        break;
    }
  }

  async #decode(file: Uint8Array<ArrayBuffer>, request: number): Promise<void> {
    let decoded: DecodedFile | null = null;
    try {
      decoded = await decodeFile(file);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (request === this.#request)
        this.#withoutPicture = `${this.#seed?.image ?? 'The image'} cannot be shown here: ${why}`;
    }
    if (request !== this.#request) return;
    this.#decoded = decoded;
    this.#busy = false;
    this.#schedule();
  }

  #change(patch: Partial<SeedView>): void {
    this.#view = { ...this.#view, ...patch };
    this.#late.soon();
    this.#schedule();
  }

  #readAs(readAs: ReadAs): void {
    this.#change({ readAs, panes: [null, null] });
    this.host.post({ type: 'readAs', readAs });
  }

  #scene(): SeedScene | null {
    const seed = this.#seed;
    return seed && new SeedScene(seed, this.#view, this.#labels, this.#decoded);
  }

  #pictureOf({ size }: SeedScene): SeedPicture | null {
    return this.#picture.get([this.#decoded, size?.width, size?.height], () =>
      pictureOf(this.#decoded, size),
    );
  }

  #onKey(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT)$/.test(target.tagName)) return;
    const scene = this.#scene();
    const pane = target instanceof Pane ? target : this.root.querySelector('lpcam-pane');
    const zoomed = (factor: number) => {
      if (pane instanceof Pane) pane.zoomBy(factor);
    };
    const moved = (by: number) => {
      if (!scene?.thresholded) return;
      const threshold = Math.round((scene.threshold + by) * 1000) / 1000;
      this.#change({ threshold: Math.min(Math.max(threshold, 0), 1) });
    };
    const keys: Readonly<Record<string, () => void>> = {
      '+': () => zoomed(zoomStep),
      '=': () => zoomed(zoomStep),
      '-': () => zoomed(1 / zoomStep),
      '0': () => this.#change({ zoom: fitZoom }),
      '[': () => moved(-thresholdStep),
      ']': () => moved(thresholdStep),
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  #schedule(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#frame = 0;
    try {
      render(this.#page(), this.root, { renderBefore: this.#announcer.element });
    } catch (error) {
      // An error of ours goes to the log, and the person sees that there was one.
      const message = error instanceof Error ? error.message : String(error);
      this.host.post({ type: 'fault', message: error instanceof Error ? (error.stack ?? message) : message });
      render(this.#failed({ kind: 'internal', message }), this.root, {
        renderBefore: this.#announcer.element,
      });
    }
  }

  #page(): TemplateResult {
    const scene = this.#scene();
    return html`<div class="seed-page" data-testid="seed" data-busy=${this.#busy}>
      ${
        this.#failure
          ? this.#failed(this.#failure)
          : scene
            ? this.#content(scene)
            : html`<p class="hint" aria-busy="true" data-testid="opening">Reading the seed…</p>`
      }
    </div>`;
  }

  #content(scene: SeedScene): TemplateResult {
    const { seed } = scene;
    const picture = this.#pictureOf(scene);
    const parts = {
      scene,
      picture,
      cursor: this.#cursor,
      listener: this.#listener,
      choose: (which: 0 | 1, view: string) => {
        const panes: SeedView['panes'] = [...this.#view.panes];
        panes[which] = view;
        this.#change({ panes });
      },
    };
    const choose = (view: string) => this.#change({ panes: [view, this.#view.panes[1]] });
    return html`<header class="title">
        <h2 data-testid="id">${seed.id ?? 'Seed'}</h2>
        ${seed.study === null ? nothing : html`<span class="hint">study ${seed.study.name}</span>`}
        <span class="spring"></span>
        ${
          seed.study !== null && seed.image !== null
            ? this.#button('showActivationMaps', 'Show activation maps')
            : nothing
        }
        ${seed.study?.file == null ? nothing : this.#button('openStudyFile', 'Open study file')}
      </header>
      ${facts(seed, this.#warnings(scene, picture))}
      ${controls(scene, {
        change: (patch) => this.#change(patch),
        readAs: (readAs) => this.#readAs(readAs),
      })}
      ${stage(parts)} ${readout(scene, picture, this.#cursor)} ${classList(scene, choose)}`;
  }

  /** What the host found, and what only the decoded image tells. */
  #warnings({ seed }: SeedScene, picture: SeedPicture | null): readonly string[] {
    const { width, height, mask } = seed;
    const natural = picture?.natural ?? null;
    const found = [...seed.warnings];
    if (this.#withoutPicture !== null) found.push(this.#withoutPicture);
    const of = (size: { width: number; height: number }) => `${size.width} × ${size.height}`;
    if (natural !== null && width > 0 && (natural.width !== width || natural.height !== height))
      found.push(`The image is ${of(natural)}, the seed ${of(seed)}: the image is drawn at the seed’s size.`);
    if (mask !== null && width > 0 && (mask.width !== width || mask.height !== height))
      found.push(`The mask is ${of(mask)}, the seed ${of(seed)}: they cannot be compared.`);
    return found;
  }

  #button(command: SeedEditorCommand, text: string): TemplateResult {
    return html`<vscode-button
      appearance="secondary"
      data-testid=${command}
      @click=${() => this.host.post({ type: 'command', command })}
      >${text}</vscode-button
    >`;
  }

  #failed({ message, kind }: Failure): TemplateResult {
    return html`<section class="failure" role="alert" data-testid="failure" data-kind=${kind}>
      <h2>${icon('error')} This file could not be opened as a seed</h2>
      <p class="message">${message}</p>
      <div class="buttons">${this.#button('retry', 'Retry')} ${this.#button('showLog', 'Show log')}</div>
    </section>`;
  }
}
