/** IoU of a stage against the ground truth, and the change from the stage before. */
import { html, nothing, type TemplateResult } from 'lit';
import { percent } from '../imagePanel/model/figureText';
import { styled } from '../shared/directives';
import { labelColour } from '../shared/picture/labelColour';
import { points } from './model/points';
import { labelText } from './model/stageReading';
import type { StagePane } from './model/stagePanes';
import type { Strip } from './strip';

function change({ change: moved }: StagePane): TemplateResult | typeof nothing {
  if (moved === null) return nothing;
  const { from, by } = moved;
  const direction = by > 0 ? 'better' : by < 0 ? 'worse' : 'same';
  return html`<span
    class="change ${direction}"
    title="Points against ${from}"
    data-testid="change"
    aria-label="${points(by)} points against ${from}"
    >${points(by)}</span
  >`;
}

export function scoreBlock(strip: Strip, pane: StagePane): TemplateResult | typeof nothing {
  const { score, unscored, name, title } = pane;
  const names = strip.strip.classNames;
  if (unscored !== null) return html`<p class="hint" data-testid="unscored-${name}">${unscored}</p>`;
  if (score === null) return nothing;
  const { mean, classes, strangers, open } = score;
  return html`<div class="score" data-testid="score-${name}">
    <p class="mean" title="Mean IoU over the image’s classes, in percent, without the background">
      <span>IoU</span> <b class="number" data-testid="mean-${name}">${percent(mean)}</b> ${change(pane)}
    </p>
    <table aria-label="IoU of ${title} per class">
      <tbody>
        ${classes.map(
          ({ label, iou }) =>
            html`<tr class=${label === 0 ? 'background' : ''}>
              <th scope="row">
                <i class="swatch" ${styled({ '--swatch': labelColour(label) })}></i>
                ${labelText(names, label, true)}
              </th>
              <td class="number" data-testid="iou-${name}-${label}">${percent(iou)}</td>
            </tr>`,
        )}
        ${strangers.map(
          (label) =>
            html`<tr class="stranger" title="Neither a label of the image nor in its ground truth">
              <th scope="row">
                <i class="swatch" ${styled({ '--swatch': labelColour(label) })}></i>
                ${labelText(names, label, true)}
              </th>
              <td>not here</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${
      open === null
        ? nothing
        : html`<p
            class="hint"
            title="Pixels of 255 are left open by this stage. Above they count as missed; here they are left out."
            data-testid="open-share-${name}"
          >
            ${percent(1 - open.sure)} % open; IoU ${percent(open.onSure)} on the rest
          </p>`
    }
  </div>`;
}
