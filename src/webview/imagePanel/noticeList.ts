/** Quiet banners: what went wrong in practice, in plain words, with a way on where there is one. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Notice, NoticeKind } from '../../lpcam/notice';
import { icon } from '../shared/icons';
import type { Panel } from './panel';
import { studyCommand, type LabelledCommand } from './studyCommand';

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

/** `study`: to the study file. */
const buttons: Partial<Record<NoticeKind, LabelledCommand | 'study'>> = {
  'no-bank': { command: 'cluster', label: 'Cluster prototypes' },
  'bank-of-other-checkpoint': { command: 'cluster', label: 'Cluster prototypes again' },
  'device-fallback': { command: 'selectDevice', label: 'Choose device' },
  'labels-missing': 'study',
  study: 'study',
};

/** Kinds that hold for so many images that they must not take the stage's room: one folded line. */
const minor: ReadonlySet<NoticeKind> = new Set([
  'width-not-multiple-of-stride',
  'image-format',
  'not-settled',
  'empty-cluster',
  'fewer-rows-than-k',
  'no-rows',
  'class-without-images',
]);

/** More than this many at once are folded away, too. */
const mostShown = 3;

export function noticeList(panel: Panel): TemplateResult | typeof nothing {
  const { notices } = panel;
  if (notices.length === 0) return nothing;
  const major = notices.filter((notice) => !minor.has(notice.kind));
  const folded = [...major.slice(mostShown), ...notices.filter((notice) => minor.has(notice.kind))];
  return html`<section class="notices" aria-label="Notices" data-testid="notices">
    ${major.slice(0, mostShown).map((notice) => banner(panel, notice))}
    ${
      folded.length > 0
        ? html`<details>
            <summary>
              ${folded.length} ${folded.length === 1 ? 'note' : 'notes'}: ${folded[0]?.message}
            </summary>
            ${folded.map((notice) => banner(panel, notice))}
          </details>`
        : nothing
    }
  </section>`;
}

/** While something is being clustered already, there is no offer to cluster. */
function offer(panel: Panel, { kind }: Notice): LabelledCommand | null {
  const button = buttons[kind];
  const offered = button === 'study' ? studyCommand(panel) : (button ?? null);
  return offered?.command === 'cluster' && panel.state.progress ? null : offered;
}

function banner(panel: Panel, notice: Notice): TemplateResult {
  const warning = warnings.has(notice.kind);
  const offered = offer(panel, notice);
  return html`<div
    class="notice ${warning ? 'warning' : 'info'}"
    data-testid="notice-${notice.kind}"
    title=${notice.file ?? ''}
  >
    ${icon(warning ? 'warning' : 'info')}
    <p>${notice.message}</p>
    ${
      offered
        ? html`<vscode-button
            appearance="secondary"
            data-testid="notice-${notice.kind}-${offered.command}"
            @click=${() => panel.command(offered.command)}
            >${offered.label}</vscode-button
          >`
        : nothing
    }
  </div>`;
}
