/** IoU of the shown class against the threshold, on the same axis as the slider below it. */
import { html, nothing, svg, type TemplateResult } from 'lit';
import type { IouCurve } from './model/figures';
import { percent } from './model/figureText';
import type { Scene, SeedSource } from './model/scene';
import type { Panel } from './panel';

const height = 40;
const width = 200;

export function curve(panel: Panel, scene: Scene): TemplateResult | typeof nothing {
  const { curves, curvesStale } = panel.figures;
  if (curves.size === 0) return nothing;
  // The axis ends at the best value of either curve, so that a low curve still has a shape; the label says it.
  const top = Math.max(...[...curves.values()].flatMap((one) => one.iou.map((iou) => iou ?? 0)), 0.01);
  const x = (threshold: number) => (threshold * width).toFixed(2);
  const y = (iou: number) => (height - 3 - (iou / top) * (height - 6)).toFixed(2);
  const drawn = [...curves].filter(([, one]) => one.best >= 0);
  const described = drawn.map(([source, one]) => `${name(source)} best ${bestText(one)}`).join('; ');
  return html`<svg
    class="curve ${curvesStale ? 'stale' : ''}"
    viewBox="0 0 ${width} ${height}"
    preserveAspectRatio="none"
    role="img"
    data-testid="curve"
    aria-label="IoU of ${scene.activeClass?.name ?? ''} against the threshold. ${described}"
  >
    <title>
      IoU of ${scene.activeClass?.name ?? ''} against the threshold (solid: LPCAM, dashed: CAM); dots mark the
      best. ${described}
    </title>
    <line class="axis" x1="0" x2=${width} y1=${height - 0.5} y2=${height - 0.5} />
    <line class="current" x1=${x(scene.threshold)} x2=${x(scene.threshold)} y1="0" y2=${height} />
    ${drawn.map(
      ([source, one]) => svg`<path class=${source} d=${path(one, x, y)} />
        <line class="best ${source}" x1=${x(one.thresholds[one.best] ?? 0)} x2=${x(one.thresholds[one.best] ?? 0)}
          y1=${y(one.iou[one.best] ?? 0)} y2=${y(one.iou[one.best] ?? 0)} />`,
    )}
  </svg>`;
}

function name(source: SeedSource): string {
  return source === 'lpcam' ? 'LPCAM' : 'CAM';
}

/** "61.2 at 0.34"; nothing where the class is absent throughout. */
function bestText(one: IouCurve): string {
  const threshold = one.thresholds[one.best];
  return threshold === undefined ? '–' : `${percent(one.iou[one.best] ?? null)} at ${threshold.toFixed(2)}`;
}

function path(one: IouCurve, x: (threshold: number) => string, y: (iou: number) => string): string {
  let drawing = false;
  return one.thresholds
    .map((threshold, i) => {
      const iou = one.iou[i] ?? null;
      if (iou === null) {
        drawing = false;
        return '';
      }
      const step = `${drawing ? 'L' : 'M'}${x(threshold)} ${y(iou)}`;
      drawing = true;
      return step;
    })
    .join('');
}
