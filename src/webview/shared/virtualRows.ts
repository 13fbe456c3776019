/** The rows of a table of which only those on the screen exist: where they stand, below a heading that stays in sight. */
import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualItem,
} from '@tanstack/virtual-core';

/** Height of a row and of the heading in pixels, as in the style sheets. */
const rowHeight = 22;
const headHeight = 26;

export interface VirtualRow {
  /** Place among all rows. */
  readonly index: number;
  /** Pixels below the heading. */
  readonly top: number;
}

export class VirtualRows {
  readonly #element: HTMLElement;
  readonly #draw: () => void;
  readonly #virtual: Virtualizer<HTMLElement, HTMLElement>;
  readonly #unmount: () => void;

  /**
   * @param element what scrolls
   * @param draw called whenever other rows are in sight
   * @param scrollTop where a page from before a reload was
   */
  constructor(element: HTMLElement, draw: () => void, scrollTop: number) {
    this.#element = element;
    this.#draw = draw;
    this.#virtual = new Virtualizer(this.#options(0, scrollTop));
    this.#unmount = this.#virtual._didMount();
  }

  /** How many rows there are from now on; the caller draws them. */
  setCount(rows: number): void {
    this.#virtual.setOptions(this.#options(rows));
    this.#virtual._willUpdate();
  }

  /** Those in sight, and a few around them. */
  get shown(): readonly VirtualRow[] {
    return this.#virtual
      .getVirtualItems()
      .map(({ index, start }: VirtualItem) => ({ index, top: start - headHeight }));
  }

  /** Of all rows together, in pixels, without the heading. */
  get height(): number {
    return this.#virtual.getTotalSize() - headHeight;
  }

  /** How many rows the keys for pages move by. */
  get page(): number {
    return Math.max(1, Math.floor((this.#element.clientHeight - headHeight) / rowHeight) - 1);
  }

  /** @param row its place; negative: there is none, and nothing moves */
  reveal(row: number): void {
    if (row >= 0) this.#virtual.scrollToIndex(row, { align: 'auto' });
  }

  dispose(): void {
    this.#unmount();
  }

  #options(
    rows: number,
    initialOffset = 0,
  ): ConstructorParameters<typeof Virtualizer<HTMLElement, HTMLElement>>[0] {
    return {
      count: rows,
      getScrollElement: () => this.#element,
      estimateSize: () => rowHeight,
      paddingStart: headHeight,
      scrollPaddingStart: headHeight,
      overscan: 8,
      initialOffset,
      scrollToFn: elementScroll,
      observeElementRect,
      observeElementOffset,
      onChange: () => this.#draw(),
    };
  }
}
