/** The gates: which centres pass, moved by hand and applied at once. */
import { html, type TemplateResult } from 'lit';
import type { Gates } from '../../lpcam/presets';
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
  const set = (changed: Gates) => {
    const same =
      changed.class === studys.class &&
      changed.context[0] === studys.context[0] &&
      changed.context[1] === studys.context[1];
    panel.change({
      gates: same ? null : { class: changed.class, context: [changed.context[0], changed.context[1]] },
    });
  };
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
      ${slider(
        'Class above',
        'gate-class',
        gates.class,
        'A foreground centre with p above this is a class prototype',
        (value) => set({ ...gates, class: value }),
      )}
      ${slider('Context from', 'gate-context-low', low, 'A background centre with p above this …', (value) =>
        set({ ...gates, context: [value, Math.max(value, high)] }),
      )}
      ${slider('to', 'gate-context-high', high, '… and below this is a context prototype', (value) =>
        set({ ...gates, context: [Math.min(low, value), value] }),
      )}
      <button
        type="button"
        class="link"
        data-testid="gates-reset"
        ?disabled=${panel.view.gates === null}
        @click=${() => panel.change({ gates: null })}
      >
        the study’s gates
      </button>
    </div>
  </details>`;
}

function slider(
  label: string,
  testId: string,
  value: number,
  title: string,
  set: (value: number) => void,
): TemplateResult {
  return html`<label class="slider" title=${title}
    ><span>${label}</span>
    <input
      type="range"
      min="0"
      max="1"
      step="0.01"
      data-testid=${testId}
      .value=${String(value)}
      @input=${(event: Event) => set(Number((event.target as HTMLInputElement).value))}
    />
    <output class="number">${value.toFixed(2)}</output>
  </label>`;
}
