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
  'bank-scored-anew',
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

/** Kinds that hold for so many images that they wait behind a button: nothing has to be done about them. */
const minor: ReadonlySet<NoticeKind> = new Set([
  'width-not-multiple-of-stride',
  'image-format',
  'not-settled',
  'empty-cluster',
  'fewer-rows-than-k',
  'no-rows',
  'class-without-images',
]);

const isMinor = ({ kind }: Notice) => minor.has(kind);

/** More than this many at once are folded away, too. */
const mostShown = 3;

/** The notices that matter, and the notes once they are asked for. */
export function noticeList(panel: Panel): TemplateResult | typeof nothing {
  const major = panel.notices.filter((notice) => !isMinor(notice));
  const notes = panel.momentary.notesOpen ? panel.notices.filter(isMinor) : [];
  if (major.length + notes.length === 0) return nothing;
  const folded = major.slice(mostShown);
  return html`<section class="notices" aria-label="Notices" data-testid="notices">
    ${major.slice(0, mostShown).map((notice) => banner(panel, notice))}
    ${
      folded.length > 0
        ? html`<details>
            <summary>${folded.length} more: ${folded[0]?.message}</summary>
            ${folded.map((notice) => banner(panel, notice))}
          </details>`
        : nothing
    }
    ${notes.length > 0 ? html`<div id="notes">${notes.map((notice) => banner(panel, notice))}</div>` : nothing}
  </section>`;
}

/** "1 note": opens what is worth knowing and needs no doing. */
export function notesButton(panel: Panel): TemplateResult | typeof nothing {
  const notes = panel.notices.filter(isMinor);
  if (notes.length === 0) return nothing;
  const { notesOpen } = panel.momentary;
  return html`<button
    type="button"
    class="notes-button"
    data-testid="notes"
    aria-expanded=${notesOpen}
    aria-controls=${notesOpen ? 'notes' : nothing}
    title=${notes.map((notice) => notice.message).join('\n')}
    @click=${() => panel.note({ notesOpen: !notesOpen })}
  >
    ${icon('info')}<span>${notes.length} ${notes.length === 1 ? 'note' : 'notes'}</span>
  </button>`;
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
