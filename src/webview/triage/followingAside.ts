/**
 * What stands beside the table. It is drawn a frame after it, and while one step of a slider follows another only now and
 * then: curves, points and a table of a hundred classes would make every step of 100,000 rows miss its frame.
 */
import { render, type TemplateResult } from 'lit';

/** Frames that it may wait for while the table is busy. */
const patience = 6;

export class FollowingAside {
  readonly element = document.createElement('aside');
  #content: TemplateResult | null = null;
  #waited = 0;
  #frame = 0;

  /** @param busy whether the table is to be drawn in this frame */
  constructor(private readonly busy: () => boolean) {}

  show(content: TemplateResult): void {
    const isFirst = this.#content === null && !this.element.hasChildNodes();
    this.#content = content;
    // A page that opens is whole at once.
    if (isFirst) this.#draw();
    else if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#next());
  }

  #next(): void {
    this.#frame = 0;
    if (this.busy() && this.#waited < patience) {
      this.#waited++;
      this.#frame = requestAnimationFrame(() => this.#next());
    } else this.#draw();
  }

  #draw(): void {
    this.#waited = 0;
    if (this.#content) render(this.#content, this.element);
    this.#content = null;
  }
}
