/**
 * The overview, the checkpoint editor's third page: all classes of a bank at once. It sees the bank as the gallery does
 * (gates and marks are the same on both pages), asks where the centres lie, and draws at most once per frame.
 *
 * Test ids (`data-testid`), stable for end-to-end tests: `overview` (+ `data-busy`), `overview-opening`,
 * `overview-failure` with `overview-retry`; `overview-plane` with `plane` (+ `data-points`), `explained`, `pointed`
 * (+ `data-id`), `fate-KIND`, `overview-highlight`, `overview-vectors`, `open-ID`; `overview-affinity` with `affinity`,
 * `affinity-reading`, `affinity-pair` (+ `data-first`, `data-second`), `affinity-pairs`; `overview-context` with
 * `context-threshold` (also `-value`), `context-count`, `context-groups`, `context-group-ID`, `context-ID`,
 * `context-none`, `context-more`. Cards, gates and messages are the gallery's.
 */
import './overview.css';
import { html, nothing, render, type TemplateResult } from 'lit';
import type { FromCheckpointEditor } from '../../protocol/checkpointEditor';
import type { Failure } from '../../protocol/failure';
import type { BankGeometry, ToOverview } from '../../protocol/overview';
import type { ClassPair } from '../checkpoint/model/cosines';
import type { EditorPage } from '../checkpoint/page';
import { patchColumns, patchesShown, sizeVariables } from '../gallery/cardSize';
import type { Gallery } from '../gallery/gallery';
import { galleryGates } from '../gallery/galleryGates';
import { bankNotices, failureView, markFailureView, withoutBank } from '../gallery/messages';
import { Announcer } from '../shared/announcer';
import { styled } from '../shared/directives';
import type { Host } from '../shared/host';
import { icon } from '../shared/icons';
import { progressBar } from '../shared/progressBar';
import { LateKeep } from '../shared/lateKeep';
import { affinitySection, readCell } from './affinitySection';
import { contextSection, membersShown } from './contextSection';
import { OverviewSceneMaker } from './model/overviewScene';
import { fitOverview, restoreOverviewView, type OverviewView } from './model/overviewView';
import type { Overview } from './overview';
import { planeSection } from './planeSection';
import { themeColours } from './themeColours';

const groupStep = 12;
/** Room beside the plane that the card of the centre takes. */
const cardRoom = 260;
const wide = 760;
const tallest = 460;

export interface OverviewSurroundings {
  /** The bank as the gallery shows it. */
  readonly gallery: () => Gallery;
  /** Shows a centre in the gallery. */
  readonly open: (identity: string, centre: number) => void;
}

export class OverviewPage implements EditorPage {
  #view: OverviewView;
  #geometry: BankGeometry | null = null;
  /** Why the geometry of this bank is not there. */
  #failure: { readonly identity: string; readonly failure: Failure } | null = null;
  /** Identity of the bank whose geometry was asked for. */
  #asked: string | null = null;
  #cell: ClassPair | null = null;
  #groupsShown = groupStep;
  #unfolded: ReadonlySet<number> = new Set();
  #visible = false;
  #placed = false;
  #frame = 0;
  readonly #lateKeep = new LateKeep(() => this.#keep());
  readonly #scenes = new OverviewSceneMaker();
  readonly #announcer = new Announcer();

