/** Progress of clustering or of the engine's restart, with a way to stop it. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Panel } from './panel';

export function progressBar(panel: Panel): TemplateResult | typeof nothing {
  const { progress } = panel.state;
  if (!progress) return nothing;
  const known = progress.total > 0;
  const percent = known ? Math.floor((100 * progress.done) / progress.total) : 0;
  return html`<section class="progress" aria-label="Progress" data-testid="progress">
    <span class="stage-name">${progress.stage}</span>
    <progress
      aria-label=${progress.stage}
      max="100"
      .value=${known ? percent : nothing}
      ?data-indeterminate=${!known}
    ></progress>
    <span class="number">${known ? `${percent} %` : ''}</span>
    <vscode-button appearance="secondary" data-testid="cancel" @click=${() => panel.command('cancel')}
      >Cancel</vscode-button
    >
  </section>`;
}
