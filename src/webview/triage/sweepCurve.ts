/** Scores against the threshold, drawn small: where the best lies and how sharp it is. */
import { html, nothing, svg, type TemplateResult } from 'lit';
import { thresholdText } from '../../lpcam/triage/thresholdChoice';

export interface Curve {
  readonly name: string;
  /** Class of its line in the style sheet. */
  readonly style: string;
  /** Shares 0..1; null where there is none. */
  readonly values: readonly (number | null)[];
}

const width = 300;
const height = 120;
const left = 26;
const bottom = 16;

/**
 * @param at threshold looked at; @param best of the sweep, or null
 * @param choose a click chose this threshold
 */
export function sweepCurve(
  thresholds: readonly number[],
  curves: readonly Curve[],
  at: number,
  best: number | null,
  label: string,
  choose: (threshold: number) => void,
): TemplateResult {
  const top = Math.max(0.1, ...curves.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const x = (threshold: number) => left + threshold * (width - left - 6);
  const y = (value: number) => 6 + (1 - value / top) * (height - bottom - 6);
  const points = (values: readonly (number | null)[]) =>
    values
      .flatMap((value, place) =>
        value === null ? [] : [`${x(thresholds[place] ?? 0).toFixed(1)},${y(value).toFixed(1)}`],
      )
      .join(' ');
  return html`<svg
      class="curve"
      viewBox="0 0 ${width} ${height}"
      role="img"
      aria-label=${label}
      data-testid="sweep-curve"
      @click=${(event: MouseEvent) => {
        const box = (event.currentTarget as SVGElement).getBoundingClientRect();
        const position = ((event.clientX - box.left) / box.width) * width;
        choose(Math.max(0, Math.min(1, (position - left) / (width - left - 6))));
      }}
    >
      ${[0, top / 2, top].map(
        (value) =>
          svg`<line class="grid" x1=${left} x2=${width - 6} y1=${y(value)} y2=${y(value)} /><text x=${left - 4} y=${y(value) + 3} text-anchor="end">${(100 * value).toFixed(0)}</text>`,
      )}
      ${[0, 0.5, 1].map(
        (value) =>
          svg`<text x=${x(value)} y=${height - 4} text-anchor="middle">${value === 0 ? '0' : thresholdText(value)}</text>`,
      )}
      ${best === null ? nothing : svg`<line class="best" x1=${x(best)} x2=${x(best)} y1="6" y2=${height - bottom} />`}
      <line class="at" x1=${x(at)} x2=${x(at)} y1="2" y2=${height - bottom} />
      ${curves.map(({ style, values }) => svg`<polyline class=${style} points=${points(values)} />`)}
    </svg>
    <p class="legend hint">
      ${curves.map(({ name, style }) => html`<span><i class="line ${style}"></i>${name}</span>`)}
      ${best === null ? nothing : html`<span><i class="line best"></i>best ${thresholdText(best)}</span>`}
    </p>`;
}
