/** When the panel is drawn: at most once a frame, from the first message on, and only while its tab is in front. */

/** Milliseconds in which a page that was told nothing says nothing either. */
const patience = 150;

export class Frames {
  /** There is something to draw: a message, or none for long. */
  #begun = false;
  /** Something changed since the last drawing. */
  #due = false;
  /** The panel's tab is in front. */
  #shown = true;
  #frame = 0;

  constructor(private readonly draw: () => void) {
    // A page of an image that is known is told so at once, and draws nothing before it.
    setTimeout(() => {
      if (this.#begun) return;
      this.#begun = true;
      this.schedule();
    }, patience);
  }

  /** A message has come. */
  begin(): void {
    this.#begun = true;
  }

  /** Something is to be drawn: in the next frame, or once the panel is shown. */
  schedule(): void {
    this.#due = true;
    if (!this.#begun || !this.#shown || this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#due = false;
      this.draw();
    });
  }

  /** @returns whether that is news */
  sight(shown: boolean): boolean {
    if (shown === this.#shown) return false;
    this.#shown = shown;
    if (shown && this.#due) this.schedule();
    if (!shown) {
      cancelAnimationFrame(this.#frame);
      this.#frame = 0;
    }
    return true;
  }
}
