/** The gates over all classes: moved by hand, applied at once, with how many centres pass. */
import { html, nothing, type TemplateResult } from 'lit';
import { gateSliders, studysGates } from '../shared/gateSliders';
import { ownGates } from '../shared/ownGates';
import { icon } from '../shared/icons';
import type { Gallery } from './gallery';
import type { GateCounts } from './model/gatedCentres';

export function galleryGates(gallery: Gallery, counts: GateCounts): TemplateResult {
  const { gates, opened } = gallery;
  if (opened?.bank?.summary.alreadyGated === true)
    return html`<p class="gates hint" data-testid="already-gated">
      The bank holds prototypes that were gated before they were published, so gates do not apply.
    </p>`;
  const sliders = gateSliders(gates, (changed) =>
    gallery.change({ gates: ownGates(changed, opened?.gates) }),
  );
  return html`<div class="gates" role="group" aria-label="Gates">
      ${sliders.class}
      <output class="number pass" data-testid="class-pass"
        >${counts.class} of ${counts.foreground} foreground</output
      >
      <span class="rule"></span>
      ${sliders.context}
      <output class="number pass" data-testid="context-pass"
        >${counts.context} of ${counts.background} background</output
      >
      ${
        gallery.view.gates === null
          ? nothing
          : studysGates(true, opened?.gates, () => gallery.change({ gates: null }))
      }
    </div>
    ${without(counts)}`;
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
