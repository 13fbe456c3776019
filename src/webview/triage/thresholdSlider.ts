/** A slider over the thresholds that were counted, with the ones that stand out as buttons beside it. */
import { html, nothing, type TemplateResult } from 'lit';
import { thresholdText } from '../../lpcam/triage/thresholdChoice';
import type { FolderScene } from './model/triageScene';

/** @param testId of the slider */
export function thresholdSlider(
  label: string,
  testId: string,
  { seeds, swept }: FolderScene,
  place: number,
  set: (threshold: number) => void,
): TemplateResult | typeof nothing {
  if (seeds.labelMaps) return nothing;
  const { thresholds, own } = seeds;
  const mark = (text: string, at: number | null, title: string, name: string) =>
    at === null
      ? nothing
      : html`<button
          type="button"
          class="link"
          data-testid="${testId}-${name}"
          aria-pressed=${at === place}
          title=${title}
          @click=${() => set(thresholds[at] ?? 0)}
        >
          ${text} ${thresholdText(thresholds[at] ?? 0)}
        </button>`;
  return html`<span class="threshold">
    <label class="slider"
      ><span>${label}</span>
      <input
        type="range"
        min="0"
        max=${thresholds.length - 1}
        step="1"
        aria-valuetext=${thresholdText(thresholds[place] ?? 0)}
        data-testid=${testId}
        .value=${String(place)}
        @input=${(event: Event) => set(thresholds[(event.target as HTMLInputElement).valueAsNumber] ?? 0)}
      />
    </label>
    <output class="number" data-testid="${testId}-value">${thresholdText(thresholds[place] ?? 0)}</output>
    ${mark('study', own?.place ?? null, own === null ? '' : `As ${own.from} sets it`, 'study')}
    ${mark('best', swept.best, 'The best of the sweep on these masks: an oracle', 'best')}
  </span>`;
}
