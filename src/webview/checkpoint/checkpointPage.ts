/**
 * The checkpoint editor's first page: what the file is, its tensors and its classifier. Everything it shows follows
 * from what arrived (`PageState`) and what the person chose (`Choices`, kept over a reload).
 */
import { html, nothing, render, type TemplateResult } from 'lit';
import type { CheckpointTable } from '../../protocol/checkpoint';
import type { FromCheckpointEditor } from '../../protocol/checkpointEditor';
import { Announcer } from '../shared/announcer';
import type { Host } from '../shared/host';
import { moveFocus } from '../shared/roving';
import { LateKeep } from '../shared/lateKeep';
import { classifierSection } from './classifierSection';
import type { ClassPair } from './model/cosines';
import { facts } from './facts';
import { failureView, unknownNetwork, warningList } from './messages';
import { cosine } from './model/numberText';
import {
  emptyState,
  receive,
  restoreChoices,
  sections,
  type Choices,
  type PageMessage,
  type PageState,
  type Section,
} from './model/pageState';
import { computedColumns, pressed, tableRows } from './model/tableRows';
import { warningsOf, type Warning } from './model/warnings';
import { Wishes, type Wish } from './model/wishes';
import type { EditorPage } from './page';
import type { PageModel } from './pageModel';
import { tensorSection } from './tensorSection';
import { TensorTable } from './tensorTable';

const sectionLabels: Readonly<Record<Section, string>> = { tensors: 'Tensors', classifier: 'Classifier' };

