/**
 * The prototype gallery, the checkpoint editor's second page: takes the host's messages and the person's wishes, and
 * draws at most once per frame, only what is in sight. Everything it shows follows from what arrived and what the person
 * chose (`GalleryView`, kept over a reload).
 *
 * Test ids (`data-testid`), stable for end-to-end tests:
 * - `gallery` (+ `data-busy`), `gallery-failure` (+ `data-kind`) with `gallery-retry`, `gallery-recluster`; `no-bank`
 *   with `gallery-cluster`; `nothing-found` with `show-all`; `progress` with `cancel`; `mark-failure`;
 *   `notice-bank-of-other-checkpoint`, `notice-read-only`
 * - tools: `gallery-search`, `gallery-kind-KIND` (all class context rejected hand; + `data-count`), `gallery-set`,
 *   `gallery-sort`, `gallery-reverse`, `gallery-grouped`, `gallery-unmark`
 * - gates: `gate-class`, `gate-context-low`, `gate-context-high` (each also with `-value`), `class-pass`,
 *   `context-pass`, `gates-reset`, `gates-without`, `already-gated`
 * - cards: `gallery-grid`, `section-CLASS`, `centre-ID` (+ `data-fate`, `data-mark`), `centre-ID-pinned`,
 *   `centre-ID-dropped`, `centre-ID-patch-N`
 * - similarity maps: `similarity-strip` (+ `data-id`), `similarity-fold`, `similarity-IMAGE`
 */
import './gallery.css';
import { html, nothing, render, type TemplateResult } from 'lit';
import type { Mark, Patch } from '../../lpcam/bank';
import type { FromCheckpointEditor } from '../../protocol/checkpointEditor';
import type { Failure } from '../../protocol/failure';
import type { GalleryBank, ToGallery } from '../../protocol/gallery';
import type { Progress } from '../../protocol/progress';
import type { EditorPage } from '../checkpoint/page';
import { Announcer } from '../shared/announcer';
import type { Host } from '../shared/host';
import { progressBar } from '../shared/progressBar';
import { LateKeep } from '../shared/lateKeep';
import { cropOf, headingHeight, patchesShown, patchSide } from './cardSize';
import { CentreMaps } from './centreMaps';
import { ChosenMarks } from './chosenMarks';
import type { Gallery } from './gallery';
import { galleryGates } from './galleryGates';
import { drawnRows, grid, sightOf } from './grid';
import { Haste } from './haste';
import { keyLegend } from './keyLegend';
import { bankNotices, failureView, markFailureView, nothingFound, skeleton, withoutBank } from './messages';
import { GallerySceneMaker } from './model/galleryScene';
import type { GatedBank, GatedCentre } from './model/gatedCentres';
import { fitBank, restoreGalleryView, type GalleryView } from './model/galleryView';
import { scrollTo } from './model/layout';
import { placeOf, rowOf, step } from './model/steps';
import { unfiltered, wayTo, type WantedCentre } from './model/wantedCentre';
import { PatchPictures } from './patchPictures';
import { RowSlots } from './rowSlots';
import { similarityStrip } from './similarityStrip';
import { toolbar } from './toolbar';

/** Longest side of a similarity map on the screen, CSS pixels. */
const mapPixels = 160;

