/** Speaks to those who listen: a live region that nobody sees. */

const delay = 600;

export class Announcer {
  readonly element = document.createElement('div');
  #timer: ReturnType<typeof setTimeout> | undefined;
  #said = '';

  constructor() {
    this.element.className = 'hidden';
    this.element.setAttribute('role', 'status');
    this.element.setAttribute('aria-live', 'polite');
    this.element.dataset['testid'] = 'announcer';
  }

  say(text: string): void {
    this.element.textContent = text;
  }

  /** Says it once nothing newer has come for a moment; a slider on the move stays quiet, and nothing is said twice. */
  saySoon(text: string): void {
    if (text === '' || text === this.#said) return;
    this.#said = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.say(text), delay);
  }
}
