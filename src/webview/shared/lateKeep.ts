/** Keeps a page's state a moment after its last change, and at once when the page goes. */

const delay = 200;

export class LateKeep {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param keep hands the state to the host */
  constructor(private readonly keep: () => void) {
    window.addEventListener('pagehide', () => this.#now());
  }

  soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#now(), delay);
  }

  #now(): void {
    clearTimeout(this.#timer);
    this.keep();
  }
}
