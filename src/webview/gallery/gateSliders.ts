/** The gates over all classes: moved by hand, applied at once, with how many centres pass. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Gates } from '../../lpcam/presets';
import { exactSlider } from '../shared/exactSlider';
import { icon } from '../shared/icons';
import type { Gallery } from './gallery';
import type { GateCounts } from './model/gatedCentres';

export function gateSliders(gallery: Gallery, counts: GateCounts): TemplateResult {
  const { gates, opened } = gallery;
  if (opened?.bank?.summary.alreadyGated === true)
    return html`<p class="gates hint" data-testid="already-gated">
      The bank holds prototypes that were gated before they were published, so gates do not apply.
    </p>`;
  const [low, high] = gates.context;
  const set = (changed: Gates) => gallery.change({ gates: ownGates(changed, opened?.gates) });
  return html`<div class="gates" role="group" aria-label="Gates">
      ${exactSlider('Class above', 'gate-class', gates.class, 'A foreground centre with p above this is a class prototype', (value) => set({ ...gates, class: value }))}
      <output class="number pass" data-testid="class-pass"
        >${counts.class} of ${counts.foreground} foreground</output
      >
      <span class="rule"></span>
      ${exactSlider('Context from', 'gate-context-low', low, 'A background centre with p above this …', (value) => set({ ...gates, context: [value, Math.max(value, high)] }))}
      ${exactSlider('to', 'gate-context-high', high, '… and below this is a context prototype', (value) => set({ ...gates, context: [Math.min(low, value), value] }))}
      <output class="number pass" data-testid="context-pass"
        >${counts.context} of ${counts.background} background</output
      >
      ${
        gallery.view.gates === null
          ? nothing
          : html`<button
              type="button"
              class="link"
              data-testid="gates-reset"
              title="class ${opened?.gates.class}, context ${opened?.gates.context.join(' to ')}"
              @click=${() => gallery.change({ gates: null })}
            >
              the study’s gates
            </button>`
      }
    </div>
    ${without(counts)}`;
}

/** The person's gates, or null where they are the study's. */
function ownGates({ class: ofClass, context: [low, high] }: Gates, study: Gates | undefined) {
  const same = ofClass === study?.class && low === study.context[0] && high === study.context[1];
  return same ? null : { class: ofClass, context: [low, high] as [number, number] };
}

const mostNamed = 5;

function named(classes: readonly string[]): string {
  const rest = classes.length - mostNamed;
  return rest > 0 ? `${classes.slice(0, mostNamed).join(', ')} and ${rest} more classes` : classes.join(', ');
}

/** Classes that these gates leave without prototypes of a kind. */
function without({ withoutClass, withoutContext }: GateCounts): TemplateResult | typeof nothing {
  if (withoutClass.length + withoutContext.length === 0) return nothing;
  return html`<div class="without" data-testid="gates-without">
    ${
      withoutClass.length > 0
        ? html`<p title=${withoutClass.join(', ')}>
            ${icon('warning')}<span
              >No foreground centre passes in ${named(withoutClass)}: the one of largest p stands in.</span
            >
          </p>`
        : nothing
    }
    ${
      withoutContext.length > 0
        ? html`<p title=${withoutContext.join(', ')}>
            ${icon('warning')}<span
              >No background centre passes in ${named(withoutContext)}: nothing is subtracted there.</span
            >
          </p>`
        : nothing
    }
  </div>`;
}
