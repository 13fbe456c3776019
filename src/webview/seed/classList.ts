/** The classes of a seed with their figures; choosing one shows its map. */
import { html, nothing, type TemplateResult } from 'lit';
import { styled } from '../shared/directives';
import { icon } from '../shared/icons';
import { moveFocus } from '../shared/roving';
import { percent, value } from '../imagePanel/model/figureText';
import { labelColour } from '../shared/picture/labelColour';
import type { SeedClass, SeedScene } from './model/seedScene';
import type { SeedViewName } from './model/seedView';

export function classList(
  scene: SeedScene,
  choose: (view: SeedViewName) => void,
): TemplateResult | typeof nothing {
  const { classes, miou } = scene;
  const { content } = scene.seed;
  if (content.kind === 'saliency') return nothing;
  if (classes.length === 0)
    return html`<p class="hint" data-testid="no-classes">
      ${
        content.kind === 'labels'
          ? 'No class occurs: every pixel is background or ignored.'
          : 'The file holds no map: the image has no labelled class.'
      }
    </p>`;
  const [shown] = scene.panes;
  const soft = content.kind === 'maps';
  const scored = scene.mask !== null;
  return html`<table class="classes" data-testid="classes" @keydown=${onKey}>
    <thead>
      <tr>
        <th scope="col">Class</th>
        <th scope="col" class="number" title="Index in the classifier, from 0; its label is one more">Key</th>
        ${
          soft
            ? html`<th scope="col" class="number">Min</th>
                <th scope="col" class="number">Max</th>
                <th scope="col" class="number">Mean</th>`
            : nothing
        }
        <th scope="col" class="number" title="Share of the pixels with its label">Area %</th>
        ${scored ? html`<th scope="col" class="number" title="Against the mask; pixels of 255 in either are left out">IoU %</th>` : nothing}
        <th scope="col"></th>
      </tr>
    </thead>
    <tbody>
      ${classes.map((one) => row(one, { soft, scored, shown: shown === one.view }, choose))}
    </tbody>
    ${
      miou === null
        ? nothing
        : html`<tfoot>
            <tr>
              <th
                scope="row"
                colspan=${soft ? 6 : 3}
                title="Mean over background and classes of this image alone"
              >
                Mean IoU of the image
              </th>
              <td class="number" data-testid="miou">${percent(miou)}</td>
              <td></td>
            </tr>
          </tfoot>`
    }
  </table>`;
}

interface Columns {
  readonly soft: boolean;
  readonly scored: boolean;
  readonly shown: boolean;
}

function row(one: SeedClass, { soft, scored, shown }: Columns, choose: (view: SeedViewName) => void) {
  const { facts } = one;
  return html`<tr class=${soft && shown ? 'shown' : ''} data-testid="class-${one.index}">
    <th scope="row">
      <i class="swatch" ${styled({ '--swatch': labelColour(one.label) })}></i>
      ${
        soft
          ? html`<button type="button" class="link" aria-pressed=${shown} @click=${() => choose(one.view)}>
              ${one.name}
            </button>`
          : one.name
      }
    </th>
    <td class="number">${one.index}</td>
    ${
      soft
        ? html`<td class="number">${value(facts?.min ?? null)}</td>
            <td class="number">${value(facts?.max ?? null)}</td>
            <td class="number">${value(facts?.mean ?? null)}</td>`
        : nothing
    }
    <td class="number" data-testid="share-${one.index}">${percent(one.share)}</td>
    ${scored ? html`<td class="number" data-testid="iou-${one.index}">${percent(one.iou)}</td>` : nothing}
    <td class="remarks">
      ${facts?.dead === true ? remark('dead', 'Nothing is above zero: no threshold makes a seed of it') : nothing}
      ${
        facts !== null && facts.nan > 0
          ? remark(`${facts.nan} NaN`, 'No NaN exceeds a threshold: they count as background')
          : nothing
      }
      ${one.labelled === false ? remark('not labelled', 'The image is not labelled with it') : nothing}
    </td>
  </tr>`;
}

function remark(text: string, title: string): TemplateResult {
  return html`<span class="remark" title=${title}>${icon('warning')} ${text}</span>`;
}

function onKey(event: KeyboardEvent): void {
  const table = event.currentTarget as HTMLElement;
  moveFocus(event, [...table.querySelectorAll<HTMLElement>('tbody button')]);
}
