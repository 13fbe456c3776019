/** How many rows beyond the window are worth drawing, by how fast the person scrolls. */

/** Pixels beyond the window on either side: a fast wheel must not see blank. */
const usual = 300;
/** Milliseconds without haste after which the scrolling counts as ended. */
const rest = 120;

export class Haste {
  #hurried = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param onRest rows beyond the window are to be drawn again */
  constructor(private readonly onRest: () => void) {}

  /** Cards pass by faster than anybody sees them. */
  get hurried(): boolean {
    return this.#hurried;
  }

  /** Pixels; none where rows beyond the window are gone again before they come into sight. */
  get margin(): number {
    return this.#hurried ? 0 : usual;
  }

  /** @param by pixels since the last drawing; @param height of the window */
  moved(by: number, height: number): void {
    if (Math.abs(by) <= height / 2) return;
    this.#hurried = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#hurried = false;
      this.onRest();
    }, rest);
  }
}
