/** The score of each folder and its threshold, in one line each. */
import { html, nothing, type TemplateResult } from 'lit';
import type { FolderScene, TriageScene } from './model/triageScene';
import type { TriageView } from './model/triageView';
import { thresholdSlider } from './thresholdSlider';

/** A share in percent with two digits; a dash where there is none. */
export const percentText = (value: number | null) => (value === null ? '–' : (100 * value).toFixed(2));

/** @param mark "A", "B"; empty for the only folder */
function figures(folder: FolderScene, at: number, mark: string): TemplateResult {
  const { columns, path } = folder.seeds;
  const scores = folder.scores(at);
  const name = mark === '' ? path : `${mark}: ${path}`;
  return html`<span class="folder" title=${path}><bdi>${name}</bdi></span>
    <dl class="figures" data-testid="scores${mark}">
      ${
        columns.withMasks
          ? html`<div class="main">
                <dt>mIoU</dt>
                <dd data-testid="miou${mark}">${percentText(scores.miou)}</dd>
              </div>
              <div>
                <dt title="Mean over classes of 1 − truth/union">FP</dt>
                <dd>${percentText(scores.fp)}</dd>
              </div>
              <div>
                <dt title="Mean over classes of 1 − predicted/union">FN</dt>
                <dd>${percentText(scores.fn)}</dd>
              </div>
              <div>
                <dt title="Foreground pixels of the seeds that the masks call background">FP share</dt>
                <dd>${percentText(scores.fpShare)}</dd>
              </div>`
          : nothing
      }
      <div>
        <dt>images</dt>
        <dd>${columns.images}</dd>
      </div>
    </dl>`;
}

export function headLine(
  scene: TriageScene,
  view: TriageView,
  change: (patch: Partial<TriageView>) => void,
): TemplateResult {
  const { first, second } = scene;
  const at = scene.placeOfFirst(view);
  const at2 = scene.placeOfSecond(view);
  const compared = second !== null;
  return html`<header class="head-line">
    ${figures(first, at, compared ? 'A' : '')}
    ${thresholdSlider(compared ? 'Threshold A' : 'Threshold', 'threshold', first, at, (threshold) => change({ threshold }))}
    ${
      second === null
        ? nothing
        : html`${figures(second, at2, 'B')}
          ${thresholdSlider('Threshold B', 'threshold2', second, at2, (threshold2) => change({ threshold2 }))}`
    }
  </header>`;
}
