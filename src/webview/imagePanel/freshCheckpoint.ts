/** "New checkpoint": the training wrote one that is newer than what is shown. */
import { html, nothing, type TemplateResult } from 'lit';
import { ageText, timeText } from '../shared/age';
import { icon } from '../shared/icons';
import { nameOf } from '../shared/nameOf';
import type { Panel } from './panel';

export function freshCheckpoint(panel: Panel): TemplateResult | typeof nothing {
  const { fresh } = panel.state;
  if (!fresh) return nothing;
  return html`<div class="notice info" role="status" data-testid="fresh-checkpoint" data-hash=${fresh.hash}>
    ${icon('info')}
    <p title="${fresh.path}, written ${timeText(fresh.modified)}">
      New checkpoint: <strong>${nameOf(fresh.path)}</strong>, written ${ageText(fresh.modified, Date.now())}
    </p>
    <vscode-button data-testid="useNewCheckpoint" @click=${() => panel.command('useNewCheckpoint')}
      >Show it</vscode-button
    >
  </div>`;
}
