/** Which checkpoint and which bank the maps were made of, and whether the two belong together. */
import { html, nothing, type TemplateResult } from 'lit';
import type { ExplanationHeader } from '../../protocol/explanation';
import { timeText } from '../shared/age';
import { nameOf } from '../shared/nameOf';
import { staleBadge } from '../shared/staleBadge';

export function madeOf({ checkpoint, bank }: ExplanationHeader): TemplateResult {
  return html`<p class="made-of hint" data-testid="made-of" data-hash=${checkpoint.hash}>
    Checkpoint
    <span
      title="${checkpoint.path}
Written ${timeText(checkpoint.modified)}
SHA-256 ${checkpoint.hash}"
      >${nameOf(checkpoint.path)} (${checkpoint.hash.slice(0, 8)})</span
    >
    ${
      bank
        ? html`· bank <span title=${bank.path}>${nameOf(bank.path)}</span> ${staleBadge(bank.stale, 'bank')}`
        : nothing
    }
  </p>`;
}
