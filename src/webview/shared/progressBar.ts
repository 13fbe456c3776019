/** How far clustering or the engine's restart is, with a way to stop it. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Progress } from '../../protocol/progress';

export function progressBar(progress: Progress | null, cancel: () => void): TemplateResult | typeof nothing {
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
    <vscode-button appearance="secondary" data-testid="cancel" @click=${cancel}>Cancel</vscode-button>
  </section>`;
}
