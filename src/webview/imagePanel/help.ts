/** The help overlay: every key, and what the words on the panel mean. */
import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { icon } from '../shared/icons';
import type { Panel } from './panel';

const keys: readonly (readonly [string, string])[] = [
  ['v, V', 'next, previous view of the active pane'],
  ['s', 'one view, or two (three while seeds are compared)'],
  ['c, C', 'next, previous class'],
  ['[, ]', 'threshold down, up by 0.01'],
  ['o, O', 'opacity up, down'],
  ['p, P', 'switch the selected prototype; only it'],
  ['a, r', 'all prototypes on; reset'],
  ['+, −, 0, 1', 'zoom in, out, fit, one to one'],
  ['arrows', 'on a picture: move the cursor (Shift: 10 pixels; Ctrl: pan)'],
  ['Escape', 'take the cursor, the selection or this help away'],
  ['?', 'this help'],
];

const words: readonly (readonly [string, string])[] = [
  ['CAM', 'relu(W·F) of image and mirror, summed over the scales, divided by (its max + 1e-5).'],
  [
    'LPCAM',
    'relu(FG − BG) per scale, mean over the scales, divided by its max. Without context prototypes: FG, without a relu.',
  ],
  [
    'MCTformer',
    'Class attention times patch CAM, or times LPCAM in its place, of image and mirror each (V2: attention of the last three blocks; MCTformer+: of all, and the root of the product), refined by patch attention; summed over views and scales, brought to 0..1 by its least and largest value.',
  ],
  ['FG, BG', 'Mean cosine with the class prototypes, with the context prototypes.'],
  ['FP, FN', '1 − truth/union and 1 − predicted/union. Pixels whose mask is 255 are ignored.'],
  [
    'Suppression',
    'Above the threshold with class prototypes alone, not above it in LPCAM; each map divided by its own max.',
  ],
  [
    'B − A',
    'Two folders’ seeds of the image: values of the maps of the class as the files have them, or which pixels each has of it, each at the threshold it was compared at.',
  ],
  [
    'Widths off the stride',
    'Where the width is no multiple of the stride, mirrored features lie up to stride − 1 pixels off, as in the published code.',
  ],
];

export function help(panel: Panel): TemplateResult | typeof nothing {
  if (!panel.momentary.helpOpen) return nothing;
  const close = () => panel.note({ helpOpen: false });
  return html`<dialog
    class="help"
    aria-labelledby="help-title"
    data-testid="help-dialog"
    ${ref(open)}
    @close=${close}
    @click=${(event: Event) => {
      if (event.target === event.currentTarget) close();
    }}
  >
    <header>
      <h2 id="help-title">Keys and words</h2>
      <span class="spring"></span>
      <vscode-button appearance="icon" aria-label="Close" title="Close (Escape)" @click=${close}
        >${icon('close')}</vscode-button
      >
    </header>
    <dl class="keys">
      ${keys.map(
        ([key, what]) =>
          html`<dt>${key.split(', ').map((one, i) => html`${i > 0 ? ' ' : nothing}<kbd>${one}</kbd>`)}</dt>
            <dd>${what}</dd>`,
      )}
    </dl>
    <dl class="words">
      ${words.map(
        ([word, what]) =>
          html`<dt>${word}</dt>
            <dd>${what}</dd>`,
      )}
    </dl>
    <button type="button" class="link" data-testid="openHelp" @click=${() => panel.command('openHelp')}>
      Open the manual
    </button>
  </dialog>`;
}

/** Modal, so that the focus stays inside and comes back where it was. */
function open(element: Element | undefined): void {
  if (!(element instanceof HTMLDialogElement)) return;
  // lit calls before the element is in the page.
  queueMicrotask(() => {
    if (element.isConnected && !element.open) element.showModal();
  });
}