  constructor(
    private readonly root: HTMLElement,
    private readonly host: Host<FromCheckpointEditor>,
    private readonly around: OverviewSurroundings,
  ) {
    this.#view = restoreOverviewView(host.kept);
    root.append(this.#announcer.element);
    root.addEventListener('scroll', () => this.#onScroll());
    new ResizeObserver(() => this.#schedule()).observe(root);
    // Canvases take the theme's colours when they are drawn.
    new MutationObserver(() => this.#schedule()).observe(document.body, {
      attributes: true,
      attributeFilter: ['class'],
    });
  }

  setVisible(visible: boolean): void {
    if (visible && !this.#visible) {
      this.host.post({ type: 'gallery.ready' });
      this.#placed = false;
    }
    this.#visible = visible;
    this.#schedule();
  }

  /** What the gallery tells may be another. */
  bankChanged(): void {
    this.#schedule();
  }

  receive(message: ToOverview): void {
    if (message.type === 'overview.geometry') {
      this.#geometry = message.geometry;
      this.#failure = null;
    } else this.#failure = message;
    this.#schedule();
  }

  /** Asks for the geometry of the bank that is shown, once. */
  #ask(identity: string): void {
    if (this.#geometry?.identity === identity || this.#asked === identity) return;
    this.#asked = identity;
    this.#failure = null;
    this.host.post({ type: 'overview.geometry', identity });
  }

  #change(patch: Partial<OverviewView>): void {
    if (patch.threshold !== undefined) this.#groupsShown = groupStep;
    this.#view = { ...this.#view, ...patch };
    this.#lateKeep.soon();
    this.#schedule();
  }

  #keep(): void {
    // Before the bank is there, nothing was chosen that the kept state does not say better.
    if (this.#view.bank !== null) this.host.keep(this.#view);
  }

  #onScroll(): void {
    if (!this.#placed) return;
    this.#view = { ...this.#view, top: this.root.scrollTop };
    this.#lateKeep.soon();
  }

  #schedule(): void {
    if (this.#visible && this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  /** A key begins where the one before it led to, even when both come within a frame. */
  #drawNow(): void {
    cancelAnimationFrame(this.#frame);
    this.#draw();
  }

  #draw(): void {
    this.#frame = 0;
    if (!this.#visible) return;
    const gallery = this.around.gallery();
    try {
      const identity = gallery.opened?.bank?.identity ?? null;
      if (identity !== null) {
        this.#view = fitOverview(this.#view, identity);
        this.#ask(identity);
      }
      const overview = this.#overview(gallery, identity);
      render(this.#page(gallery, overview), this.root, { renderBefore: this.#announcer.element });
      if (!overview) return;
      gallery.wantPictures(picturesOf(overview));
      if (!this.#placed) {
        this.#placed = true;
        this.root.scrollTop = this.#view.top;
      }
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.host.post({ type: 'fault', message });
      const failure: Failure = { kind: 'internal', message: message.split('\n')[0] ?? message };
      render(this.#frameOf(failureView(gallery, failure)), this.root, {
        renderBefore: this.#announcer.element,
      });
    }
  }

  /** Null until everything is there. */
  #overview(gallery: Gallery, identity: string | null): Overview | null {
    const { gated } = gallery;
    const geometry = this.#geometry;
    if (!gated || !geometry || geometry.identity !== identity) return null;
    const width = this.root.clientWidth;
    const planeWidth = Math.max(280, Math.min(900, width - 32 - (width >= wide ? cardRoom : 0)));
    const size = {
      width: planeWidth,
      height: Math.min(tallest, Math.max(300, Math.round(planeWidth * 0.72))),
    };
    const scene = this.#scenes.make(gated, geometry, this.#view, size);
    return {
      ...scene,
      gallery,
      gated,
      geometry,
      view: this.#view,
      colours: themeColours(this.root),
      width,
      pointed: this.#view.centre,
      cell: this.#cell,
      groupsShown: this.#groupsShown,
      unfolded: this.#unfolded,
      change: (patch) => this.#change(patch),
      point: (centre, byKey) => this.#point(centre, byKey),
      pointCell: (cell, byKey) => {
        this.#cell = cell;
        this.#schedule();
        if (!cell || !byKey || !scene.affinity) return;
        this.#announcer.say(readCell(scene.affinity, cell));
        this.#drawNow();
      },
      open: (centre) => {
        this.#change({ centre });
        this.around.open(geometry.identity, centre);
      },
      showMoreGroups: () => {
        this.#groupsShown += groupStep;
        this.#schedule();
      },
      unfold: (group) => {
        this.#unfolded = new Set([...this.#unfolded, group]);
        this.#schedule();
      },
    };
  }

  #point(centre: number | null, byKey: boolean): void {
    if (centre !== this.#view.centre) this.#change({ centre });
    if (!byKey) return;
    const one = this.around.gallery().gated?.centres.find((other) => other.centre.id === centre);
    if (one)
      this.#announcer.say(
        `Centre ${one.centre.id} of ${one.className}, ${one.centre.set}: ${one.fate.reason}`,
      );
    this.#drawNow();
  }