export class CheckpointPage implements EditorPage {
  #state: PageState = emptyState();
  #choices: Choices;
  #wishes = new Wishes([]);
  #pair: ClassPair | null = null;
  #rows: { readonly key: readonly unknown[]; readonly rows: readonly number[] } = { key: [], rows: [] };
  #warnings: { readonly key: readonly unknown[]; readonly warnings: readonly Warning[] } = {
    key: [],
    warnings: [],
  };
  #frame = 0;
  readonly #lateKeep = new LateKeep(() => this.#keep());
  #visible = false;
  readonly #announcer = new Announcer();
  readonly #table: TensorTable;

  constructor(
    private readonly root: HTMLElement,
    private readonly host: Host<FromCheckpointEditor>,
  ) {
    this.#choices = restoreChoices(host.kept);
    this.#table = new TensorTable(
      {
        sort: (column) => {
          const sorting = pressed(column, this.#choices.sorting);
          // Nothing can be sorted by what is not known.
          if (sorting !== null && computedColumns.includes(column)) this.#wish(this.#wishes.wantAll(true));
          this.#change({ sorting });
        },
        select: (place) => this.#select(place, false),
        see: (places) => this.#wish(this.#wishes.see(places)),
        scrolled: (scrollTop) => {
          this.#choices = { ...this.#choices, scrollTop };
          this.#lateKeep.soon();
        },
        settle: () => this.#settle(),
      },
      this.#choices.scrollTop,
    );
    root.append(this.#announcer.element);
    new ResizeObserver(() => this.#schedule()).observe(root);
    // The canvas takes the theme's colours when it is drawn.
    new MutationObserver(() => this.#schedule()).observe(document.body, {
      attributes: true,
      attributeFilter: ['class'],
    });
    document.addEventListener('keydown', (event) => this.#onKey(event));
    this.#schedule();
  }

  setVisible(visible: boolean): void {
    this.#visible = visible;
    if (visible) this.#schedule();
  }

  receive(message: PageMessage): void {
    this.#state = receive(this.#state, message);
    if (message.request === this.#state.request) this.#follow(message);
    this.#schedule();
  }

  /** What a message that was taken brings about. */
  #follow(message: PageMessage): void {
    if (message.type === 'table') {
      this.#wishes = new Wishes(message.table.tensors);
      this.#pair = null;
      this.#askHistogram();
      this.#wish(this.#wishes.see([]));
    } else if (message.type === 'identity') {
      this.#askHistogram();
      // Dead classes are worth a warning, whether or not somebody looks at the classifier.
      if (message.identity.network !== null) this.#askClassifier();
    } else if (message.type === 'statistics') this.#wishes.arrived(message.statistics.tensor);
    else if (message.type === 'failed') this.#announcer.say(message.failure.message);
    else if (message.type === 'wished')
      this.#wish(this.#wishes.ended(message.ticket, message.failure === null));
  }

  #wish(wish: Wish | null): void {
    if (wish === null) return;
    const { request } = this.#state;
    this.host.post({ type: 'wish', request, ticket: wish.ticket, tensors: [...wish.tensors] });
  }

  #askClassifier(): void {
    this.#state = { ...this.#state, matrixFailure: null };
    this.host.post({ type: 'classifier', request: this.#state.request });
    this.#schedule();
  }

  #askHistogram(): void {
    const tensor = this.#selected();
    this.#state = { ...this.#state, histogramFailure: null };
    if (tensor === null || this.#state.table?.tensors[tensor]?.unreadable !== null) return;
    if (!this.#state.statistics.get(tensor)?.histogram)
      this.host.post({ type: 'histogram', request: this.#state.request, tensor });
  }

  #select(place: number, reveal: boolean): void {
    const tensor = this.#state.table?.tensors[place];
    if (!tensor) return;
    const { filter, section } = this.#choices;
    const hidden = !this.#currentRows().includes(place);
    this.#change({
      selected: tensor.name,
      filter: hidden ? '' : filter,
      section: reveal ? 'tensors' : section,
    });
    this.#askHistogram();
    if (reveal)
      requestAnimationFrame(() => {
        this.#draw();
        this.#table.reveal(place);
        this.#table.element.focus();
      });
  }

  /** Place of the selected tensor; until the person selects one, the classifier's weight. */
  #selected(): number | null {
    const { table, identity } = this.#state;
    const { selected } = this.#choices;
    const chosen = table?.tensors.findIndex(({ name }) => name === selected) ?? -1;
    if (chosen >= 0) return chosen;
    const classifier = identity?.network?.classifier;
    if (!table || !identity || table.tensors.length === 0) return null;
    const found = table.tensors.findIndex(
      ({ name }) => name === classifier || (classifier !== undefined && name.endsWith(`.${classifier}`)),
    );
    return Math.max(0, found);
  }

  #change(patch: Partial<Choices>): void {
    this.#choices = { ...this.#choices, ...patch };
    this.#lateKeep.soon();
    this.#schedule();
  }

  #keep(): void {
    this.host.keep(this.#choices);
  }

  #onKey(event: KeyboardEvent): void {
    const typing = event.target instanceof HTMLInputElement;
    if (event.key !== '/' || typing || !this.#visible || event.ctrlKey || event.metaKey || event.altKey)
      return;
    const filter = this.root.querySelector<HTMLInputElement>('.filter');
    if (!filter) return;
    event.preventDefault();
    filter.focus();
    filter.select();
  }

  /** By what is read now, not when it was drawn: keys come faster than frames. */
  #step(rows: number, columns: number): void {
    const classes = this.#state.matrix?.classNames.length ?? 0;
    if (classes === 0) return;
    const within = (place: number) => Math.max(0, Math.min(classes - 1, place));
    const pair = this.#pair;
    this.#point(
      pair === null
        ? { row: 0, column: 0 }
        : { row: within(pair.row + rows), column: within(pair.column + columns) },
      true,
    );
  }

  #point(pair: ClassPair | null, byKey: boolean): void {
    this.#pair = pair;
    const { matrix } = this.#state;
    if (byKey && pair !== null && matrix !== null) {
      const { classNames, cosines } = matrix;
      const between = cosines[pair.row * classNames.length + pair.column] ?? NaN;
      this.#announcer.say(
        `${classNames[pair.row] ?? ''}, ${classNames[pair.column] ?? ''}: ${cosine(between)}`,
      );
    }
    this.#schedule();
  }

  /** Recomputed only when what they follow from is another. */
  #currentRows(): readonly number[] {
    const { table, statistics, revision } = this.#state;
    const { filter, sorting } = this.#choices;
    const figures = (sorting !== null && computedColumns.includes(sorting.column)) || filter !== '';
    const key = [table, filter, sorting, figures ? revision : 0];
    if (!key.every((part, i) => part === this.#rows.key[i]))
      this.#rows = { key, rows: table ? tableRows(table.tensors, statistics, filter, sorting) : [] };
    return this.#rows.rows;
  }

  #currentWarnings(): readonly Warning[] {
    const { table, statistics, revision, matrix, identity, bankWarnings } = this.#state;
    const key = [table, revision, matrix, identity, bankWarnings];
    if (!key.every((part, i) => part === this.#warnings.key[i])) {
      const told = [...(identity?.warnings ?? []), ...bankWarnings];
      this.#warnings = { key, warnings: table ? warningsOf(table, statistics, matrix, told) : [] };
    }
    return this.#warnings.warnings;
  }

  #model(): PageModel {
    const { open, readable, all, failed } = this.#wishes;
    return {
      state: this.#state,
      choices: this.#choices,
      warnings: this.#currentWarnings(),
      rows: this.#currentRows(),
      selected: this.#selected(),
      check: { open, readable, all, failed },
      pair: this.#pair,
      width: this.root.clientWidth,
      change: (patch) => this.#change(patch),
      select: (place) => this.#select(place, true),
      checkAll: (all) => {
        this.#wish(this.#wishes.wantAll(all));
        this.#schedule();
      },
      point: (pair, byKey) => this.#point(pair, byKey),
      step: (rows, columns) => this.#step(rows, columns),
      askClassifier: () => this.#askClassifier(),
      askHistogram: () => {
        this.#askHistogram();
        this.#schedule();
      },
      command: (command) => this.host.post({ type: 'command', command }),
      copy: (text) => this.host.post({ type: 'copyText', text }),
    };
  }

  #settle(): void {
    if (this.#frame === 0) return;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#draw();
  }

  #schedule(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    if (!this.#visible) return;
    try {
      const model = this.#model();
      render(this.#page(model), this.root, { renderBefore: this.#announcer.element });
      const { table, statistics } = this.#state;
      if (table && this.#choices.section === 'tensors') {
        const { rows, selected } = model;
        const { sorting } = this.#choices;
        this.#table.show({ tensors: table.tensors, statistics, rows, sorting, selected });
      }
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.host.post({ type: 'fault', message });
    }
  }

  #page(model: PageModel): TemplateResult {
    const { table, failure, stale } = this.#state;
    if (!table) return failure === null ? opening() : failureView(model, failure);
    return html`${failure === null ? nothing : failureView(model, failure)}
      <div class="checkpoint ${stale ? 'stale' : ''}" data-testid="checkpoint" aria-busy=${stale}>
        ${facts(model, table)} ${warningList(model)} ${unknownNetwork(model)} ${this.#sectionTabs()}
        ${this.#choices.section === 'tensors' ? tensorSection(model, table, this.#table) : this.#classifier(model, table)}
      </div>`;
  }

  #classifier(model: PageModel, table: CheckpointTable): TemplateResult {
    return table.tensors.length === 0 ? html`${nothing}` : classifierSection(model);
  }

  #sectionTabs(): TemplateResult {
    const { section: current } = this.#choices;
    const onKey = (event: KeyboardEvent) => {
      const list = event.currentTarget as HTMLElement;
      const target = moveFocus(event, [...list.querySelectorAll<HTMLElement>('[role=tab]')]);
      const section = sections.find((one) => one === target?.dataset['section']);
      if (section) this.#change({ section });
    };
    return html`<div
      class="section-tabs"
      role="tablist"
      aria-label="Parts of the checkpoint"
      @keydown=${onKey}
    >
      ${sections.map(
        (section) =>
          html`<button
            type="button"
            role="tab"
            class="section-tab"
            id="tab-section-${section}"
            data-section=${section}
            data-testid="section-${section}"
            aria-selected=${section === current}
            aria-controls="section-${section}"
            tabindex=${section === current ? 0 : -1}
            @click=${() => this.#change({ section })}
          >
            ${sectionLabels[section]}
          </button>`,
      )}
    </div>`;
  }
}

/** Shapes of what is coming. */
function opening(): TemplateResult {
  return html`<div class="opening" data-testid="opening" aria-label="Reading the checkpoint" aria-busy="true">
    <div class="skeleton facts-skeleton"></div>
    <div class="skeleton table-skeleton"></div>
  </div>`;
}
