/** A value of the code that a panel shows beside its own. */
import type { ToImagePanel, Trial } from '../../protocol/imagePanel';

export class PanelTrial {
  /** Null: no value is tried. */
  #trial: Trial | null = null;
  /** The page has not yet been told to set what is tried. */
  #toApply = false;

  get trial(): Trial | null {
    return this.#trial;
  }

  /** @param apply set the panel to it, once the page is there */
  show(trial: Trial | null, apply: boolean): void {
    this.#trial = trial;
    this.#toApply = apply || (this.#toApply && trial !== null);
  }

  /** For the page, which is told once to set it. */
  take(): Extract<ToImagePanel, { type: 'trial' }> {
    const apply = this.#toApply;
    this.#toApply = false;
    return { type: 'trial', trial: this.#trial, apply };
  }
}