export class GalleryPage implements EditorPage {
  #opened: GalleryBank | null = null;
  #failure: Failure | null = null;
  #progress: Progress | null = null;
  #wanted: WantedCentre | null = null;
  #busy = false;
  #view: GalleryView;
  #visible = false;
  #frame = 0;
  readonly #lateKeep = new LateKeep(() => this.#keep());
  #size = { width: 800, height: 600 };
  /** To be done once the page is drawn. */
  #afterwards: (() => void)[] = [];
  readonly #scenes = new GallerySceneMaker();
  readonly #slots = new RowSlots();
  readonly #marks: ChosenMarks;
  readonly #pictures: PatchPictures<ImageData>;
  readonly #maps: CentreMaps;
  readonly #announcer = new Announcer();
  /** The grid whose size is known, and the rows that were drawn last. */
  #measured: Element | null = null;
  #sight = '';
  /** Where the page was scrolled to when it was drawn last. */
  #drawnTop = 0;
  readonly #haste = new Haste(() => this.#schedule());
  readonly #resized = new ResizeObserver(() => {
    if (this.#measure()) this.#schedule();
  });

  /** @param root fills the room under the editor's tabs; @param onChange what `gallery` tells may be another */
  constructor(
    private readonly root: HTMLElement,
    private readonly host: Host<FromCheckpointEditor>,
    private readonly onChange: () => void,
  ) {
    this.#view = restoreGalleryView(host.kept);
    const pixels = Math.min(Math.max(Math.round(patchSide * devicePixelRatio), 32), 2 * patchSide);
    const post = (message: FromCheckpointEditor) => host.post(message);
    const decode = (rgba: Uint8Array, side: number) => new ImageData(new Uint8ClampedArray(rgba), side);
    this.#pictures = new PatchPictures(pixels, post, decode, () => this.#schedule());
    const mapSide = Math.min(Math.max(Math.round(mapPixels * devicePixelRatio), 32), 512);
    this.#maps = new CentreMaps(mapSide, post, () => this.#schedule());
    this.#marks = new ChosenMarks(post, () => this.#schedule());
    root.append(this.#announcer.element);
    document.addEventListener('keydown', (event) => this.#onPageKey(event));
  }

  receive(message: ToGallery): void {
    switch (message.type) {
      case 'gallery.thumbnails':
        this.#pictures.receive(message);
        return;
      case 'gallery.map':
        this.#maps.receive(message);
        return;
      case 'gallery.marked':
        this.#marks.receive(message);
        break;
      case 'gallery.opening':
        this.#busy = true;
        this.#failure = null;
        break;
      case 'gallery.bank':
        this.#meet(message.bank);
        break;
      case 'gallery.failed':
        this.#busy = false;
        this.#failure = message.failure;
        break;
      case 'gallery.show':
        this.#wanted = message;
        break;
      case 'gallery.progress':
        this.#progress = message.progress;
        break;
    }
    this.#schedule();
  }

  setVisible(visible: boolean): void {
    if (visible && !this.#visible) {
      this.host.post({ type: 'gallery.ready' });
      this.#showKeptPlace();
    }
    this.#visible = visible;
    this.#schedule();
  }

  #meet(opened: GalleryBank): void {
    const before = this.#opened;
    this.#busy = false;
    this.#failure = null;
    this.#opened = opened;
    const { bank } = opened;
    if (this.#wanted?.identity !== bank?.identity) this.#wanted = null;
    this.#marks.meet(bank);
    if (before?.bank?.identity !== bank?.identity) {
      this.#pictures.clear();
      this.#maps.clear();
    }
    this.#view = fitBank(this.#view, bank?.identity ?? null);
    if (before?.bank?.identity !== bank?.identity) this.#showKeptPlace();
  }

  #showKeptPlace(): void {
    const { top } = this.#view;
    this.#afterwards.push(() => {
      if (this.#grid) this.#grid.scrollTop = top;
    });
  }

  get #grid(): HTMLElement | null {
    return this.root.querySelector('.grid');
  }

  #change(patch: Partial<GalleryView>): void {
    const { top } = patch;
    this.#view = { ...this.#view, ...patch };
    if (top !== undefined && this.#grid) this.#grid.scrollTop = top;
    this.#lateKeep.soon();
    this.#schedule();
  }

  #keep(): void {
    // Before the bank is there, nothing was chosen that the kept state does not say better.
    if (this.#opened) this.host.keep(this.#view);
  }

  #schedule(): void {
    this.onChange();
    if (this.#visible && this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#frame = 0;
    try {
      const gallery = this.gallery();
      render(this.#page(gallery), this.root, { renderBefore: this.#announcer.element });
      for (const act of this.#afterwards.splice(0)) act();
      this.#sight = sightOf(gallery);
      this.#drawnTop = gallery.scroll.top;
      this.#meetGrid();
      this.#showWanted(gallery);
      this.#wantPictures(gallery);
      this.#maps.want(gallery.view.mapsOpen ? (gallery.selected?.centre ?? null) : null);
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.host.post({ type: 'fault', message });
      const failure = { kind: 'internal', message: message.split('\n')[0] ?? message } as const;
      const options = { renderBefore: this.#announcer.element };
      render(failureView(this.gallery(), failure), this.root, options);
    }
  }

  #showWanted(gallery: Gallery): void {
    // What is drawn next may have another layout: the card is looked for in that one.
    if (!this.#wanted || this.#busy || this.#frame !== 0) return;
    const { centre } = this.#wanted;
    const way = wayTo(this.#wanted, gallery.opened, gallery.sections, gallery.view);
    if (way === 'unfilter') this.#change(unfiltered);
    else if (way === 'select') this.#change({ selected: centre });
    else if (way === 'go' && this.#measure()) this.#schedule();
    else if (way !== 'wait') this.#wanted = null;
    if (this.#wanted === null && way === 'go') this.#goTo(centre, gallery);
  }

  /** The first drawing shows how large the grid is; from then on it tells when that changes. */
  #meetGrid(): void {
    const grid = this.#grid;
    if (grid === this.#measured) return;
    this.#resized.disconnect();
    this.#measured = grid;
    if (!grid) return;
    this.#resized.observe(grid);
    if (this.#measure()) this.#schedule();
  }

  /** @returns whether the grid's size is another than before */
  #measure(): boolean {
    const grid = this.#grid;
    if (!grid) return false;
    const { clientWidth: width, clientHeight: height } = grid;
    if (width === this.#size.width && height === this.#size.height) return false;
    this.#size = { width, height };
    return true;
  }

  #page(gallery: Gallery): TemplateResult {
    const { opened, failure, gated } = gallery;
    return html`<div class="gallery" data-testid="gallery" data-busy=${this.#busy}>
      ${gated ? html`<header>${toolbar(gallery, gated.counts)}${galleryGates(gallery, gated.counts)}</header>` : nothing}
      <div class="messages">
        ${progressBar(gallery.progress, () => gallery.command('cancel'))}${failure ? failureView(gallery, failure) : nothing}
        ${markFailureView(gallery)}${bankNotices(gallery)}
      </div>
      ${
        gated
          ? gallery.sections.length > 0
            ? grid(gallery, this.#slots, {
                onScroll: () => this.#onScroll(),
                onKey: (event) => this.#onGridKey(event, gallery),
              })
            : nothingFound(gallery)
          : opened
            ? withoutBank(gallery)
            : failure
              ? nothing
              : skeleton()
      }
      ${similarityStrip(gallery)} ${gated ? keyLegend(gallery, this.#hand(gated)) : nothing}
    </div>`;
  }

  /** Ids of the centres marked by hand. */
  #hand({ centres }: GatedBank): readonly number[] {
    return centres.filter(({ centre }) => centre.mark !== null).map(({ centre }) => centre.id);
  }

  /** What the page knows now, and what can be done with it; the overview draws from the same. */
  gallery(): Gallery {
    const scene = this.#scenes.make(this.#opened, this.#view, this.#marks.now, this.#size.width);
    const { sections, layout } = scene;
    const { selected, top } = this.#view;
    const reachable = placeOf(sections, selected) ? selected : null;
    return {
      opened: this.#opened,
      failure: this.#failure,
      markFailure: this.#marks.failure,
      progress: this.#progress,
      view: this.#view,
      ...scene,
      scroll: {
        top: Math.min(top, Math.max(0, layout.height - this.#size.height)),
        height: this.#size.height,
        margin: this.#haste.margin,
      },
      current: reachable ?? sections[0]?.centres[0]?.centre.id ?? null,
      selected: scene.gated?.centres.find(({ centre }) => centre.id === selected) ?? null,
      change: (patch) => this.#change(patch),
      command: (command) => this.host.post({ type: 'gallery.command', command }),
      mark: (centres, mark) => this.#mark(centres, mark),
      forgetMarkFailure: () => this.#marks.forgetFailure(),
      openImage: (one, patch) => this.#openImage(one, patch),
      picture: (patch) => this.#pictures.get(patch),
      wantPictures: (patches) => this.#pictures.want(patches, cropOf(this.#opened)),
      map: (centre, image) => this.#maps.get(centre, image),
      retryMaps: () => this.#maps.retry(),
    };
  }

  /** The cards in sight ask for their pictures, what came into sight last first; those that only pass by do not. */
  #wantPictures(gallery: Gallery): void {
    const { gated, sections, scroll } = gallery;
    if (!gated) return;
    if (this.#haste.hurried) {
      gallery.wantPictures([]);
      return;
    }
    const middle = scroll.top + scroll.height / 2;
    const rows = [...drawnRows(gallery)].sort(
      (a, b) => Math.abs(a.top + a.height / 2 - middle) - Math.abs(b.top + b.height / 2 - middle),
    );
    const patches = rows.flatMap((row) =>
      row.kind === 'cards'
        ? (sections[row.section]?.centres.slice(row.from, row.to) ?? []).flatMap(({ centre }) =>
            centre.patches.slice(0, patchesShown),
          )
        : [],
    );
    gallery.wantPictures(patches);
  }

  #onScroll(): void {
    const top = this.#grid?.scrollTop ?? 0;
    if (top === this.#view.top) return;
    this.#view = { ...this.#view, top };
    this.#lateKeep.soon();
    this.#haste.moved(top - this.#drawnTop, this.#size.height);
    if (sightOf(this.gallery()) !== this.#sight) this.#schedule();
  }

  #openImage({ centre }: GatedCentre, patch: Patch): void {
    this.#change({ selected: centre.id });
    this.host.post({ type: 'gallery.openImage', image: patch.image, centre: centre.id });
  }

  #mark(centres: readonly number[], mark: Mark | null): void {
    const bank = this.#opened?.bank;
    if (!bank || bank.readOnly !== null || centres.length === 0) return;
    const [only] = centres.length === 1 ? centres : [];
    const followed = this.root
      .querySelector(`.centre[data-id="${only ?? ''}"]`)
      ?.contains(document.activeElement);
    this.#marks.mark(bank.identity, centres, mark);
    // Its fate moves the card: who was in it goes with it.
    if (only !== undefined && followed === true) this.#goTo(only, this.gallery());
    const what = centres.length === 1 ? `Centre ${centres[0] ?? ''}` : `${centres.length} centres`;
    this.#announcer.say(`${what} ${mark === null ? 'left to the gates' : `${mark} by hand`}`);
  }

  #onPageKey(event: KeyboardEvent): void {
    if (!this.#visible || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target;
    const inField = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
    const search = this.root.querySelector<HTMLInputElement>('.search');
    if (event.key === '/' && !inField && search) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === 'Escape' && target === search && this.#view.search !== '') {
      this.#change({ search: '', top: 0 });
    }
  }

  #onGridKey(event: KeyboardEvent, gallery: Gallery): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const one = gallery.gated?.centres.find(({ centre }) => centre.id === gallery.current);
    const onCard = event.target instanceof HTMLElement && event.target.classList.contains('centre');
    const to = step(event.key, gallery.sections, gallery.layout, placeOf(gallery.sections, gallery.current));
    const next = to && gallery.sections[to.section]?.centres[to.place];
    if (next) {
      event.preventDefault();
      this.#goTo(next.centre.id, gallery);
      return;
    }
    if (!one) return;
    const number = /^[1-8]$/.test(event.key) ? Number(event.key) : event.key === 'Enter' && onCard ? 1 : null;
    const patch = number === null ? undefined : one.centre.patches[number - 1];
    const mark = ({ p: 'pinned', d: 'dropped' } as const)[event.key];
    if (patch) this.#openImage(one, patch);
    else if (mark) this.#mark([one.centre.id], one.centre.mark === mark ? null : mark);
    else return;
    event.preventDefault();
  }

  /** Selects a centre, brings it into sight and gives it the focus. */
  #goTo(id: number, { sections, layout, scroll }: Gallery): void {
    const place = placeOf(sections, id);
    const row = place && rowOf(layout, place);
    if (!row) return;
    this.#change({ selected: id, top: scrollTo(row, scroll.top, scroll.height, headingHeight) });
    this.#afterwards.push(() => {
      const card = this.root.querySelector<HTMLElement>(`.centre[data-id="${id}"]`);
      card?.focus({ preventScroll: true });
    });
  }
}
