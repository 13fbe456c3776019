/** How a tensor's numbers are distributed, as bars. */
import { html, nothing, svg, type TemplateResult } from 'lit';
import type { TensorStatistics } from '../../protocol/checkpoint';
import { styled } from '../shared/directives';
import { barHeights } from './model/bars';
import { counted, value } from './model/numberText';

const width = 256;
const height = 96;

export function histogram(statistics: TensorStatistics, logarithmic: boolean): TemplateResult {
  const { histogram: counts, min, max } = statistics;
  if (!counts || min === null || max === null) return html`<p class="hint">There is no finite number.</p>`;
  if (min === max)
    return html`<p class="hint" data-testid="histogram" data-bins="1">
      Every finite number is ${value(min)}.
    </p>`;
  const heights = barHeights(counts, logarithmic);
  const step = width / counts.length;
  const edge = (bin: number) => min + ((max - min) / counts.length) * bin;
  const most = counts.indexOf(Math.max(...counts));
  const share = -min / (max - min);
  const zero = min < 0 && max > 0 ? share * width : null;
  // Beside the ends there is no room for a label of its own.
  const labelled = share > 0.24 && share < 0.76;
  return html`<figure class="histogram" data-testid="histogram" data-bins=${counts.length}>
    <svg
      viewBox="0 0 ${width} ${height}"
      preserveAspectRatio="none"
      role="img"
      aria-label="Histogram from ${value(min)} to ${value(max)}; most numbers lie between ${value(edge(most))} and ${value(edge(most + 1))}."
    >
      ${heights.map((share, bin) => {
        const count = counts[bin] ?? 0;
        // A bin that has something in it is never invisible.
        const tall = count > 0 ? Math.max(1, share * height) : 0;
        return svg`<g><title>${value(edge(bin))} to ${value(edge(bin + 1))}: ${counted(count, 'number')}</title>
          <rect class="reach" x=${bin * step} y="0" width=${step} height=${height}></rect>
          <rect class="bar" x=${bin * step + 0.25} y=${height - tall} width=${step - 0.5} height=${tall}></rect></g>`;
      })}
      ${zero === null ? nothing : svg`<line x1=${zero} x2=${zero} y1="0" y2=${height}></line>`}
    </svg>
    <figcaption class="number">
      <span>${value(min)}</span
      >${zero === null || !labelled ? nothing : html`<span class="zero" ${styled({ left: `${(zero / width) * 100}%` })}>0</span>`}<span
        >${value(max)}</span
      >
    </figcaption>
  </figure>`;
}
