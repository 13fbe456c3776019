/** The threshold: a slider under the curve of IoU it moves along, a number to type, and a way back to the study's. */
import { html, nothing, type TemplateResult } from 'lit';
import { curve } from './curve';
import type { Panel } from './panel';

const clamp = (value: number) => Math.min(Math.max(value, 0), 1);

/** Puts the threshold on a multiple of a hundredth; the study's own value is kept as no choice at all. */
export function setThreshold(panel: Panel, threshold: number): void {
  if (Number.isNaN(threshold)) return;
  const rounded = Math.round(clamp(threshold) * 1000) / 1000;
  const studys = panel.scene?.header.settings.seeds.threshold;
  panel.change({ threshold: rounded === studys ? null : rounded });
}

export function thresholdControl(panel: Panel): TemplateResult | typeof nothing {
  const { scene } = panel;
  if (!scene) return nothing;
  const { threshold } = scene;
  const studys = scene.header.settings.seeds.threshold;
  const changed = panel.view.threshold !== null;
  return html`<div class="threshold">
    <div class="track">
      ${curve(panel, scene)}
      <input
        type="range"
        min="0"
        max="1"
        step="0.01"
        data-testid="threshold"
        aria-label="Threshold"
        title="Background score: a class must exceed it ([ and ])"
        .value=${String(threshold)}
        @input=${(event: Event) => setThreshold(panel, Number((event.target as HTMLInputElement).value))}
      />
      <div class="scale" aria-hidden="true">
        <span>0</span><span>0.25</span><span>0.5</span><span>0.75</span><span>1</span>
      </div>
    </div>
    <div class="threshold-value">
      <label
        >Threshold
        <input
          type="number"
          min="0"
          max="1"
          step="0.01"
          class="number"
          data-testid="threshold-value"
          .value=${String(threshold)}
          @change=${(event: Event) => {
            const field = event.target as HTMLInputElement;
            if (field.value === '') field.value = String(threshold);
            else setThreshold(panel, field.valueAsNumber);
          }}
        />
      </label>
      <button
        type="button"
        class="link"
        data-testid="threshold-reset"
        title="The threshold of the study"
        ?disabled=${!changed}
        @click=${() => panel.change({ threshold: null })}
      >
        study: ${studys}
      </button>
    </div>
  </div>`;
}
