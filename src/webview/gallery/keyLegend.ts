/** The last line: keys, and what concerns all marks at once. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Gallery } from './gallery';

const keys: readonly (readonly [key: string, does: string])[] = [
  ['← ↑ → ↓', 'move'],
  ['1–8', 'open image'],
  ['p', 'pin'],
  ['d', 'drop'],
  ['/', 'search'],
];

/** @param hand ids of the centres marked by hand */
export function keyLegend(gallery: Gallery, hand: readonly number[]): TemplateResult {
  return html`<footer class="legend">
    <span class="patch-marker" aria-hidden="true"></span><span class="hint">the patch itself</span>
    <span class="spring"></span>
    ${keys.map(([key, does]) => html`<span class="hint key"><kbd>${key}</kbd> ${does}</span>`)}
    ${
      hand.length > 0 && gallery.opened?.bank?.readOnly === null
        ? html`<button
            type="button"
            class="link"
            data-testid="gallery-unmark"
            title="Leave every pinned and dropped centre to the gates again"
            @click=${() => gallery.mark(hand, null)}
          >
            Undo ${hand.length === 1 ? 'the mark' : `all ${hand.length} marks`}
          </button>`
        : nothing
    }
  </footer>`;
}
