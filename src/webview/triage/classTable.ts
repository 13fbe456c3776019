/** Scores per class at the threshold, and where each class's own best lies; a class's button filters the table. */
import { html, nothing, type TemplateResult } from 'lit';
import { labelColourIndex, labelColours } from '../../lpcam/labelColours';
import { thresholdText } from '../../lpcam/triage/thresholdChoice';
import { styled } from '../shared/directives';
import type { FolderScene } from './model/triageScene';

const palette = labelColours();

export function labelCss(label: number): string {
  const at = 3 * labelColourIndex(label);
  return `rgb(${palette[at] ?? 0} ${palette[at + 1] ?? 0} ${palette[at + 2] ?? 0})`;
}

export interface ClassTableContent {
  readonly classes: readonly string[];
  readonly first: FolderScene;
  readonly second: FolderScene | null;
  /** Places of their thresholds. */
  readonly at: number;
  readonly at2: number;
  readonly className: string | null;
  readonly choose: (className: string | null) => void;
}

const percent = (value: number | null | undefined) => (value == null ? '–' : (100 * value).toFixed(2));

function signed(before: number | null | undefined, after: number | null | undefined): string {
  if (before == null || after == null) return '–';
  const text = (100 * (after - before)).toFixed(2);
  return after > before ? `+${text}` : text;
}

/** Where a class's own best is, and how much it gains. */
function bestCell({ swept, seeds }: FolderScene, label: number): string {
  const place = swept.bestOfLabel[label];
  const entry = swept.entries.find((one) => one.place === place);
  if (place == null || entry === undefined) return '–';
  return `${thresholdText(seeds.thresholds[place] ?? 0)} (${percent(entry.scores.iou[label])})`;
}

export function classTable(content: ClassTableContent): TemplateResult {
  const { classes, first, second, at, at2, className, choose } = content;
  const scores = first.scores(at);
  const others = second?.scores(at2) ?? null;
  const there = ['background', ...classes]
    .map((name, label) => ({ name, label }))
    .filter(({ label }) => scores.iou[label] !== null || (others?.iou[label] ?? null) !== null);
  const name = (label: number, text: string) =>
    label === 0
      ? html`<span>${text}</span>`
      : html`<button
          type="button"
          aria-pressed=${className === text}
          data-testid="class-${text}"
          title=${className === text ? 'Show all images' : 'Show only images of this class'}
          @click=${() => choose(className === text ? null : text)}
        >
          <i class="swatch" ${styled({ '--swatch': labelCss(label) })}></i>${text}
        </button>`;
  return html`<section class="classes">
    <h2>Classes</h2>
    <table data-testid="class-table">
      <thead>
        <tr>
          <th scope="col">Class</th>
          ${
            others === null
              ? html`<th scope="col">IoU</th>
                  <th scope="col">Prec.</th>
                  <th scope="col">Recall</th>
                  <th scope="col">FP</th>
                  <th scope="col">FN</th>
                  ${first.seeds.labelMaps ? nothing : html`<th scope="col" title="The threshold of the sweep at which the class's own IoU is largest">Best at</th>`}`
              : html`<th scope="col">IoU A</th>
                  <th scope="col">IoU B</th>
                  <th scope="col">B − A</th>`
          }
        </tr>
      </thead>
      <tbody>
        ${there.map(
          ({ name: text, label }) =>
            html`<tr>
              <th scope="row">${name(label, text)}</th>
              ${
                others === null
                  ? html`<td>${percent(scores.iou[label])}</td>
                      <td>${percent(scores.precision[label])}</td>
                      <td>${percent(scores.recall[label])}</td>
                      <td>${percent(scores.classFp[label])}</td>
                      <td>${percent(scores.classFn[label])}</td>
                      ${first.seeds.labelMaps ? nothing : html`<td>${bestCell(first, label)}</td>`}`
                  : html`<td>${percent(scores.iou[label])}</td>
                      <td>${percent(others.iou[label])}</td>
                      <td>${signed(scores.iou[label], others.iou[label])}</td>`
              }
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}
