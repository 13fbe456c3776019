/** What the colours of a pane stand for: a colour bar with numbers, the labels, or the two hatches. */
import { html, nothing, type TemplateResult } from 'lit';
import { painted, styled } from '../shared/directives';
import { colourBar } from './colourBar';
import { hatchPattern } from '../shared/picture/hatch';
import { thresholdText } from '../../lpcam/triage/thresholdChoice';
import type { SeedSide } from './model/comparedSeeds';
import { sideOf } from './model/comparisonView';
import { count, percent, value } from './model/figureText';
import type { HatchKind } from '../shared/picture/hatchKind';
import { labelColour } from '../shared/picture/labelColour';
import type { LabelShares } from '../shared/picture/labelShares';
import type { Layer } from '../shared/picture/layer';
import { labelName } from './model/reading';
import type { Scene } from './model/scene';
import type { ViewName } from './model/viewState';
import type { Panel } from './panel';

export function legend(panel: Panel, scene: Scene, view: ViewName, layer: Layer): TemplateResult {
  switch (layer.kind) {
    case 'none':
      return html`<footer class="legend">${imageFacts(scene)}</footer>`;
    case 'heat':
      return html`<footer class="legend">
        ${colourBar(layer, thresholdOf(panel, view))}${view === 'seedDifference' ? differenceFigures(scene) : nothing}
      </footer>`;
    case 'labels':
      return html`<footer class="legend">${labelLegend(panel, scene, view, layer)}</footer>`;
    case 'suppression':
      return html`<footer class="legend" data-testid="suppression-legend">
        ${suppressionLegend(panel, scene, view)}
      </footer>`;
    case 'agreement':
      return html`<footer class="legend" data-testid="agreement-legend">
        ${agreementLegend(scene, layer)}
      </footer>`;
  }
}

function imageFacts(scene: Scene): TemplateResult {
  const { image, stride } = scene.header;
  return html`<span class="facts"
    >${image.width} × ${image.height}${stride === null ? nothing : html` · stride ${stride}`}</span
  >`;
}

/** The threshold that applies to a view's values; null: none does. */
function thresholdOf(panel: Panel, view: ViewName): number | null {
  const side = sideOf(view);
  if (side) return panel.scene?.compared?.threshold(side) ?? null;
  return view === 'cam' || view === 'lpcam' ? (panel.scene?.threshold ?? null) : null;
}

/** How far two maps lie apart. */
function differenceFigures(scene: Scene): TemplateResult | typeof nothing {
  const { compared, activeClass } = scene;
  if (!compared || !activeClass) return nothing;
  const { largest, mean } = compared.difference(activeClass.index);
  const words =
    largest === 0
      ? html`A and B are equal.`
      : html`Mean |B − A| ${value(mean)}, largest ${value(largest)}. Blue: A has more; red: B has.`;
  return html`<p class="facts" data-testid="difference-figures" data-mean=${mean} data-largest=${largest}>
    ${words}
  </p>`;
}

function agreementLegend(scene: Scene, { agreement }: Extract<Layer, { kind: 'agreement' }>): TemplateResult {
  const { counts, right } = agreement;
  const { width, height } = scene.header.image;
  const { compared } = scene;
  const at = (side: SeedSide) =>
    compared?.seed(side)?.content.kind === 'maps' ? ` at ${thresholdText(compared.threshold(side))}` : '';
  const entry = (
    kind: 'both' | 'onlyFirst' | 'onlySecond' | 'open',
    text: string,
    rightly: number | null,
  ) => {
    const hatch = kind === 'both' ? null : kind === 'open' ? 'unknown' : kind;
    const pixels = counts[kind];
    const mask = rightly === null || pixels === 0 ? '' : `, ${percent(rightly / pixels)} % of it in the mask`;
    return html`<li data-testid="agreement-${kind}" data-pixels=${pixels}>
      <canvas
        width="44"
        height="28"
        aria-hidden="true"
        ${painted([kind], (context, canvas) => {
          context.fillStyle = hatch === null ? 'white' : (hatchPattern(context, hatch, 2) ?? 'black');
          context.fillRect(0, 0, canvas.width, canvas.height);
        })}
      ></canvas>
      <span>${text}</span>
      <span class="number">${count(pixels)} px · ${percent(pixels / (width * height))} %${mask}</span>
    </li>`;
  };
  return html`<ul class="hatches">
    ${entry('both', `A${at('first')} and B${at('second')}`, null)}
    ${entry('onlyFirst', 'only A', right?.onlyFirst ?? null)}
    ${entry('onlySecond', 'only B', right?.onlySecond ?? null)}
    ${counts.open > 0 ? entry('open', 'left open (255)', null) : nothing}
  </ul>`;
}

/** The layer's own shares where it has them, else what the worker counts. */
function labelLegend(
  panel: Panel,
  scene: Scene,
  view: ViewName,
  { shares }: Extract<Layer, { kind: 'labels' }>,
): TemplateResult | typeof nothing {
  const { classNames } = scene.header;
  if (shares) return labelList(classNames, shares);
  const known = panel.exact?.tally(view);
  if (known?.tally.kind !== 'labels') return nothing;
  return labelList(classNames, known.tally.shares, known.stale);
}

export function labelList(classNames: readonly string[], shares: LabelShares, stale = false): TemplateResult {
  return html`<ul class="labels ${stale ? 'stale' : ''}" data-stale=${stale}>
    ${shares.map(
      ([id, share]) =>
        html`<li data-testid="label-${id}">
          <i class="swatch" ${styled({ '--swatch': labelColour(id) })}></i>${labelName(classNames, id)}
          <span class="number">${percent(share)} %</span>
        </li>`,
    )}
  </ul>`;
}

function suppressionLegend(panel: Panel, scene: Scene, view: ViewName): TemplateResult | typeof nothing {
  const { width, height } = scene.header.image;
  const area = width * height;
  const known = panel.exact?.tally(view);
  if (known?.tally.kind !== 'suppression') return nothing;
  const { counts } = known.tally;
  const look = `hatches ${known.stale ? 'stale' : ''}`;
  const entry = (kind: HatchKind, testId: string, text: string, pixels: number, title: string) => {
    return html`<li title=${title} data-testid=${testId} data-pixels=${pixels}>
      <canvas
        width="44"
        height="28"
        aria-hidden="true"
        ${painted([kind], (context, canvas) => {
          context.fillStyle = hatchPattern(context, kind, 2) ?? 'black';
          context.fillRect(0, 0, canvas.width, canvas.height);
        })}
      ></canvas>
      <span>${text}</span>
      <span class="number">${count(pixels)} px · ${percent(pixels / area)} %</span>
    </li>`;
  };
  if (!scene.header.mask) {
    const title = 'Removed by context; without a mask nobody can say whether rightly';
    return html`<ul class=${look} data-stale=${known.stale}>
      ${entry('unknown', 'suppression-removed', 'removed', counts.removed, title)}
    </ul>`;
  }
  const { falsePositivesRemoved, truePositivesLost, withoutGroundTruth } = counts;
  return html`<ul class=${look} data-stale=${known.stale}>
    ${entry('falsePositive', 'suppression-fp', 'false positives removed', falsePositivesRemoved, 'Removed, and the mask says background or another class')}
    ${entry('truePositive', 'suppression-tp', 'true positives lost', truePositivesLost, 'Removed, though the mask says this class')}
    ${
      withoutGroundTruth > 0
        ? entry(
            'unknown',
            'suppression-ignored',
            'removed, ignored in the mask',
            withoutGroundTruth,
            'Removed where the mask is 255',
          )
        : nothing
    }
  </ul>`;
}
