/**
 * The table of tensors: a grid of which only the rows on the screen exist. It takes the focus itself; the arrows move
 * its one selected row.
 */
import { html, nothing, render, type TemplateResult } from 'lit';
import type { ListedTensor, TensorStatistics } from '../../protocol/checkpoint';
import { styled } from '../shared/directives';
import { VirtualRows } from '../shared/virtualRows';
import { count, shapeText, value } from './model/numberText';
import { columns, computedColumns, type Column, type KnownStatistics, type Sorting } from './model/tableRows';

export interface TableContent {
  readonly tensors: readonly ListedTensor[];
  readonly statistics: KnownStatistics;
  /** Places of the tensors to show, in their order. */
  readonly rows: readonly number[];
  readonly sorting: Sorting;
  /** Place of the selected tensor; null: none. */
  readonly selected: number | null;
}

export interface TableListener {
  sort(column: Column): void;
  select(place: number): void;
  /** These tensors are on the screen. */
  see(places: readonly number[]): void;
  scrolled(top: number): void;
  /** Shows at once what was asked for and is not drawn yet: a key means the rows as they are going to be. */
  settle(): void;
}

const headings: Readonly<Record<Column, { readonly label: string; readonly title: string }>> = {
  name: { label: 'Tensor', title: 'Name in the file' },
  dtype: { label: 'Type', title: 'Number type' },
  elements: { label: 'Shape', title: 'Sides; sorted by how many numbers there are' },
  mean: { label: 'Mean', title: 'Mean of the finite numbers' },
  deviation: {
    label: 'Std',
    title: 'Standard deviation of the finite numbers, divided by n − 1 as torch.std',
  },
  min: { label: 'Min', title: 'Smallest finite number' },
  max: { label: 'Max', title: 'Largest finite number' },
  zeros: { label: 'Zeros', title: 'Numbers that are exactly 0' },
  notFinite: { label: 'NaN/Inf', title: 'Numbers that are NaN or infinite' },
};

export class TensorTable {
  readonly element = document.createElement('div');
  readonly #listener: TableListener;
  readonly #virtual: VirtualRows;
  #content: TableContent | null = null;
  #seen = '';

  /** @param scrollTop where a page from before a reload was */
  constructor(listener: TableListener, scrollTop: number) {
    this.#listener = listener;
    this.element.className = 'tensor-table';
    this.element.tabIndex = 0;
    this.element.dataset['testid'] = 'tensor-table';
    this.element.setAttribute('role', 'grid');
    this.element.setAttribute('aria-label', 'Tensors');
    this.element.addEventListener('keydown', (event) => this.#onKey(event));
    this.element.addEventListener('scroll', () => listener.scrolled(this.element.scrollTop));
    this.#virtual = new VirtualRows(this.element, () => this.#draw(), scrollTop);
  }

  show(content: TableContent): void {
    this.#content = content;
    this.#virtual.setCount(content.rows.length);
    this.#draw();
  }

  /** Brings a row into view. */
  reveal(place: number): void {
    const row = this.#content?.rows.indexOf(place) ?? -1;
    this.#virtual.reveal(row);
  }

  dispose(): void {
    this.#virtual.dispose();
  }

  #draw(): void {
    const content = this.#content;
    if (!content) return;
    const items = this.#virtual.shown;
    const { rows, selected } = content;
    this.element.setAttribute('aria-rowcount', String(rows.length + 1));
    this.element.setAttribute('aria-colcount', String(columns.length));
    const shown = items.some(({ index }) => rows[index] === selected);
    if (selected !== null && shown) this.element.setAttribute('aria-activedescendant', `tensor-${selected}`);
    else this.element.removeAttribute('aria-activedescendant');
    render(
      html`${this.#head(content.sorting)}
        <div class="rows" ${styled({ height: `${this.#virtual.height}px` })}>
          ${items.map(({ index, top }) => {
            const place = rows[index];
            const tensor = place === undefined ? undefined : content.tensors[place];
            return place === undefined || !tensor ? nothing : this.#row(tensor, place, index, top, content);
          })}
        </div>`,
      this.element,
    );
    this.#tellSeen(items.map(({ index }) => rows[index]).filter((place) => place !== undefined));
  }

  #tellSeen(places: readonly number[]): void {
    const seen = places.join();
    if (seen === this.#seen) return;
    this.#seen = seen;
    this.#listener.see(places);
  }

  #head(sorting: Sorting): TemplateResult {
    return html`<div class="head" role="row" aria-rowindex="1">
      ${columns.map((column) => {
        const { label, title } = headings[column];
        const sorted = sorting?.column === column;
        const direction = sorted ? (sorting.descending ? 'descending' : 'ascending') : 'none';
        return html`<span role="columnheader" class=${column} aria-sort=${direction}
          ><button
            type="button"
            data-testid="sort-${column}"
            title="${title}. Press to sort."
            @click=${() => this.#listener.sort(column)}
          >
            ${label}<i class="sorted ${direction}" aria-hidden="true"></i></button
        ></span>`;
      })}
    </div>`;
  }

  #row(
    tensor: ListedTensor,
    place: number,
    index: number,
    top: number,
    { statistics, selected }: TableContent,
  ): TemplateResult {
    const known = statistics.get(place);
    const broken = known !== undefined && known.nan + known.infinite > 0;
    return html`<div
      role="row"
      id="tensor-${place}"
      class="row ${tensor.alias === null ? '' : 'alias'} ${broken ? 'broken' : ''}"
      aria-rowindex=${index + 2}
      aria-selected=${place === selected}
      data-testid="tensor-${tensor.name}"
      ${styled({ transform: `translateY(${top}px)` })}
      @click=${() => this.#listener.select(place)}
    >
      ${columns.map(
        (column) =>
          html`<span
            role="gridcell"
            class=${column}
            data-column=${column}
            title=${column === 'name' ? nameTitle(tensor) : nothing}
            >${cell(column, tensor, known)}</span
          >`,
      )}
    </div>`;
  }

  #onKey(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target !== this.element) return;
    this.#listener.settle();
    const content = this.#content;
    if (!content) return;
    const { rows, selected } = content;
    const page = this.#virtual.page;
    const at = selected === null ? -1 : rows.indexOf(selected);
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: rows.length - 1,
    };
    const target = targets[event.key];
    if (target === undefined || rows.length === 0) return;
    event.preventDefault();
    const place = rows[Math.max(0, Math.min(rows.length - 1, target))];
    if (place === undefined) return;
    // Keys come faster than frames: the next one goes on from here.
    this.#content = { ...content, selected: place };
    this.#listener.select(place);
    this.reveal(place);
  }
}

function nameTitle({ name, alias }: ListedTensor): string {
  return alias === null ? name : `${name}\nThe same numbers as ${alias}`;
}

function cell(column: Column, tensor: ListedTensor, known: TensorStatistics | undefined): unknown {
  if (column === 'name') {
    // The end of a long name tells more than its beginning.
    return html`<bdi>${tensor.name}</bdi>`;
  }
  if (column === 'dtype') return tensor.dtype;
  if (column === 'elements') return shapeText(tensor.shape);
  if (tensor.unreadable !== null) return '–';
  if (!known) return computedColumns.indexOf(column) === 0 ? html`<i class="pending"></i>` : nothing;
  if (column === 'zeros') return known.zeros === 0 ? '0' : count(known.zeros);
  if (column === 'notFinite') return count(known.nan + known.infinite);
  return value(known[column]);
}
