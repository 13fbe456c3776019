/** Threshold, background and how overlays look. */
import { html, nothing, type TemplateResult } from 'lit';
import type { ReadAs } from '../../protocol/seed';
import { heatColourMaps } from '../imagePanel/model/viewState';
import { exactSlider } from '../shared/exactSlider';
import { readAsControl } from './facts';
import type { SeedScene } from './model/seedScene';
import type { SeedView } from './model/seedView';

export interface ControlsTarget {
  change(patch: Partial<SeedView>): void;
  readAs(readAs: ReadAs): void;
}

export function controls(scene: SeedScene, target: ControlsTarget): TemplateResult {
  const { seed, view } = scene;
  return html`<section class="controls" aria-label="Seed and overlay">
    ${readAsControl(seed, view.readAs, (readAs) => target.readAs(readAs))}
    ${scene.hasBackground ? backgroundControl(scene, target) : nothing}
    ${
      scene.thresholded
        ? html`${exactSlider(
              'Threshold',
              'threshold',
              scene.threshold,
              'Background score: a class must exceed it ([ and ])',
              (threshold) => target.change({ threshold }),
            )}
            <button
              type="button"
              class="link"
              data-testid="threshold-reset"
              title=${seed.study === null ? 'The published threshold' : 'The threshold of the study'}
              ?disabled=${view.threshold === null}
              @click=${() => target.change({ threshold: null })}
            >
              ${seed.study === null ? 'published' : 'study'}: ${seed.threshold}
            </button>`
        : nothing
    }
    <label class="slider"
      ><span>Opacity</span>
      <input
        type="range"
        min="0"
        max="1"
        step="0.05"
        data-testid="opacity"
        .value=${String(view.opacity)}
        @input=${(event: Event) => target.change({ opacity: (event.target as HTMLInputElement).valueAsNumber })}
      />
    </label>
    ${
      seed.content.kind === 'labels'
        ? nothing
        : html`<label class="select"
              ><span>Colour map</span>
              <select
                data-testid="colourMap"
                @change=${(event: Event) => {
                  const { value } = event.target as HTMLSelectElement;
                  target.change({ colourMap: heatColourMaps.find((name) => name === value) ?? 'turbo' });
                }}
              >
                ${heatColourMaps.map(
                  (name) => html`<option value=${name} ?selected=${name === view.colourMap}>${name}</option>`,
                )}
              </select>
            </label>
            <label
              class="select"
              title="One range for all maps, so that colours compare; or each its own values"
              ><span>Range</span>
              <select
                data-testid="range"
                @change=${(event: Event) =>
                  target.change({
                    range: (event.target as HTMLSelectElement).value === 'own' ? 'own' : 'unit',
                  })}
              >
                <option value="unit" ?selected=${view.range === 'unit'}>one range</option>
                <option value="own" ?selected=${view.range === 'own'}>own range</option>
              </select>
            </label>`
    }
    <span class="outlines" role="group" aria-label="Outlines"
      ><span>Outlines</span>
      ${
        scene.labels === null
          ? nothing
          : checkbox('seedOutline', 'seed', 'White outline of the seed', view.seedOutline, (seedOutline) =>
              target.change({ seedOutline }),
            )
      }
      ${
        seed.mask === null
          ? nothing
          : checkbox('maskOutline', 'mask', 'Yellow outline of the mask', view.maskOutline, (maskOutline) =>
              target.change({ maskOutline }),
            )
      }
    </span>
  </section>`;
}

function backgroundControl(scene: SeedScene, target: ControlsTarget): TemplateResult {
  return html`<label
    class="select"
    title="What a class must exceed: the background map of the file, or one threshold everywhere, as IRN's evaluation"
    ><span>Background</span>
    <select
      data-testid="background"
      @change=${(event: Event) =>
        target.change({ ownBackground: (event.target as HTMLSelectElement).value === 'file' })}
    >
      <option value="threshold" ?selected=${!scene.ownBackground}>threshold</option>
      <option value="file" ?selected=${scene.ownBackground}>map of the file</option>
    </select>
  </label>`;
}

function checkbox(
  testId: string,
  label: string,
  title: string,
  checked: boolean,
  set: (checked: boolean) => void,
): TemplateResult {
  return html`<vscode-checkbox
    data-testid=${testId}
    title=${title}
    .checked=${checked}
    @change=${(event: Event) => {
      const now = (event.target as HTMLInputElement).checked;
      if (now !== checked) set(now);
    }}
    >${label}</vscode-checkbox
  >`;
}
