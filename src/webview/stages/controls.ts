/** The strip's controls: from image to image, what soft stages are shown as, threshold, opacity, zoom. */
import { html, nothing, type TemplateResult } from 'lit';
import { exactSlider } from '../shared/exactSlider';
import { icon, type IconName } from '../shared/icons';
import { className } from './model/stagePanes';
import { leastPane, mostPane, moveThreshold } from './model/stagesView';
import type { StripAction } from './shortcuts';
import type { Strip } from './strip';

function tool(strip: Strip, action: StripAction, content: unknown, title: string): TemplateResult {
  return html`<vscode-button
    appearance="icon"
    data-testid=${action}
    aria-label=${title}
    title=${title}
    @click=${() => strip.act(action)}
    >${content}</vscode-button
  >`;
}

const zoomTools: readonly (readonly [StripAction, IconName, string])[] = [
  ['zoomOut', 'zoomOut', 'Zoom out (−)'],
  ['zoomIn', 'zoomIn', 'Zoom in (+)'],
  ['zoomToFit', 'fit', 'Fit (0)'],
];

function walk(strip: Strip): TemplateResult {
  const { place, study, system } = strip.strip;
  const { index, count, of } = place;
  const go = (event: Event) => {
    const { valueAsNumber } = event.target as HTMLInputElement;
    if (Number.isInteger(valueAsNumber) && valueAsNumber >= 1 && valueAsNumber <= count)
      strip.go(valueAsNumber - 1);
  };
  const button = (to: 'previous' | 'next', text: string, key: string) =>
    html`<vscode-button
      appearance="secondary"
      data-testid=${to}
      title="${text} image (${key})"
      aria-label="${text} image"
      ?disabled=${place[to] === null}
      @click=${() => strip.act(to)}
      >${to === 'previous' ? '‹' : '›'} ${text}</vscode-button
    >`;
  return html`<div class="walk">
    ${button('previous', 'Previous', 'p')} ${button('next', 'Next', 'n')}
    <span class="place" data-testid="place">
      ${
        of === 'list'
          ? html`<input
              type="number"
              min="1"
              max=${count}
              aria-label="Number in the study’s list"
              title="Number in the study’s list"
              data-testid="place-number"
              .value=${String((index ?? 0) + 1)}
              @change=${go}
            />`
          : html`<span class="number">${index === null ? '–' : index + 1}</span>`
      }
      <span class="number">of ${count}</span>
      ${of === 'folder' ? html`<span class="hint">in the folder, not in the study’s list</span>` : nothing}
    </span>
    <h1 data-testid="image-id">${place.id}</h1>
    <span class="hint"
      >${study.name}${system === null ? '' : ` · ${system}`}${strip.busy ? ' · reading' : ''}</span
    >
    <span class="spring"></span>
    ${tool(strip, 'reload', icon('reload'), 'Read the files again (r)')}
    ${zoomTools.map(([action, name, title]) => tool(strip, action, icon(name), title))}
    ${tool(strip, 'zoomToPixels', html`<span class="icon-text">1:1</span>`, 'One image pixel per screen pixel (1)')}
    <vscode-button
      appearance="secondary"
      data-testid="show-maps"
      title="Open the image panel: maps computed now, prototypes, what context suppressed"
      @click=${() => strip.command('showMaps')}
      >Image panel</vscode-button
    >
  </div>`;
}

function showChoice(strip: Strip): TemplateResult {
  const { view } = strip;
  const option = (show: 'labels' | 'heat', text: string, title: string) =>
    html`<label title=${title}
      ><input
        type="radio"
        name="show"
        data-testid="show-${show}"
        .checked=${view.show === show}
        @change=${() => strip.change({ show })}
      />${text}</label
    >`;
  return html`<fieldset class="show">
    <legend class="hidden">Soft stages as</legend>
    ${option('labels', 'Labels', 'Soft stages as thresholded labels (h)')}
    ${option('heat', 'Heat map', 'Soft stages as a heat map of one class (h)')}
  </fieldset>`;
}

function classChoice(strip: Strip): TemplateResult | typeof nothing {
  const { classes, classIndex, strip: data, change } = strip;
  if (classIndex === null) return nothing;
  return html`<label class="select" title="Class of heat maps and of the outline (c)"
    ><span>Class</span>
    <select
      data-testid="class"
      @change=${(event: Event) => change({ className: (event.target as HTMLSelectElement).value })}
    >
      ${classes.map((index) => {
        const name = className(data.classNames, index);
        return html`<option value=${name} ?selected=${index === classIndex}>${name}</option>`;
      })}
    </select></label
  >`;
}

function perStage({ view, change }: Strip): TemplateResult {
  return html`<label title="Each soft stage has a threshold of its own"
    ><input
      type="checkbox"
      data-testid="per-stage"
      .checked=${view.perStage}
      @change=${(event: Event) => change({ perStage: (event.target as HTMLInputElement).checked })}
    />per stage</label
  >`;
}

export function controls(strip: Strip): TemplateResult {
  const { view, panes, change } = strip;
  const ofStudy = strip.strip.threshold;
  const soft = panes.some(({ threshold }) => threshold !== null);
  const truth = panes.some(({ name, labels }) => name === 'groundTruth' && labels !== null);
  const percentOf = Math.round(view.opacity * 100);
  return html`<div class="controls" role="group" aria-label="Stages">
    ${walk(strip)}
    <div class="looks">
      ${showChoice(strip)} ${classChoice(strip)}
      ${
        soft && !view.perStage
          ? exactSlider(
              'Threshold',
              'threshold',
              view.threshold ?? ofStudy,
              `Background score of all soft stages ([ and ]); the study’s is ${ofStudy}`,
              (moved) => change(moveThreshold(view, null, moved)),
            )
          : nothing
      }
      ${
        soft && (view.threshold !== null || view.perStage)
          ? html`<button
              type="button"
              class="link"
              data-testid="threshold-reset"
              title="All soft stages at the study’s threshold, ${ofStudy}"
              @click=${() => change({ threshold: null, ownThresholds: {} })}
            >
              study’s ${ofStudy}
            </button>`
          : nothing
      }
      ${soft ? perStage(strip) : nothing}
      <label class="slider" title="Opacity of the stages (o, O)"
        ><span>Opacity</span
        ><input
          type="range"
          min="0"
          max="1"
          step="0.05"
          data-testid="opacity"
          .value=${String(view.opacity)}
          @input=${(event: Event) => change({ opacity: (event.target as HTMLInputElement).valueAsNumber })}
        /><output class="number">${percentOf} %</output></label
      >
      <label class="slider" title="Size of the pictures"
        ><span>Size</span
        ><input
          type="range"
          min=${leastPane}
          max=${mostPane}
          step="10"
          data-testid="size"
          .value=${String(view.paneWidth)}
          @input=${(event: Event) => change({ paneWidth: (event.target as HTMLInputElement).valueAsNumber })}
      /></label>
      ${
        truth && strip.classIndex !== null
          ? html`<label title="The class’s border in the ground truth, over every stage (g)"
              ><input
                type="checkbox"
                data-testid="outline"
                .checked=${view.outline}
                @change=${(event: Event) => change({ outline: (event.target as HTMLInputElement).checked })}
              />Ground truth outline</label
            >`
          : nothing
      }
    </div>
  </div>`;
}
