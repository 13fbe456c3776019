/** Which classes share parts: the largest cosine between their class prototypes, and the two that have it. */
import { html, nothing, type TemplateResult } from 'lit';
import { mostCompared } from '../../protocol/overview';
import { drawMatrix } from '../checkpoint/cosineMatrix';
import { arrowSteps, cellMark, matrixScale } from '../checkpoint/matrixParts';
import { closestPairs, colourReach, matrixLayout, pairAt, type ClassPair } from '../checkpoint/model/cosines';
import { cosine } from '../checkpoint/model/numberText';
import { painted, styled } from '../shared/directives';
import type { AffinityMatrix } from './model/overviewScene';
import type { Overview } from './overview';
import { cardOf } from './planeSection';

const pairsShown = 8;
const widestMatrix = 620;
/** Of the two cards beside it. */
const besideWidth = 520;
const wide = 1000;

export function affinitySection(overview: Overview): TemplateResult {
  const { affinity } = overview;
  return html`<section class="part" data-testid="overview-affinity" aria-labelledby="affinity-heading">
    <header>
      <h3 id="affinity-heading">Parts that classes share</h3>
      <p class="hint">
        The largest cosine between a class prototype of one class and one of another. High: both classes look
        for the same part.
      </p>
    </header>
    ${content(overview, affinity)}
  </section>`;
}

function content(overview: Overview, affinity: AffinityMatrix | null): TemplateResult {
  if (!affinity)
    return html`<p class="nothing">
      The bank holds more than ${mostCompared} foreground centres: too many to compare all with each other.
    </p>`;
  if (affinity.classes.length < 2)
    return html`<p class="nothing">The bank holds one class: there is none to share parts with.</p>`;
  return html`<div class="affinity">${matrix(overview, affinity)} ${besideMatrix(overview, affinity)}</div>`;
}

function matrix(overview: Overview, affinity: AffinityMatrix): TemplateResult {
  const { colours, cell, width } = overview;
  const classes = affinity.classes.length;
  const room = width - 32 - (width >= wide ? besideWidth : 0);
  const layout = matrixLayout(affinity.classNames, Math.min(widestMatrix, room));
  const largest = colourReach(affinity);
  const ratio = devicePixelRatio;
  const at = (event: PointerEvent) => pairAt(event.offsetX, event.offsetY, layout, classes);
  return html`<div class="cosines">
    <p class="reading number" data-testid="affinity-reading">${reading(overview, affinity)}</p>
    <div class="matrix" ${styled({ width: `${layout.size}px`, height: `${layout.size}px` })}>
      <canvas
        tabindex="0"
        role="img"
        data-testid="affinity"
        aria-label="Cosine matrix of the class prototypes of ${classes} classes. Use the arrow keys to read it, Enter to see the two prototypes."
        ${styled({ width: `${layout.size}px`, height: `${layout.size}px` })}
        ${painted([affinity, layout.cell, layout.size, ratio, colours.key], (context, canvas) => {
          canvas.width = canvas.height = Math.round(layout.size * ratio);
          context.setTransform(ratio, 0, 0, ratio, 0, 0);
          drawMatrix(context, affinity, layout, largest, colours);
        })}
        @pointermove=${(event: PointerEvent) => overview.pointCell(at(event), false)}
        @pointerleave=${() => overview.pointCell(null, false)}
        @click=${(event: PointerEvent) => choose(overview, affinity, at(event))}
        @keydown=${(event: KeyboardEvent) => onKey(event, overview, affinity)}
      ></canvas>
      ${cellMark(cell, layout)} ${cellMark(chosenCell(overview, affinity), layout, 'marker chosen')}
    </div>
    <div class="scale" ${styled({ width: `${layout.size}px` })}>
      ${matrixScale(largest, colours.background, colours.key)}
    </div>
  </div>`;
}

function choose({ change }: Overview, { classes }: AffinityMatrix, cell: ClassPair | null): void {
  if (!cell || cell.row === cell.column) return;
  const [row, column] = [classes[cell.row], classes[cell.column]];
  if (row !== undefined && column !== undefined) change({ pair: [row, column] });
}

