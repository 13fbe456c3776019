/** From which cosine on a pair is matched, and from which it has drifted. */
import { html, type TemplateResult } from 'lit';
import type { PairBars } from '../../lpcam/bankComparison';

const labels: Readonly<Record<keyof PairBars, { readonly label: string; readonly title: string }>> = {
  matched: { label: 'Matched from', title: 'From this cosine on both are the same prototype' },
  drifted: {
    label: 'Drifted from',
    title: 'From this cosine on it is the same prototype, changed; below, one died and another was born',
  },
};

export function barSliders(
  bars: PairBars,
  move: (bar: keyof PairBars, value: number) => void,
): TemplateResult {
  return html`<div class="bars">
    ${(['matched', 'drifted'] as const).map((bar) => {
      const { label, title } = labels[bar];
      return html`<label title=${title}
        >${label}
        <input
          type="range"
          min="0"
          max="1"
          step="0.01"
          data-testid="bar-${bar}"
          .value=${String(bars[bar])}
          @input=${(event: Event) => move(bar, (event.target as HTMLInputElement).valueAsNumber)}
        />
        <output class="number">${bars[bar].toFixed(2)}</output></label
      >`;
    })}
  </div>`;
}
