/** Quiet banners: what went wrong in practice, in plain words, with a way on where there is one. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Notice, NoticeKind } from '../../lpcam/notice';
import { icon } from '../shared/icons';
import type { Command, Panel } from './panel';

/** Kinds that change what the figures mean; the others only inform. */
const warnings: ReadonlySet<NoticeKind> = new Set([
  'no-class-prototype',
  'no-context-prototype',
  'dead-seed',
  'bank-of-other-checkpoint',
  'image-unreadable',
  'scale-left-out',
  'device-fallback',
]);

const buttons: Partial<Record<NoticeKind, readonly { command: Command; label: string }[]>> = {
  'no-bank': [
    { command: 'cluster', label: 'Cluster prototypes' },
    { command: 'openStudyFile', label: 'Open study file' },
  ],
  'bank-of-other-checkpoint': [{ command: 'cluster', label: 'Cluster prototypes again' }],
  'device-fallback': [{ command: 'selectDevice', label: 'Choose device' }],
  'labels-missing': [{ command: 'openStudyFile', label: 'Open study file' }],
  study: [{ command: 'openStudyFile', label: 'Open study file' }],
};

/** More than this many at once are folded away. */
const mostShown = 3;

export function noticeList(panel: Panel): TemplateResult | typeof nothing {
  const { notices } = panel;
  if (notices.length === 0) return nothing;
  const [shown, folded] = [notices.slice(0, mostShown), notices.slice(mostShown)];
  return html`<section class="notices" aria-label="Notices" data-testid="notices">
    ${shown.map((notice) => banner(panel, notice))}
    ${folded.length > 0
      ? html`<details>
          <summary>${folded.length} more ${folded.length === 1 ? 'notice' : 'notices'}</summary>
          ${folded.map((notice) => banner(panel, notice))}
        </details>`
      : nothing}
  </section>`;
}

function banner(panel: Panel, notice: Notice): TemplateResult {
  const warning = warnings.has(notice.kind);
  return html`<div
    class="notice ${warning ? 'warning' : 'info'}"
    data-testid="notice-${notice.kind}"
    title=${notice.file ?? ''}
  >
    ${icon(warning ? 'warning' : 'info')}
    <p>${notice.message}</p>
    ${(buttons[notice.kind] ?? []).map(
      ({ command, label }) =>
        html`<vscode-button
          appearance="secondary"
          data-testid="notice-${notice.kind}-${command}"
          @click=${() => panel.command(command)}
          >${label}</vscode-button
        >`,
    )}
  </div>`;
}
