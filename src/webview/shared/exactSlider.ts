/** A slider over 0..1 with a field beside it for the exact value. */
import { html, type TemplateResult } from 'lit';

/** @param testId of the slider; the field's ends in `-value` */
export function exactSlider(
  label: string,
  testId: string,
  value: number,
  title: string,
  set: (value: number) => void,
): TemplateResult {
  const take = (event: Event) => {
    const { valueAsNumber } = event.target as HTMLInputElement;
    if (valueAsNumber >= 0 && valueAsNumber <= 1) set(valueAsNumber);
  };
  return html`<span class="gate"
    ><label class="slider" title=${title}
      ><span>${label}</span>
      <input
        type="range"
        min="0"
        max="1"
        step="0.01"
        data-testid=${testId}
        .value=${String(value)}
        @input=${take}
      />
    </label>
    <input
      type="number"
      class="number"
      min="0"
      max="1"
      step="0.001"
      aria-label="${label}, exactly"
      title=${title}
      data-testid="${testId}-value"
      .value=${String(value)}
      @change=${take}
  /></span>`;
}
