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
      @pointerenter=${(event: Event) => {
        // Not before somebody points at it: the first date of a page takes the browser 10 ms to write.
        if (event.currentTarget instanceof HTMLElement) event.currentTarget.title = titleOf(checkpoint);
      }}
      >${nameOf(checkpoint.path)} (${checkpoint.hash.slice(0, 8)})</span
    >
    ${
      bank
        ? html`· bank <span title=${bank.path}>${nameOf(bank.path)}</span> ${staleBadge(bank.stale, 'bank')}`
        : nothing
    }
  </p>`;
}

function titleOf({ path, modified, hash }: ExplanationHeader['checkpoint']): string {
  return `${path}\nWritten ${timeText(modified)}\nSHA-256 ${hash}`;
}
