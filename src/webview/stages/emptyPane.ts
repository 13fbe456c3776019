/** A stage that cannot be shown: says where it was looked for and what would fill it. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../shared/icons';
import { emptyText } from './model/emptyText';
import type { StagePane } from './model/stagePanes';
import type { Strip } from './strip';

const mostPaths = 6;

/** Why the engine has no maps to stand in; nothing for stages it cannot make. */
function notComputed(strip: Strip, { name, reading }: StagePane): TemplateResult | typeof nothing {
  if ((name !== 'cam' && name !== 'lpcam') || reading.folder !== null || reading.from !== null)
    return nothing;
  const { computing, lpcamFault } = strip;
  if (computing.state === 'failed')
    return html`<p data-testid="not-computed-${name}">Not computed: ${computing.failure.message}</p>
      ${
        computing.untrusted
          ? html`<vscode-button appearance="secondary" @click=${() => strip.command('manageTrust')}
              >Manage trust</vscode-button
            >`
          : html`<vscode-button appearance="secondary" @click=${() => strip.command('retry')}
              >Retry</vscode-button
            >`
      }`;
  if (name === 'lpcam' && lpcamFault !== null)
    return html`<p data-testid="not-computed-${name}">Not computed: ${lpcamFault}</p>
      <vscode-button appearance="secondary" data-testid="cluster" @click=${() => strip.command('cluster')}
        >Cluster prototypes</vscode-button
      >`;
  return nothing;
}

export function emptyPane(strip: Strip, pane: StagePane): TemplateResult {
  const { why, looked, how } = emptyText(pane.reading, strip.strip);
  const more = looked.length - mostPaths;
  return html`<div class="empty" data-testid="empty-${pane.name}">
    ${pane.reading.fault === null ? icon('image') : icon('warning')}
    <p class="why">${why}</p>
    ${
      looked.length > 0
        ? html`<p class="hint">${pane.reading.file === null ? 'Looked for' : 'File'}</p>
            <ul class="paths">
              ${looked.slice(0, mostPaths).map((path) => html`<li><bdi>${path}</bdi></li>`)}
              ${more > 0 ? html`<li class="hint">and ${more} more</li>` : nothing}
            </ul>`
        : nothing
    }
    ${how === null ? nothing : html`<p>${how}</p>`} ${notComputed(strip, pane)}
    ${
      pane.reading.folder === null
        ? html`<button type="button" class="link" @click=${() => strip.command('openStudyFile')}>
            ${strip.strip.study.file === null ? 'Create study file…' : 'Open study file'}
          </button>`
        : nothing
    }
  </div>`;
}
