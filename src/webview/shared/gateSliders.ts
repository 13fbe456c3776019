/** The gates' three sliders: which centres count as class and as context prototypes. */
import { html, type TemplateResult } from 'lit';
import type { Gates } from '../../lpcam/presets';
import { exactSlider } from './exactSlider';

/** The sliders that a page lays out. The lower context gate never passes the upper one. */
export function gateSliders(
  gates: Gates,
  set: (changed: Gates) => void,
): Readonly<Record<'class' | 'context', TemplateResult>> {
  const [low, high] = gates.context;
  return {
    class: exactSlider(
      'Class above',
      'gate-class',
      gates.class,
      'A foreground centre with p above this is a class prototype',
      (value) => set({ ...gates, class: value }),
    ),
    context: html`${exactSlider(
      'Context from',
      'gate-context-low',
      low,
      'A background centre with p above this …',
      (value) => set({ ...gates, context: [value, Math.max(value, high)] }),
    )}
    ${exactSlider('to', 'gate-context-high', high, '… and below this is a context prototype', (value) =>
      set({ ...gates, context: [Math.min(low, value), value] }),
    )}`,
  };
}

/** Back to what the study says. */
export function studysGates(own: boolean, studys: Gates | undefined, reset: () => void): TemplateResult {
  return html`<button
    type="button"
    class="link"
    data-testid="gates-reset"
    title=${studys ? `class ${studys.class}, context ${studys.context.join(' to ')}` : 'The gates of the study'}
    ?disabled=${!own}
    @click=${reset}
  >
    the study’s gates
  </button>`;
}
