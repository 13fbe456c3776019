/** What the threshold does: scores against it where there is ground truth, else the area. */
import { html, type TemplateResult } from 'lit';
import { areaCurve } from '../../lpcam/triage/rowFigures';
import { thresholdText } from '../../lpcam/triage/thresholdChoice';
import type { FolderScene, TriageScene } from './model/triageScene';
import { sweepCurve, type Curve } from './sweepCurve';

export interface CurveContent {
  readonly scene: TriageScene;
  /** Place of the first folder's threshold. */
  readonly at: number;
  readonly className: string | null;
  /** Image that is looked at. */
  readonly focused: number | null;
  readonly choose: (threshold: number) => void;
}

export function curveSection(content: CurveContent): TemplateResult {
  return content.scene.kind.withMasks ? scoreCurve(content) : areaSection(content);
}

function areaSection({ scene, at, className, focused, choose }: CurveContent): TemplateResult {
  const { thresholds } = scene.first.seeds;
  const label = scene.label(className);
  const areas = ({ seeds, totals }: FolderScene) =>
    focused === null ? totalArea(totals, label) : [...areaCurve(seeds.columns, focused, label)];
  const name = focused === null ? 'area of all seeds' : 'area';
  const { first, second } = scene;
  const curves: Curve[] = [{ name: second ? `${name}, A` : name, style: 'area', values: areas(first) }];
  if (second && !second.seeds.labelMaps) {
    const values = areas(second);
    // Each folder may have been counted at thresholds of its own.
    const at = (threshold: number) => values[second.seeds.thresholds.indexOf(threshold)] ?? null;
    curves.push({ name: `${name}, B`, style: 'fp', values: thresholds.map(at) });
  }
  return html`<section>
    <h2>${focused === null ? 'Area against threshold' : 'Its area against the threshold'}</h2>
    ${sweepCurve(thresholds, curves, thresholds[at] ?? 0, null, 'Area of the seed against the threshold', choose)}
  </section>`;
}

function scoreCurve({ scene, at, className, choose }: CurveContent): TemplateResult {
  const { seeds, swept } = scene.first;
  const { thresholds } = seeds;
  const label = scene.label(className);
  const places = new Map(swept.entries.map(({ place, scores }) => [place, scores]));
  type Scores = (typeof swept.entries)[number]['scores'];
  const of = (pick: (scores: Scores) => number | null | undefined) =>
    thresholds.map((_, place) => {
      const scores = places.get(place);
      return scores === undefined ? null : (pick(scores) ?? null);
    });
  const curves: Curve[] =
    label === null
      ? [
          { name: 'mIoU', style: 'miou', values: of(({ miou }) => miou) },
          { name: 'FP', style: 'fp', values: of(({ fp }) => fp) },
          { name: 'FN', style: 'fn', values: of(({ fn }) => fn) },
        ]
      : [{ name: `IoU of ${className ?? ''}`, style: 'miou', values: of(({ iou }) => iou[label]) }];
  const bestPlace = label === null ? swept.best : (swept.bestOfLabel[label] ?? null);
  const best = bestPlace === null ? null : (thresholds[bestPlace] ?? null);
  const words = `Scores against the threshold${best === null ? '' : `; the best is at ${thresholdText(best)}`}`;
  return html`<section>
    <h2>Sweep${scene.kind.compared ? ' of A' : ''}</h2>
    ${sweepCurve(thresholds, curves, thresholds[at] ?? 0, best, words, choose)}
  </section>`;
}

/** Share of all pixels that have a seed, per threshold. @param wanted label of the only class that counts; null: all do */
function totalArea(
  { thresholds, classes, predicted, pixels }: FolderScene['totals'],
  wanted: number | null,
): number[] {
  return Array.from({ length: thresholds }, (_, k) => {
    let sum = 0;
    for (let label = wanted ?? 1; label <= (wanted ?? classes); label++)
      sum += predicted[label * thresholds + k] ?? 0;
    return pixels > 0 ? sum / pixels : 0;
  });
}
