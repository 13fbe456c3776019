/** The value of the code that is tried, until the panel has something to set to it. */
import type { ToImagePanel, Trial } from '../../protocol/imagePanel';
import type { Scene } from './model/scene';
import { choicesOf, isPanelTrial } from './model/trial';
import type { ViewState } from './model/viewState';

export class TrialKeeper {
  #trial: Trial | null = null;
  #toApply = false;

  get trial(): Trial | null {
    return this.#trial;
  }

  receive({ trial, apply }: Extract<ToImagePanel, { type: 'trial' }>): void {
    this.#trial = trial;
    this.#toApply = trial !== null && (apply || this.#toApply);
  }

  /** Whether the value is one of the gates, which are folded away. */
  get ofGates(): boolean {
    return this.#trial !== null && isPanelTrial(this.#trial) && this.#trial.setting !== 'threshold';
  }

  /** The choices that set the panel to the value, once; null: nothing to set. */
  take(scene: Scene | null): Partial<ViewState> | null {
    const written = this.#trial?.written ?? null;
    if (!this.#toApply || scene === null || this.#trial === null || typeof written !== 'number') return null;
    this.#toApply = false;
    // What the study sets, the host has set already.
    if (!isPanelTrial(this.#trial)) return null;
    return choicesOf(scene, this.#trial.setting, written);
  }
}
