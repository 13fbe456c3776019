/** The line of code whose value is tried, with the way back into it. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../shared/icons';
import { valueToWrite } from './model/trial';
import type { Panel } from './panel';

export function trialBar(panel: Panel): TemplateResult | typeof nothing {
  const { trial, scene } = panel;
  if (trial === null) return nothing;
  const value = scene && valueToWrite(scene, trial);
  const { name, place, written } = trial;
  return html`<section class="notice info trial" aria-label="Value from the code" data-testid="trial">
    ${icon('info')}
    <p>
      <code>${name}</code> of
      <button
        type="button"
        class="link"
        data-testid="trial-place"
        title="Go to the line"
        @click=${() => panel.tellCode({ type: 'showCode' })}
      >
        ${place}
      </button>
      <span data-testid="trial-written">${written === null ? 'is no longer there' : `is ${written}`}</span>
    </p>
    ${
      value === null
        ? nothing
        : html`<vscode-button
            data-testid="write-back"
            title="An edit like any other: it can be undone there"
            @click=${() => panel.tellCode({ type: 'writeBack', value })}
            >Write ${value} to ${place}</vscode-button
          >`
    }
    <button
      type="button"
      class="link"
      data-testid="trial-end"
      title="The panel forgets the line; nothing is written"
      @click=${() => panel.tellCode({ type: 'endTrial' })}
    >
      Done
    </button>
  </section>`;
}