  #frameOf(content: unknown): TemplateResult {
    return html`<div class="gallery overview" data-testid="overview" ${styled(sizeVariables)}>
      ${content}
    </div>`;
  }

  #page(gallery: Gallery, overview: Overview | null): TemplateResult {
    const { gated, failure, opened } = gallery;
    const own = this.#failure?.identity === opened?.bank?.identity ? this.#failure : null;
    return this.#frameOf(html`
      ${gated ? html`<header>${galleryGates(gallery, gated.counts)}</header>` : nothing}
      <div class="messages">
        ${progressBar(gallery.progress, () => gallery.command('cancel'))}${failure ? failureView(gallery, failure) : nothing}
        ${markFailureView(gallery)}${bankNotices(gallery)}${own ? this.#geometryFailure(own.failure) : nothing}
      </div>
      ${
        overview
          ? overview.centres.size === 0
            ? html`<section class="no-centres"><h2>The bank holds no centres</h2></section>`
            : html`${planeSection(overview)} ${affinitySection(overview)} ${contextSection(overview)}`
          : opened && !gated
            ? withoutBank(gallery)
            : failure || own
              ? nothing
              : opening()
      }
    `);
  }

  #geometryFailure({ message }: Failure): TemplateResult {
    return html`<section class="failure" role="alert" data-testid="overview-failure">
      <h2>${icon('error')} The centres could not be compared</h2>
      <p class="message">${message}</p>
      <div class="buttons">
        <vscode-button
          data-testid="overview-retry"
          @click=${() => {
            this.#asked = null;
            this.#failure = null;
            this.around.gallery().command('retry');
            this.#schedule();
          }}
          >Retry</vscode-button
        >
        <vscode-button appearance="secondary" @click=${() => this.around.gallery().command('showLog')}
          >Show log</vscode-button
        >
      </div>
    </section>`;
  }
}

/** Patches of what is shown: what the person points at first. */
function picturesOf({ centres, pointed, view, affinity, recurring, groupsShown, unfolded }: Overview) {
  const whole = (id: number | null | undefined) =>
    (id == null ? undefined : centres.get(id))?.centre.patches.slice(0, patchesShown) ?? [];
  const [a = -1, b = -1] = view.pair?.map((index) => affinity?.classes.indexOf(index) ?? -1) ?? [];
  const side = affinity?.classes.length ?? 0;
  const pair = a >= 0 && b >= 0 ? [affinity?.centres[a * side + b], affinity?.centres[b * side + a]] : [];
  const ofGroups = (recurring ?? []).slice(0, groupsShown).flatMap(({ members }) => {
    const shown = unfolded.has(members[0]?.id ?? -1) ? members : members.slice(0, membersShown);
    return shown.flatMap(({ id }) => centres.get(id)?.centre.patches.slice(0, patchColumns) ?? []);
  });
  return [...whole(pointed), ...pair.flatMap(whole), ...ofGroups];
}

/** The page's shape while the centres are compared. */
function opening(): TemplateResult {
  return html`<div
    class="overview-bones"
    data-testid="overview-opening"
    aria-busy="true"
    aria-label="Comparing the centres"
  >
    <div class="skeleton plane-bone"></div>
    <div class="skeleton matrix-bone"></div>
  </div>`;
}
