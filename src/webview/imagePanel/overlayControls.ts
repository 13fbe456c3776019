/** How overlays look: opacity, colour map, range and outlines. */
import { html, nothing, type TemplateResult } from 'lit';
import { ruleTitle } from '../../lpcam/ruleText';
import { heatColourMaps, type HeatColourMap, type ViewState } from './model/viewState';
import type { Panel } from './panel';

export function overlayControls(panel: Panel): TemplateResult {
  const { view, scene } = panel;
  const checkbox = (key: 'seedOutline' | 'maskOutline', label: string, title: string) =>
    html`<vscode-checkbox
      data-testid=${key}
      title=${title}
      .checked=${view[key]}
      @change=${(event: Event) => {
        const checked = (event.target as HTMLInputElement).checked;
        if (checked !== view[key])
          panel.change(key === 'seedOutline' ? { seedOutline: checked } : { maskOutline: checked });
      }}
      >${label}</vscode-checkbox
    >`;
  return html`<section class="controls" aria-label="Overlay">
    <label class="slider"
      ><span>Opacity</span>
      <input
        type="range"
        min="0"
        max="1"
        step="0.05"
        data-testid="opacity"
        title="Opacity of the overlay (o, O)"
        .value=${String(view.opacity)}
        @input=${(event: Event) => panel.change({ opacity: Number((event.target as HTMLInputElement).value) })}
      />
      <output class="number">${Math.round(view.opacity * 100)} %</output>
    </label>
    ${select(
      'Colour map',
      'colourMap',
      heatColourMaps.map((name) => ({ value: name, label: name })),
      view.colourMap,
      (colourMap) => panel.change({ colourMap: colourMap as HeatColourMap }),
      'Colour map of heat maps; maps with values of both signs always use a diverging one',
    )}
    ${
      scene?.header.bank
        ? select(
            'Cosines',
            'range',
            [
              { value: 'shared', label: 'one range' },
              { value: 'own', label: 'own range' },
            ],
            view.range,
            (range) => panel.change({ range: range as ViewState['range'] }),
            'One range: every similarity map of the class has the same colours for the same cosine. Own range: each is stretched to its own values',
          )
        : nothing
    }
    ${
      scene?.header.fusion
        ? select(
            'Maps',
            'mapRule',
            [
              { value: 'system', label: ruleTitle(scene.header.fusion.rule) },
              { value: 'plain', label: 'plain LPCAM' },
            ],
            view.plain ? 'plain' : 'system',
            (rule) => panel.change({ plain: rule === 'plain' }),
            `${ruleTitle(scene.header.fusion.rule)}: CAM and LPCAM as the system makes them, with class and patch attention. Plain: CAM and LPCAM of the patch tokens alone`,
          )
        : nothing
    }
    ${
      scene && scene.seedSources.length > 1
        ? select(
            'Seed of',
            'seedFrom',
            [
              { value: 'lpcam', label: 'LPCAM' },
              { value: 'cam', label: 'CAM' },
            ],
            scene.seedFrom,
            (seedFrom) => panel.change({ seedFrom: seedFrom as ViewState['seedFrom'] }),
            'Whose seed the Seed view and the outline on Image and Mask show',
          )
        : nothing
    }
    ${
      scene?.compared?.bothMaps === true
        ? select(
            'Difference of',
            'differenceOf',
            [
              { value: 'values', label: 'maps' },
              { value: 'labels', label: 'seeds' },
            ],
            view.differenceOf,
            (differenceOf) => panel.change({ differenceOf: differenceOf as ViewState['differenceOf'] }),
            'Maps: B − A, value by value. Seeds: which pixels each has of the class at the threshold it was compared at',
          )
        : nothing
    }
    <span class="outlines" role="group" aria-label="Outlines"
      ><span>Outlines</span> ${checkbox('seedOutline', 'seed', 'White outline of the shown class’s seed')}
      ${
        scene?.header.mask
          ? checkbox('maskOutline', 'mask', 'Yellow outline of the shown class in the mask')
          : nothing
      }</span
    >
  </section>`;
}

function select(
  label: string,
  testId: string,
  options: readonly { value: string; label: string }[],
  chosen: string,
  choose: (value: string) => void,
  title: string,
): TemplateResult {
  return html`<label class="select" title=${title}
    ><span>${label}</span>
    <select
      data-testid=${testId}
      .value=${chosen}
      @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}
    >
      ${options.map(
        (option) =>
          html`<option value=${option.value} ?selected=${option.value === chosen}>${option.label}</option>`,
      )}
    </select>
  </label>`;
}
