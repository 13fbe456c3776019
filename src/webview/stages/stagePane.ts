/** One stage: its name, its file, the picture with the stage over it, what is under the cursor, its score. */
import { html, nothing, type TemplateResult } from 'lit';
import { dialectTitles } from '../../lpcam/seedDialects';
import { labelShares } from '../shared/picture/labelShares';
import { labelColour } from '../shared/picture/labelColour';
import type { Layer } from '../shared/picture/layer';
import { outlineOf, type Outline } from '../shared/picture/outline';
import type { Pane, PaneView } from '../shared/picture/pane';
import { ownRange, unitRange, type ValueRange } from '../shared/picture/valueRange';
import { styled } from '../shared/directives';
import { exactSlider } from '../shared/exactSlider';
import { value } from '../imagePanel/model/figureText';
import { emptyPane } from './emptyPane';
import { fromStudy } from './model/emptyText';
import { labelText, stagePixel } from './model/stageReading';
import { className, type StagePane } from './model/stagePanes';
import { moveThreshold } from './model/stagesView';
import { scoreBlock } from './scoreBlock';
import type { Strip } from './strip';

const ranges = new WeakMap<Float32Array, ValueRange>();

/** Seeds are within 0..1; what is not has a range of its own. */
function rangeOf(map: Float32Array): ValueRange {
  const known = ranges.get(map);
  if (known) return known;
  const own = ownRange(map);
  const range = !own.signed && own.high <= 1.001 ? unitRange : own;
  ranges.set(map, range);
  return range;
}

/** The chosen class's soft map; null where the pane shows labels. */
function heatOf({ view, classIndex }: Strip, { soft }: StagePane): Float32Array | null {
  if (view.show !== 'heat' || soft === null || classIndex === null) return null;
  return soft.maps[soft.keys.indexOf(classIndex)] ?? null;
}

function layerOf(strip: Strip, pane: StagePane): Layer {
  const { height, width, labels, soft } = pane;
  if (labels === null) return { kind: 'none' };
  const heat = heatOf(strip, pane);
  if (heat !== null) {
    const range = rangeOf(heat);
    const colourMap = range.signed ? 'diverging' : 'turbo';
    return { kind: 'heat', source: heat, range, colourMap, quantity: null, height, width };
  }
  // A soft stage without a map of the class is empty as a heat map, not full of other classes' labels.
  if (strip.view.show === 'heat' && soft !== null) return { kind: 'none' };
  return { kind: 'labels', source: labels, shares: labelShares(labels), hatched: true, height, width };
}

const outlines = new WeakMap<Uint8Array, Map<number, Outline>>();

function truthOutline({ view, classIndex, strip }: Strip): readonly Outline[] {
  const truth = strip.stages.find(({ name }) => name === 'groundTruth')?.content;
  if (!view.outline || classIndex === null || truth?.kind !== 'labels') return [];
  const { labels, height, width } = truth;
  const known = outlines.get(labels) ?? new Map<number, Outline>();
  outlines.set(labels, known);
  const label = classIndex + 1;
  const outline = known.get(label) ?? {
    segments: outlineOf(labels, height, width, label),
    height,
    width,
    style: 'mask',
  };
  known.set(label, outline);
  return [outline];
}

function canvas(strip: Strip, title: string, name: string, layer: Layer): TemplateResult {
  const { picture, view, cursor, listener } = strip;
  if (picture === null) return html`<div class="canvas-frame skeleton"></div>`;
  const shown: PaneView = {
    content: { picture: picture.canvas, layer, opacity: view.opacity, outlines: truthOutline(strip) },
    zoom: view.zoom,
    cursor,
  };
  const { width, height } = picture.canvas;
  return html`<lpcam-pane
    class="canvas-frame"
    tabindex="0"
    role="application"
    aria-roledescription="picture"
    aria-label="${title}. Arrow keys move a cursor through all stages, with Shift by 10 pixels; with Control they pan. Plus and minus zoom."
    data-testid="stage-${name}"
    ${styled({ '--aspect': `${width} / ${height}` })}
    @focus=${(event: Event) => strip.enter(event.currentTarget as Pane)}
    @pointerenter=${(event: Event) => strip.enter(event.currentTarget as Pane)}
    .listener=${listener}
    .view=${shown}
  >
    <canvas data-testid="stage-canvas-${name}"></canvas>
    <canvas class="pointer" aria-hidden="true"></canvas>
  </lpcam-pane>`;
}

