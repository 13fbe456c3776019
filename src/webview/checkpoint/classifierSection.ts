/** The classifier: how long each class's weights are, and which classes point the same way. */
import { html, nothing, type TemplateResult } from 'lit';
import type { ClassifierMatrix } from '../../protocol/checkpoint';
import { icon } from '../shared/icons';
import { painted, styled } from '../shared/directives';
import { drawMatrix, type MatrixColours } from './cosineMatrix';
import { arrowSteps, cellMark, colourOf, matrixScale } from './matrixParts';
import {
  closestPairs,
  colourReach,
  matrixLayout,
  pairAt,
  type ClassPair,
  type Colour,
} from './model/cosines';
import { cosine, value } from './model/numberText';
import type { PageModel } from './pageModel';

const pairsShown = 8;
/** Room that the list of norms takes beside the matrix. */
const normsWidth = 300;
const wide = 760;
const widestMatrix = 640;

export function classifierSection(model: PageModel): TemplateResult {
  const { state } = model;
  return html`<div
    class="classifier"
    role="tabpanel"
    id="section-classifier"
    aria-labelledby="tab-section-classifier"
    data-testid="classifier"
  >
    ${content(model, state.matrix)}
  </div>`;
}

function content(model: PageModel, matrix: ClassifierMatrix | null): TemplateResult {
  const { state } = model;
  if (state.identity?.network === null)
    return html`<p class="empty hint">
      No classifier was found in this file: what a network needs to be known is said above.
    </p>`;
  if (state.matrixFailure !== null)
    return html`<p class="trouble">${icon('warning')} ${state.matrixFailure.message}</p>
      <vscode-button appearance="secondary" @click=${() => model.askClassifier()}>Try again</vscode-button>`;
  if (matrix === null) return html`<div class="matrix skeleton" aria-label="Comparing the classes"></div>`;
  const named = matrix.named ? '' : ' No study names the classes: they are numbered.';
  return html`<p class="hint about">
      ${matrix.classifier}: ${matrix.classNames.length} classes of ${matrix.channels} feature
      channels.${named}
    </p>
    <div class="classifier-parts">${norms(matrix)} ${cosines(model, matrix)} ${pairs(model, matrix)}</div>`;
}

function norms({ norms: lengths, bias, classNames, dead }: ClassifierMatrix): TemplateResult {
  const longest = Math.max(...[...lengths].filter(Number.isFinite), 0);
  const text = (index: number) => {
    const norm = lengths[index] ?? NaN;
    return Number.isFinite(norm) ? value(norm) : String(norm);
  };
  return html`<section class="norms" data-testid="norms">
    <h3>Weight norms</h3>
    <table>
      <thead>
        <tr>
          <th scope="col">Class</th>
          <th scope="col"><span class="hidden">Length</span></th>
          <th scope="col" title="Euclidean length of the class's weights">Norm</th>
          ${bias === null ? nothing : html`<th scope="col" title="Added to the logit; maps do not use it">Bias</th>`}
        </tr>
      </thead>
      <tbody>
        ${classNames.map((name, index) => {
          const gone = dead.includes(index);
          const share = longest > 0 ? (lengths[index] ?? 0) / longest : 0;
          return html`<tr class=${gone ? 'dead' : ''} data-testid="norm-${name}">
            <th scope="row" title=${name}>${name}</th>
            <td class="bar"><i ${styled({ width: `${Number.isFinite(share) ? share * 100 : 0}%` })}></i></td>
            <td class="number">${gone ? icon('warning') : nothing}${text(index)}</td>
            ${bias === null ? nothing : html`<td class="number">${value(bias[index] ?? null)}</td>`}
          </tr>`;
        })}
      </tbody>
    </table>
  </section>`;
}

/** The theme's colours as the canvas needs them. */
function themeColours(): MatrixColours & { readonly key: string } {
  const style = getComputedStyle(document.body);
  const background = colourOf(style.backgroundColor);
  const foreground = colourOf(style.color);
  const between = (part: 0 | 1 | 2) => Math.round(background[part] * 0.78 + foreground[part] * 0.22);
  const colours = {
    background,
    foreground: style.color,
    line: [between(0), between(1), between(2)] as Colour,
    font: `11px ${style.fontFamily}`,
  };
  return { ...colours, key: JSON.stringify(colours) };
}

function cosines(model: PageModel, matrix: ClassifierMatrix): TemplateResult {
  const classes = matrix.classNames.length;
  const beside = model.width >= wide ? normsWidth : 0;
  const layout = matrixLayout(matrix.classNames, Math.min(widestMatrix, model.width - beside - 48));
  const reach = colourReach(matrix);
  const colours = themeColours();
  const ratio = window.devicePixelRatio;
  const side = Math.round(layout.size * ratio);
  const draw = (context: CanvasRenderingContext2D, canvas: HTMLCanvasElement) => {
    canvas.width = side;
    canvas.height = side;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawMatrix(context, matrix, layout, reach, colours);
  };
  const at = (event: PointerEvent) => pairAt(event.offsetX, event.offsetY, layout, classes);
  return html`<section class="cosines">
    <h3>Cosine between classes</h3>
    <p class="reading number" data-testid="cosine-reading">${reading(matrix, model.pair)}</p>
    <div class="matrix" ${styled({ width: `${layout.size}px`, height: `${layout.size}px` })}>
      <canvas
        tabindex="0"
        role="img"
        data-testid="cosines"
        aria-label="Cosine matrix of ${classes} classes. Use the arrow keys to read it."
        ${styled({ width: `${layout.size}px`, height: `${layout.size}px` })}
        ${painted([matrix, layout.cell, layout.size, ratio, colours.key], draw)}
        @pointermove=${(event: PointerEvent) => model.point(at(event), false)}
        @pointerleave=${() => model.point(null, false)}
        @keydown=${(event: KeyboardEvent) => onKey(event, model)}
      ></canvas>
      ${cellMark(model.pair, layout)}
    </div>
    <div class="scale">${matrixScale(reach, colours.background, colours.key)}</div>
  </section>`;
}

function reading({ classNames, cosines: values }: ClassifierMatrix, pair: ClassPair | null): unknown {
  if (pair === null) return html`<span class="hint">Point at a cell, or use the arrow keys.</span>`;
  const { row, column } = pair;
  const between = values[row * classNames.length + column] ?? NaN;
  return html`${classNames[row]} · ${classNames[column]} <b>${cosine(between)}</b>`;
}

function onKey(event: KeyboardEvent, model: PageModel): void {
  const step = arrowSteps[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  model.step(...step);
}

function pairs(model: PageModel, matrix: ClassifierMatrix): TemplateResult | typeof nothing {
  const closest = closestPairs(matrix, pairsShown);
  if (closest.length === 0) return nothing;
  return html`<section class="pairs" data-testid="pairs">
    <h3>Most alike</h3>
    <ol>
      ${closest.map(
        ({ row, column, cosine: between }) =>
          html`<li>
            <button
              type="button"
              class="link"
              title="Show in the matrix"
              @click=${() => model.point({ row, column }, true)}
            >
              ${matrix.classNames[row]} · ${matrix.classNames[column]}</button
            ><span class="number">${cosine(between)}</span>
          </li>`,
      )}
    </ol>
  </section>`;
}
