/** The gates: which centres pass, moved by hand and applied at once. */
import { html, type TemplateResult } from 'lit';
import { gateSliders, studysGates } from '../shared/gateSliders';
import { ownGates } from '../shared/ownGates';
import type { Scene } from './model/scene';
import type { Panel } from './panel';

export function gateControls(panel: Panel, scene: Scene): TemplateResult {
  if (scene.header.alreadyGated) {
    return html`<p class="hint" data-testid="already-gated">
      The bank holds prototypes that were gated before they were published, so gates do not apply.
    </p>`;
  }
  const { gates, active } = scene;
  const studys = scene.header.settings.gates;
  const foreground = [...active.class, ...active.rejected].filter(
    (p) => p.centre.set === 'foreground',
  ).length;
  const background = [...active.context, ...active.rejected].filter(
    (p) => p.centre.set === 'background',
  ).length;
  const sliders = gateSliders(gates, (changed) => panel.change({ gates: ownGates(changed, studys) }));
  const [low, high] = gates.context;
  return html`<details
    class="gates"
    ?open=${panel.momentary.gatesOpen}
    @toggle=${(event: Event) => {
      const { open } = event.target as HTMLDetailsElement;
      if (open !== panel.momentary.gatesOpen) panel.note({ gatesOpen: open });
    }}
  >
    <summary data-testid="gates">
      Gates
      <span class="number" data-testid="gates-pass"
        ><span title="Foreground centres with p above the gate"
          >class &gt; ${gates.class}: ${active.class.length}/${foreground}</span
        >
        <span title="Background centres with p between the gates"
          >context ${low}–${high}: ${active.context.length}/${background}</span
        ></span
      >
    </summary>
    <div class="sliders">
      ${sliders.class} ${sliders.context}
      ${studysGates(panel.view.gates !== null, studys, () => panel.change({ gates: null }))}
    </div>
  </details>`;
}
