/** Two panes beside each other, each with a list of what it can show. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../shared/icons';
import { colourBar } from '../imagePanel/colourBar';
import { labelList } from '../imagePanel/legend';
import type { Layer } from '../shared/picture/layer';
import type { PaneListener, PaneView, Pixel } from '../shared/picture/pane';
import type { SeedScene } from './model/seedScene';
import type { SeedViewName } from './model/seedView';
import type { SeedPicture } from './picture';

export interface StageParts {
  readonly scene: SeedScene;
  readonly picture: SeedPicture | null;
  readonly cursor: Pixel | null;
  readonly listener: PaneListener;
  choose(pane: 0 | 1, view: SeedViewName): void;
}

export function stage(parts: StageParts): TemplateResult {
  const [first, second] = parts.scene.panes;
  if (parts.picture === null)
    return html`<p class="hint placeholder" data-testid="no-picture">
      ${icon('image')} There is nothing to draw: the file holds no map and its image is not known.
    </p>`;
  return html`<section class="stage" aria-label="Stage">
    ${pane(parts, 0, first)} ${second === null ? nothing : pane(parts, 1, second)}
  </section>`;
}

function pane(parts: StageParts, which: 0 | 1, view: SeedViewName): TemplateResult {
  const { scene, picture, cursor } = parts;
  const layer = scene.layerOf(view);
  const title = scene.titleOf(view);
  if (picture === null) return html``;
  const shown: PaneView = {
    content: {
      picture: picture.canvas,
      layer,
      // Over nothing a map needs no picture to shine through.
      opacity: picture.pixels === null ? 1 : scene.view.opacity,
      outlines: scene.outlinesOf(view),
    },
    zoom: scene.view.zoom,
    cursor,
  };
  return html`<div class="pane" data-testid="pane-${which}" data-view=${view}>
    <header>
      <select
        aria-label=${which === 0 ? 'Left picture' : 'Right picture'}
        data-testid="view-${which}"
        @change=${(event: Event) =>
          parts.choose(which, (event.target as HTMLSelectElement).value as SeedViewName)}
      >
        ${scene.views.map(
          (name) => html`<option value=${name} ?selected=${name === view}>${scene.titleOf(name)}</option>`,
        )}
      </select>
      ${view === 'seed' ? html`<span class="quantity">${how(scene)}</span>` : nothing}
    </header>
    <lpcam-pane
      class="canvas-frame"
      tabindex="0"
      role="application"
      aria-roledescription="picture"
      aria-label="${title}. Arrow keys move a cursor that reads values, with Shift by 10 pixels; with Control they pan. Plus and minus zoom."
      data-testid="stage-${which}"
      .listener=${parts.listener}
      .view=${shown}
    >
      <canvas data-testid="stage-canvas-${which}" data-view=${view}></canvas>
      <canvas class="pointer" aria-hidden="true"></canvas>
    </lpcam-pane>
    <footer class="legend">${legend(scene, view, layer)}</footer>
  </div>`;
}

/** How the seed came about. */
function how(scene: SeedScene): string {
  if (scene.seed.content.kind === 'labels') return '';
  return scene.ownBackground ? 'against the file’s background map' : `above ${scene.threshold}`;
}

function legend(scene: SeedScene, view: SeedViewName, layer: Layer): TemplateResult {
  if (layer.kind === 'labels' && layer.shares) return labelList(scene.classNames, layer.shares);
  if (layer.kind === 'heat')
    return colourBar(layer, scene.thresholded && view.startsWith('class ') ? scene.threshold : null);
  const { size } = scene;
  return html`<span class="facts">${size === null ? nothing : html`${size.width} × ${size.height}`}</span>`;
}