function chosenCell({ view }: Overview, { classes }: AffinityMatrix): ClassPair | null {
  if (!view.pair) return null;
  const [row, column] = view.pair.map((index) => classes.indexOf(index));
  return row !== undefined && column !== undefined && row >= 0 && column >= 0 ? { row, column } : null;
}

/** What a cell says, also for those who listen. */
export function readCell({ classNames, cosines }: AffinityMatrix, { row, column }: ClassPair): string {
  const between = cosines[row * classNames.length + column] ?? NaN;
  const names = `${classNames[row] ?? ''} · ${classNames[column] ?? ''}`;
  if (row === column) return `${classNames[row] ?? ''} with itself`;
  return Number.isNaN(between) ? `${names}: one has no class prototype` : `${names} ${cosine(between)}`;
}

function reading({ cell }: Overview, affinity: AffinityMatrix): unknown {
  if (!cell)
    return html`<span class="hint"
      >Point at a cell, or use the arrow keys; click it to see its two prototypes.</span
    >`;
  return readCell(affinity, cell);
}

function onKey(event: KeyboardEvent, overview: Overview, affinity: AffinityMatrix): void {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const step = arrowSteps[event.key];
  const from = overview.cell ?? chosenCell(overview, affinity);
  if (event.key === 'Enter') choose(overview, affinity, from);
  else if (step) {
    const within = (place: number) => Math.max(0, Math.min(affinity.classes.length - 1, place));
    const next = from
      ? { row: within(from.row + step[0]), column: within(from.column + step[1]) }
      : { row: 0, column: 1 };
    overview.pointCell(next, true);
  } else return;
  event.preventDefault();
}

function besideMatrix(overview: Overview, affinity: AffinityMatrix): TemplateResult {
  return html`<div class="beside">${pairDetails(overview, affinity)} ${mostAlike(overview, affinity)}</div>`;
}

/** The two prototypes of the chosen cell. */
function pairDetails(overview: Overview, affinity: AffinityMatrix): TemplateResult {
  const cell = chosenCell(overview, affinity);
  if (!cell)
    return html`<p class="hint no-pair">
      Click a cell: the two class prototypes that are most alike appear here.
    </p>`;
  const { row, column } = cell;
  const side = affinity.classes.length;
  const pair = [affinity.centres[row * side + column], affinity.centres[column * side + row]].map((id) =>
    overview.centres.get(id ?? -1),
  );
  const [first, second] = pair;
  const names = `${affinity.classNames[row] ?? ''} and ${affinity.classNames[column] ?? ''}`;
  if (!first || !second)
    return html`<p class="hint no-pair" data-testid="affinity-pair">
      ${names}: one of them has no class prototype with these gates, so there is nothing to compare.
    </p>`;
  const between = affinity.cosines[row * side + column] ?? NaN;
  return html`<div
    class="pair"
    data-testid="affinity-pair"
    data-first=${first.centre.id}
    data-second=${second.centre.id}
  >
    <p>
      <b>#${first.centre.id} ${first.className}</b> and <b>#${second.centre.id} ${second.className}</b>:
      cosine
      <b class="number">${cosine(between)}</b>
    </p>
    <div class="two-cards">${cardOf(overview, first)} ${cardOf(overview, second)}</div>
  </div>`;
}

function mostAlike(overview: Overview, affinity: AffinityMatrix): TemplateResult | typeof nothing {
  const closest = closestPairs(affinity, pairsShown);
  if (closest.length === 0) return nothing;
  return html`<div class="pairs" data-testid="affinity-pairs">
    <h4>Most alike</h4>
    <ol>
      ${closest.map(
        (pair) =>
          html`<li>
            <button type="button" class="link" @click=${() => choose(overview, affinity, pair)}>
              ${affinity.classNames[pair.row]} · ${affinity.classNames[pair.column]}</button
            ><span class="number">${cosine(pair.cosine)}</span>
          </li>`,
      )}
    </ol>
  </div>`;
}
