/**
 * The table of images: a grid of which only the rows on the screen exist, so that 100,000 of them scroll as a hundred do.
 * It takes the focus itself; the arrows move its row.
 */
import { html, nothing, render, type TemplateResult } from 'lit';
import { styled } from '../shared/directives';
import { icon } from '../shared/icons';
import { VirtualRows } from '../shared/virtualRows';
import { cellText, columnLabel, columnTracks, headings } from './model/columns';
import { nothingSelected, selectAll, selectOne, selectTo, toggle, type Selection } from './model/selection';
import type { TableScene } from './model/triageScene';
import type { ColumnId } from './model/triageView';

export interface RowContent {
  readonly table: TableScene;
  readonly ids: readonly string[];
  readonly selection: Selection;
  /** What stands in the column of classes. */
  readonly classes: (image: number) => unknown;
}

export interface RowListener {
  sort(column: ColumnId): void;
  select(selection: Selection): void;
  /** Enter or a double click. */
  open(image: number): void;
  /** The pointer is over a row; null: over none. */
  hover(image: number | null): void;
  scrolled(top: number): void;
}

export class RowTable {
  readonly element = document.createElement('div');
  readonly #listener: RowListener;
  readonly #virtual: VirtualRows;
  #content: RowContent | null = null;

  /** @param scrollTop where a page from before a reload was */
  constructor(listener: RowListener, scrollTop: number) {
    this.#listener = listener;
    const { element } = this;
    element.className = 'rows-table';
    element.tabIndex = 0;
    element.dataset['testid'] = 'triage-table';
    element.setAttribute('role', 'grid');
    element.setAttribute('aria-multiselectable', 'true');
    element.setAttribute('aria-label', 'Images, with their figures');
    element.addEventListener('keydown', (event) => this.#onKey(event));
    element.addEventListener('scroll', () => listener.scrolled(element.scrollTop));
    element.addEventListener('pointerleave', () => listener.hover(null));
    this.#virtual = new VirtualRows(this.element, () => this.#draw(), scrollTop);
  }

  show(content: RowContent): void {
    this.#content = content;
    this.#virtual.setCount(content.table.order.length);
    this.#draw();
  }

  /** Brings an image's row into view. */
  reveal(image: number): void {
    const row = this.#content?.table.order.indexOf(image) ?? -1;
    this.#virtual.reveal(row);
  }

  #draw(): void {
    const content = this.#content;
    if (!content) return;
    const items = this.#virtual.shown;
    const { table, selection } = content;
    const { order, columns } = table;
    const { element } = this;
    element.setAttribute('aria-rowcount', String(order.length + 1));
    element.setAttribute('aria-colcount', String(columns.length));
    element.dataset['kind'] = columns.join(' ');
    const { template, least } = columnTracks(columns);
    element.style.setProperty('--columns', template);
    element.style.setProperty('--least', least);
    const shown = items.some(({ index }) => order[index] === selection.focused);
    if (selection.focused !== null && shown)
      element.setAttribute('aria-activedescendant', `row-${selection.focused}`);
    else element.removeAttribute('aria-activedescendant');
    render(
      html`${this.#head(table)}
        <div class="rows" role="rowgroup" ${styled({ height: `${this.#virtual.height}px` })}>
          ${items.map(({ index, top }) => {
            const image = order[index];
            return image === undefined ? nothing : this.#row(image, index, top, content);
          })}
        </div>`,
      element,
    );
  }

  #head({ columns, sorting, kind }: TableScene): TemplateResult {
    return html`<div class="head" role="row" aria-rowindex="1">
      ${columns.map((column) => {
        const { title } = headings[column];
        const label = columnLabel(column, kind);
        const sorted = sorting.column === column;
        const direction = sorted ? (sorting.descending ? 'descending' : 'ascending') : 'none';
        const name = html`${label}<i class="sorted ${direction}" aria-hidden="true"></i>`;
        return html`<span role="columnheader" class=${column} aria-sort=${direction}
          >${
            column === 'classes'
              ? html`<span class="plain" title=${title}>${label}</span>`
              : html`<button
                  type="button"
                  data-testid="sort-${column}"
                  title="${title}. Press to sort."
                  @click=${() => this.#listener.sort(column)}
                >
                  ${name}
                </button>`
          }</span
        >`;
      })}
    </div>`;
  }

  #row(
    image: number,
    index: number,
    top: number,
    { table, ids, selection, classes }: RowContent,
  ): TemplateResult {
    return html`<div
      role="row"
      id="row-${image}"
      class="row ${image === selection.focused ? 'focused' : ''}"
      aria-rowindex=${index + 2}
      aria-selected=${selection.images.has(image)}
      data-testid="row-${index}"
      data-image=${ids[image] ?? ''}
      ${styled({ transform: `translateY(${top}px)` })}
      @click=${(event: MouseEvent) => this.#onClick(event, image)}
      @dblclick=${() => this.#listener.open(image)}
      @pointerenter=${() => this.#listener.hover(image)}
    >
      ${table.columns.map((column) => {
        const value = table.cell(column, image);
        const content =
          column === 'image'
            ? html`<bdi>${ids[image] ?? ''}</bdi>${this.#openButton(image, index)}`
            : column === 'classes'
              ? classes(image)
              : cellText(column, value);
        const sign = column === 'delta' ? signOf(value) : '';
        return html`<span role="gridcell" class="${column} ${sign}" data-column=${column}>${content}</span>`;
      })}
    </div>`;
  }

  /** For the pointer; by keys it is Enter. */
  #openButton(image: number, index: number): TemplateResult {
    return html`<button
      type="button"
      class="open"
      tabindex="-1"
      data-testid="open-${index}"
      title="Open in the image panel (Enter)"
      aria-label="Open in the image panel"
      @click=${(event: MouseEvent) => {
        event.stopPropagation();
        this.#listener.open(image);
      }}
      @dblclick=${(event: MouseEvent) => event.stopPropagation()}
    >
      ${icon('image')}
    </button>`;
  }

  #onClick(event: MouseEvent, image: number): void {
    const content = this.#content;
    if (!content) return;
    const { selection, table } = content;
    if (event.shiftKey) this.#select(selectTo(selection, image, table.order));
    else if (event.ctrlKey || event.metaKey) this.#select(toggle(selection, image));
    else this.#select(selectOne(image));
  }

  #select(selection: Selection): void {
    // Keys come faster than frames: the next one goes on from here.
    if (this.#content) this.#content = { ...this.#content, selection };
    this.#listener.select(selection);
  }

  #onKey(event: KeyboardEvent): void {
    const content = this.#content;
    if (!content || event.altKey || event.target !== this.element) return;
    const { selection, table } = content;
    const { order } = table;
    const { focused } = selection;
    const act = (work: () => void) => {
      event.preventDefault();
      event.stopPropagation();
      work();
    };
    if ((event.ctrlKey || event.metaKey) && event.key === 'a') {
      act(() => this.#select(selectAll(selection, order)));
      return;
    }
    if (event.key === 'Escape' && selection.images.size > 1) {
      act(() => this.#select(focused === null ? nothingSelected : selectOne(focused)));
      return;
    }
    if (event.key === 'Enter' && focused !== null) {
      act(() => this.#listener.open(focused));
      return;
    }
    if (event.key === ' ' && focused !== null) {
      act(() => this.#select(toggle(selection, focused)));
      return;
    }
    this.#move(event, content, act);
  }

  #move(event: KeyboardEvent, { selection, table }: RowContent, act: (work: () => void) => void): void {
    const { order } = table;
    const page = this.#virtual.page;
    const at = selection.focused === null ? -1 : order.indexOf(selection.focused);
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: order.length - 1,
    };
    const target = targets[event.key];
    if (target === undefined || order.length === 0) return;
    const image = order[Math.max(0, Math.min(order.length - 1, target))];
    if (image === undefined) return;
    act(() => {
      this.#select(event.shiftKey ? selectTo(selection, image, order) : selectOne(image));
      this.reveal(image);
    });
  }
}

function signOf(value: number): string {
  return value > 0.0005 ? 'better' : value < -0.0005 ? 'worse' : '';
}