function pixel(strip: Strip, pane: StagePane): TemplateResult {
  const { cursor, picture, strip: data, classIndex } = strip;
  const heat = heatOf(strip, pane) !== null;
  const at =
    cursor === null || picture === null
      ? null
      : stagePixel(pane, picture.canvas, cursor, heat ? classIndex : null);
  if (at === null) return html`<p class="at" data-testid="at-${pane.name}">&nbsp;</p>`;
  const truth = pane.name === 'groundTruth';
  return html`<p class="at" data-testid="at-${pane.name}">
    <i class="swatch" ${styled({ '--swatch': labelColour(at.label) })}></i>
    <span>${labelText(data.classNames, at.label, truth)}</span>
    ${at.value === null ? nothing : html`<span class="number">${value(at.value)}</span>`}
  </p>`;
}

function header(strip: Strip, pane: StagePane): TemplateResult {
  const { reading, source } = pane;
  const { file, content } = reading;
  const short = file === null ? null : fromStudy(file, strip.strip.study.folder);
  const what = content === null ? '' : `\n${dialectTitles[content.dialect]}`;
  return html`<header>
    <h2>${pane.title}</h2>
    ${
      source === 'computed'
        ? html`<span class="computed" title="No folder holds this stage: the maps were computed now"
            >computed${strip.predicted ? ', classes predicted' : ''}</span
          >`
        : short === null
          ? nothing
          : html`<button
              type="button"
              class="link file"
              title="Open ${file}${what}${content?.assumption ? `\n${content.assumption}` : ''}"
              data-testid="open-${pane.name}"
              @click=${() => strip.openStage(pane.name)}
            >
              <bdi>${short}</bdi>
            </button>`
    }
  </header>`;
}

function ownThreshold(
  strip: Strip,
  { name, title, threshold, soft }: StagePane,
): TemplateResult | typeof nothing {
  if (soft === null || soft.height === 0) return nothing;
  if (threshold === null) return html`<p class="hint">Its own background map decides: no threshold.</p>`;
  if (!strip.view.perStage) return nothing;
  return html`<div class="own">
    ${exactSlider('Threshold', `threshold-${name}`, threshold, `Background score of ${title}`, (moved) =>
      strip.change(moveThreshold(strip.view, name, moved)),
    )}
  </div>`;
}

export function stagePane(strip: Strip, pane: StagePane): TemplateResult {
  const { name, title, source, soft } = pane;
  const { computing } = strip;
  const replaced = pane.reading.folder === null && pane.reading.from === null;
  const waits =
    source === null && replaced && computing.state === 'busy' && (name === 'cam' || name === 'lpcam');
  const missing = strip.view.show === 'heat' && soft !== null && heatOf(strip, pane) === null;
  return html`<section
    class="stage-pane"
    aria-label=${title}
    data-testid="pane-${name}"
    data-source=${source ?? 'none'}
  >
    ${header(strip, pane)}
    ${
      waits
        ? html`<div class="canvas-frame skeleton" aria-busy="true">
            <p><i class="spinner" aria-hidden="true"></i> Computing ${title}</p>
          </div>`
        : source === null
          ? emptyPane(strip, pane)
          : canvas(strip, title, name, layerOf(strip, pane))
    }
    ${source === null ? nothing : pixel(strip, pane)}
    ${
      missing && strip.classIndex !== null
        ? html`<p class="hint">No map of ${className(strip.strip.classNames, strip.classIndex)}.</p>`
        : nothing
    }
    ${ownThreshold(strip, pane)} ${scoreBlock(strip, pane)}
  </section>`;
}

/** The image itself, first in the row. */
export function imagePane(strip: Strip): TemplateResult {
  const { strip: data, picture, cursor } = strip;
  const name = data.place.image.split(/[\\/]/).pop() ?? '';
  return html`<section class="stage-pane" aria-label="Image" data-testid="pane-image">
    <header>
      <h2>Image</h2>
      <span class="file" title=${data.place.image}><bdi>${name}</bdi></span>
    </header>
    ${canvas(strip, 'Image', 'image', { kind: 'none' })}
    <p class="at" data-testid="at-image">
      ${cursor === null ? html`<span class="hint">x, y</span>` : `${cursor.column}, ${cursor.row}`}
    </p>
    ${
      picture?.decoded === false
        ? html`<p class="hint" role="note">
            This page cannot decode the image: the stages lie over plain grey.
          </p>`
        : nothing
    }
    <ul class="own-classes" aria-label="Classes of the image" data-testid="labels">
      ${
        data.labels === null
          ? html`<li class="hint">No image-level labels.</li>`
          : data.labels.map(
              (index) =>
                html`<li>
                  <i class="swatch" ${styled({ '--swatch': labelColour(index + 1) })}></i> ${className(
                    data.classNames,
                    index,
                  )}
                </li>`,
            )
      }
    </ul>
  </section>`;
}
