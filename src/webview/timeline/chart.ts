/** One chart of the timeline as SVG: text as text, every checkpoint a button that the arrows lead to. */
import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import type { TimelineEntry } from '../../protocol/timeline';
import { moveFocus } from '../shared/roving';
import { placeOf } from './scale';
import { labelOf, pointText, type Chart, type Series, type Shape } from './series';

const margin = { top: 10, right: 16, bottom: 40, left: 56 };
const height = 190;
/** Pixels that a label under the axis takes. */
const labelWidth = 46;

export interface ChartPlace {
  /** Pixels. */
  readonly width: number;
  readonly entries: readonly TimelineEntry[];
  /** 0..1 each. */
  readonly places: readonly number[];
  /** The one that the Tab key reaches. */
  readonly current: number;
  /** Unit of the horizontal axis. */
  readonly across: string;
  readonly open: (entry: TimelineEntry) => void;
  readonly inspect: (entry: TimelineEntry) => void;
  readonly reach: (index: number) => void;
}

function marker(shape: Shape, x: number, y: number): SVGTemplateResult {
  switch (shape) {
    case 'circle':
      return svg`<circle class="marker" cx=${x} cy=${y} r="4" />`;
    case 'ring':
      return svg`<circle class="marker hollow" cx=${x} cy=${y} r="3.5" />`;
    case 'square':
      return svg`<rect class="marker" x=${x - 3.5} y=${y - 3.5} width="7" height="7" />`;
    case 'triangle':
      return svg`<path class="marker hollow" d="M${x - 4} ${y - 3} h8 l-4 7 z" />`;
  }
}

function legend(chart: Chart): TemplateResult {
  return html`<ul class="legend">
    ${chart.series.map(
      ({ name, shape, colour, dashed }) =>
        html`<li class="series ${colour} ${dashed ? 'dashed' : ''}">
          <svg width="34" height="12" aria-hidden="true" focusable="false">
            <path class="line" d="M1 6h32" />
            ${marker(shape, 17, 6)}</svg
          >${name}
        </li>`,
    )}
  </ul>`;
}

export function chartView(chart: Chart, place: ChartPlace): TemplateResult {
  const { width, entries } = place;
  const bottom = height - margin.bottom;
  const x = (index: number) =>
    margin.left + 14 + (place.places[index] ?? 0.5) * Math.max(0, width - margin.left - margin.right - 28);
  const y = (value: number) =>
    bottom - placeOf(value, chart.axis.low, chart.axis.high) * (bottom - margin.top);
  return html`<figure class="chart" data-testid="chart-${chart.id}">
    <figcaption>
      <h2>${chart.title}</h2>
      ${legend(chart)}
    </figcaption>
    ${
      chart.empty === null
        ? html`<svg
            role="group"
            aria-label="${chart.title}. The table below holds the same figures."
            width=${width}
            height=${height}
            @keydown=${onKey}
          >
            ${axes(chart, place, x, y, bottom)} ${chart.series.map((series) => line(series, x, y))}
            ${entries.map((entry, index) => point(chart, place, entry, index, x, y, bottom))}
          </svg>`
        : html`<p class="hint">${chart.empty}</p>`
    }
  </figure>`;
}

function onKey(event: KeyboardEvent): void {
  const chart = event.currentTarget as SVGSVGElement;
  moveFocus(event, [...chart.querySelectorAll<HTMLElement>('.point')]);
}

type Along = (value: number) => number;

function axes(chart: Chart, place: ChartPlace, x: Along, y: Along, bottom: number): SVGTemplateResult {
  const { width, entries } = place;
  const right = width - margin.right;
  return svg`<g class="axes" aria-hidden="true">
    ${chart.axis.ticks.map(
      (
        tick,
      ) => svg`<line class=${tick === chart.axis.low ? 'base' : 'grid'} x1=${margin.left} x2=${right} y1=${y(tick)} y2=${y(tick)} />
        <text class="tick" text-anchor="end" x=${margin.left - 8} y=${y(tick) + 4}>${chart.format(tick)}</text>`,
    )}
    <text class="unit" text-anchor="middle" transform="translate(14 ${(margin.top + bottom) / 2}) rotate(-90)">${chart.unit}</text>
    ${labelled(entries.length, x).map(
      (index) =>
        svg`<line class="base" x1=${x(index)} x2=${x(index)} y1=${bottom} y2=${bottom + 4} />
        <text class="tick" text-anchor="middle" x=${x(index)} y=${bottom + 17}>${shortened(entries[index])}</text>`,
    )}
    <text class="unit" text-anchor="middle" x=${(margin.left + right) / 2} y=${height - 5}>${place.across}</text>
  </g>`;
}

/** Entries whose labels do not run into one another: the last one always, the others as there is room. */
function labelled(count: number, x: Along): number[] {
  const chosen: number[] = [];
  let free = Infinity;
  for (let index = count - 1; index >= 0; index--) {
    if (x(index) > free) continue;
    chosen.push(index);
    free = x(index) - labelWidth;
  }
  return chosen.reverse();
}

function shortened(entry: TimelineEntry | undefined): string {
  const label = entry ? labelOf(entry) : '';
  return label.length > 7 ? `…${label.slice(-6)}` : label;
}

/** A line through what is there; where a checkpoint was not computed it has a gap. */
function line({ values, colour, dashed }: Series, x: Along, y: Along): SVGTemplateResult {
  let path = '';
  let open = false;
  values.forEach((value, index) => {
    if (value === null) open = false;
    else {
      path += `${open ? 'L' : 'M'}${x(index)} ${y(value)}`;
      open = true;
    }
  });
  return svg`<path class="line series ${colour} ${dashed ? 'dashed' : ''}" d=${path} aria-hidden="true" />`;
}

function point(
  chart: Chart,
  place: ChartPlace,
  entry: TimelineEntry,
  index: number,
  x: Along,
  y: Along,
  bottom: number,
): SVGTemplateResult {
  const text = pointText(chart, entry, index);
  const { open, inspect } = place;
  const act = (event: MouseEvent | KeyboardEvent) => (event.shiftKey ? inspect(entry) : open(entry));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    act(event);
  };
  return svg`<g
    class="point ${entry.onDisk ? '' : 'gone'}"
    role="button"
    tabindex=${index === place.current ? 0 : -1}
    aria-label=${text}
    aria-disabled=${!entry.onDisk}
    data-testid="point-${index}"
    data-path=${entry.path}
    @click=${act}
    @keydown=${onKeyDown}
    @focus=${() => place.reach(index)}
  >
    <title>${text}${entry.onDisk ? '\nClick: an image with it. Shift and click: inspect it.' : ''}</title>
    <rect class="column" x=${x(index) - 12} y=${margin.top} width="24" height=${bottom - margin.top} />
    ${
      entry.point === null
        ? svg`<path class="missing" d="M${x(index) - 3} ${bottom - 3}l6 6m0 -6l-6 6" />`
        : chart.series.map(({ values, shape, colour }) => {
            const value = values[index] ?? null;
            return value === null
              ? svg``
              : svg`<g class="series ${colour}">${marker(shape, x(index), y(value))}</g>`;
          })
    }
  </g>`;
}
