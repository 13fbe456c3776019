/** How good the seeds are at this threshold: the shown class and the image, LPCAM beside CAM. */
import { html, nothing, type TemplateResult } from 'lit';
import type { SeedFigures } from './model/figures';
import { count, percent } from './model/figureText';
import type { SeedSource } from './model/scene';
import { setThreshold } from './thresholdControl';
import type { Panel } from './panel';

const columns = [
  {
    key: 'iou',
    label: 'IoU',
    title:
      'Intersection over union of seed and mask, in percent. Image: mean over the background and all classes present (mIoU)',
  },
  {
    key: 'fp',
    label: 'FP',
    title: '1 − truth / union, in percent: what the seed has too much. Image: mean over the classes',
  },
  {
    key: 'fn',
    label: 'FN',
    title: '1 − predicted / union, in percent: what the seed lacks. Image: mean over the classes',
  },
  {
    key: 'precision',
    label: 'Prec.',
    title: 'Precision: intersection / predicted, in percent. Image: mean over the classes',
  },
  {
    key: 'recall',
    label: 'Recall',
    title: 'Recall: intersection / truth, in percent. Image: mean over the classes',
  },
] as const;
type Column = (typeof columns)[number]['key'];

const names: Readonly<Record<SeedSource, string>> = { lpcam: 'LPCAM', cam: 'CAM' };

/** Test ids: LPCAM's are plain (`iou`), CAM's end in `-cam`, the image's begin with `image-`. */
const testId = (source: SeedSource, of: 'class' | 'image', column: string) =>
  `${of === 'image' ? 'image-' : ''}${column}${source === 'cam' ? '-cam' : ''}`;

export function figuresTable(panel: Panel): TemplateResult | typeof nothing {
  const { scene, figures } = panel;
  if (!scene?.hasMaps || scene.position < 0) return nothing;
  const { bySource, fault } = figures;
  const rows = [...bySource.values()];
  if (fault !== null) return html`<p class="figures-fault" data-testid="figures-fault">${fault}</p>`;
  if (!scene.header.mask) return shares(panel, rows);
  return html`<table
    class="figures ${figures.stale ? 'stale' : ''}"
    data-testid="figures"
    data-stale=${figures.stale}
  >
    <caption class="hidden">
      Seed scores at threshold ${scene.threshold}, in percent
    </caption>
    <thead>
      <tr>
        <th scope="col">
          <span class="hidden">Seed</span>
          <span class="pending" data-testid="figures-pending">computing …</span>
        </th>
        ${columns.map(({ label, title }) => html`<th scope="col" title=${title}>${label}</th>`)}
        <th scope="col" title="Best IoU of the class over all thresholds; click to go there">Best</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map((row) => classRow(panel, row))} ${rows.map((row) => imageRow(row))}
    </tbody>
  </table>`;
}

function classRow(panel: Panel, row: SeedFigures): TemplateResult {
  const { counts, source } = row;
  if (!counts) return html``;
  const { curves, curvesStale } = panel.figures;
  const curve = curvesStale ? undefined : curves.get(source);
  const best = curve?.thresholds[curve.best];
  const pixels: Readonly<Record<Column, string>> = {
    iou: `${count(counts.intersection)} of ${count(counts.union)} px`,
    fp: `${count(counts.falsePositives)} of ${count(counts.union)} px`,
    fn: `${count(counts.falseNegatives)} of ${count(counts.union)} px`,
    precision: `${count(counts.intersection)} of ${count(counts.predicted)} px`,
    recall: `${count(counts.intersection)} of ${count(counts.truth)} px`,
  };
  return html`<tr class=${source}>
    <th scope="row">
      <i class="line ${source}" aria-hidden="true"></i>${names[source]} · ${panel.scene?.activeClass?.name}
    </th>
    ${columns.map(
      ({ key }) =>
        html`<td title=${pixels[key]} data-testid=${testId(source, 'class', key)}>
          ${percent(counts[key])}
        </td>`,
    )}
    <td>
      ${
        curve && best !== undefined
          ? html`<button
              type="button"
              class="link"
              data-testid=${testId(source, 'class', 'best')}
              title="Go to the best threshold of ${names[source]}: ${best.toFixed(2)}"
              @click=${() => setThreshold(panel, best)}
            >
              ${percent(curve.iou[curve.best] ?? null)}<span class="best-at"> at ${best.toFixed(2)}</span>
            </button>`
          : '…'
      }
    </td>
  </tr>`;
}

function imageRow({ source, image }: SeedFigures): TemplateResult {
  if (!image) return html``;
  const values: Readonly<Record<Column, number | null>> = {
    iou: image.miou,
    fp: image.fp,
    fn: image.fn,
    precision: mean(image.precision.slice(1)),
    recall: mean(image.recall.slice(1)),
  };
  return html`<tr class="image ${source}">
    <th scope="row"><i class="line ${source}" aria-hidden="true"></i>${names[source]} · image</th>
    ${columns.map(({ key }) => html`<td data-testid=${testId(source, 'image', key)}>${percent(values[key])}</td>`)}
    <td></td>
  </tr>`;
}

function mean(values: readonly (number | null)[]): number | null {
  const present = values.filter((value) => value !== null);
  return present.length === 0 ? null : present.reduce((sum, value) => sum + value, 0) / present.length;
}

/** Without a mask: how much of the image each seed covers. */
function shares(panel: Panel, rows: readonly SeedFigures[]): TemplateResult {
  const { stale } = panel.figures;
  return html`<dl class="shares ${stale ? 'stale' : ''}" data-testid="figures" data-stale=${stale}>
    ${rows.map(
      ({ source, pixels, share }) =>
        html`<div>
          <dt>${names[source]} seed of ${panel.scene?.activeClass?.name}</dt>
          <dd>
            <span class="number" data-testid=${testId(source, 'class', 'share')}>${percent(share)} %</span> of
            the image, ${count(pixels)} px
          </dd>
        </div>`,
    )}
    <p class="hint">The study has no mask for this image, so there is no IoU.</p>
  </dl>`;
}

/** The one figure of a pane's heading. */
export function classFigure(panel: Panel, source: SeedSource): TemplateResult | typeof nothing {
  const row = panel.figures.bySource.get(source);
  if (!row) return nothing;
  const { counts, share } = row;
  const stale = panel.figures.stale ? 'stale' : '';
  return counts
    ? html`<span class="figure ${stale}" title="IoU of the class at this threshold"
        >IoU <b>${percent(counts.iou)}</b></span
      >`
    : html`<span class="figure ${stale}" title="Share of the image that the seed covers"
        >seed <b>${percent(share)} %</b></span
      >`;
}

/** The figures in a sentence, for those who hear them. */
export function spokenFigures(panel: Panel): string {
  const { scene, figures } = panel;
  if (!scene?.activeClass) return '';
  const rows = [...figures.bySource.values()].map(({ source, counts, share }) =>
    counts
      ? `${names[source]} IoU ${percent(counts.iou)}, FP ${percent(counts.fp)}, FN ${percent(counts.fn)}`
      : `${names[source]} seed ${percent(share)} percent of the image`,
  );
  return `${scene.activeClass.name}, threshold ${scene.threshold}: ${rows.join('; ')}`;
}
