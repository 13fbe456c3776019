/** How good the seeds are at this threshold: the shown class and the image, LPCAM beside CAM. */
import { html, nothing, type TemplateResult } from 'lit';
import type { ClassCounts } from '../../lpcam/metrics';
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

/** A figure that is on its way. */
const onItsWay = '…';

interface Row {
  readonly source: SeedSource;
  /** Null: on its way. */
  readonly row: SeedFigures | null;
}

/** Test ids: LPCAM's are plain (`iou`), CAM's end in `-cam`, the image's begin with `image-`. */
const testId = (source: SeedSource, of: 'class' | 'image', column: string) =>
  `${of === 'image' ? 'image-' : ''}${column}${source === 'cam' ? '-cam' : ''}`;

export function figuresTable(panel: Panel): TemplateResult | typeof nothing {
  const { scene, figures } = panel;
  if (!scene?.hasMaps || scene.position < 0) return nothing;
  const { bySource, fault } = figures;
  // Each row is there from the start, so that the stage above keeps its size when the figures come.
  const rows: readonly Row[] = scene.seedSources.map((source) => ({
    source,
    row: bySource.get(source) ?? null,
  }));
  if (fault !== null) return html`<p class="figures-fault" data-testid="figures-fault">${fault}</p>`;
  const stale = figures.stale || rows.some(({ row }) => row === null);
  if (!scene.header.mask) return shares(panel, rows, stale);
  return html`<table class="figures ${stale ? 'stale' : ''}" data-testid="figures" data-stale=${stale}>
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

function classRow(panel: Panel, { source, row }: Row): TemplateResult {
  const counts = row?.counts;
  const { curves, curvesStale } = panel.figures;
  const curve = curvesStale ? undefined : curves.get(source);
  const best = curve?.thresholds[curve.best];
  return html`<tr class=${source}>
    <th scope="row">
      <i class="line ${source}" aria-hidden="true"></i>${names[source]} · ${panel.scene?.activeClass?.name}
    </th>
    ${columns.map(
      ({ key }) =>
        html`<td title=${counts ? pixels(counts, key) : nothing} data-testid=${testId(source, 'class', key)}>
          ${counts ? percent(counts[key]) : onItsWay}
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
          : onItsWay
      }
    </td>
  </tr>`;
}

/** The pixels that a figure of a class is made of. */
function pixels(counts: ClassCounts, column: Column): string {
  const { intersection, union, falsePositives, falseNegatives, predicted, truth } = counts;
  const of: Readonly<Record<Column, readonly [part: number, whole: number]>> = {
    iou: [intersection, union],
    fp: [falsePositives, union],
    fn: [falseNegatives, union],
    precision: [intersection, predicted],
    recall: [intersection, truth],
  };
  const [part, whole] = of[column];
  return `${count(part)} of ${count(whole)} px`;
}

function imageRow({ source, row }: Row): TemplateResult {
  const image = row?.image;
  const values: Readonly<Record<Column, number | null>> | undefined = image
    ? {
        iou: image.miou,
        fp: image.fp,
        fn: image.fn,
        precision: mean(image.precision.slice(1)),
        recall: mean(image.recall.slice(1)),
      }
    : undefined;
  return html`<tr class="image ${source}">
    <th scope="row"><i class="line ${source}" aria-hidden="true"></i>${names[source]} · image</th>
    ${columns.map(
      ({ key }) =>
        html`<td data-testid=${testId(source, 'image', key)}>
          ${values ? percent(values[key]) : onItsWay}
        </td>`,
    )}
    <td></td>
  </tr>`;
}

function mean(values: readonly (number | null)[]): number | null {
  const present = values.filter((value) => value !== null);
  return present.length === 0 ? null : present.reduce((sum, value) => sum + value, 0) / present.length;
}

/** Without a mask: how much of the image each seed covers. */
function shares(panel: Panel, rows: readonly Row[], stale: boolean): TemplateResult {
  return html`<dl class="shares ${stale ? 'stale' : ''}" data-testid="figures" data-stale=${stale}>
    ${rows.map(
      ({ source, row }) =>
        html`<div>
          <dt>${names[source]} seed of ${panel.scene?.activeClass?.name}</dt>
          <dd>
            <span class="number" data-testid=${testId(source, 'class', 'share')}
              >${row ? `${percent(row.share)} %` : onItsWay}</span
            >
            of the image${row ? `, ${count(row.pixels)} px` : nothing}
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
