/** The stage: one pane, or two side by side with one zoom and one cursor. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../shared/icons';
import { classFigure } from './figuresTable';
import { legend } from './legend';
import type { Layer } from '../shared/picture/layer';
import { viewRule } from './model/ruleWords';
import type { Scene } from './model/scene';
import { seedFileName } from './model/seedFile';
import { shownLayer, shownOutlines } from './model/shown';
import type { ViewName } from './model/viewState';
import type { PaneListener, PaneView } from '../shared/picture/pane';
import type { Panel } from './panel';
import { viewLabels, viewTitle } from './viewLabels';

export interface StageListeners {
  readonly first: PaneListener;
  readonly second: PaneListener;
}

export function stage(panel: Panel, scene: Scene, listeners: StageListeners): TemplateResult {
  return html`<section class="stage ${panel.split ? 'split' : ''}" aria-label="Stage">
    ${pane(panel, scene, panel.split ? 0 : panel.view.active, listeners)}
    ${panel.split ? pane(panel, scene, 1, listeners) : nothing}
  </section>`;
}

function pane(panel: Panel, scene: Scene, which: 0 | 1, listeners: StageListeners): TemplateResult {
  const view = panel.view.panes[which];
  const active = panel.view.active === which;
  const reason = scene.unavailable(view);
  const layer: Layer = reason === null ? shownLayer(scene, panel.exact, view) : { kind: 'none' };
  const title = paneTitle(scene, view);
  return html`<div
    class="pane ${active && panel.split ? 'active' : ''}"
    role="tabpanel"
    id="pane-${which}"
    aria-labelledby=${active ? `tab-${view}` : nothing}
    aria-label=${active ? nothing : title}
    data-testid="pane-${which}"
    data-view=${view}
    data-preview=${!scene.complete}
    @focusin=${() => {
      if (!active) panel.change({ active: which });
    }}
  >
    <header>
      <h2 title=${viewTitle(scene, view)}>${title}</h2>
      ${scene.hasMaps && !scene.complete ? html`<span class="preview">preview</span>` : nothing}
      ${reduced(scene, layer)} ${quantity(layer)}
      <span class="spring"></span>
      ${view === 'seedFile' && scene.seedFile ? openSeedFile(panel) : nothing} ${paneFigure(panel, view)}
    </header>
    ${reason === null ? canvas(panel, scene, which, view, layer, listeners) : placeholder(panel, view, reason)}
    ${reason === null ? html`<div>${ruleLine(scene, which, view)}${legend(panel, scene, view, layer)}</div>` : nothing}
  </div>`;
}

/** Which rule made the map, where the study's system has one of its own. */
function ruleLine(scene: Scene, which: 0 | 1, view: ViewName): TemplateResult | typeof nothing {
  const words = viewRule(scene, view);
  return words === null ? nothing : html`<p class="rule" data-testid="rule-${which}">${words}</p>`;
}

function openSeedFile(panel: Panel): TemplateResult {
  return html`<button
    type="button"
    class="link"
    data-testid="openSeedFile"
    title="Open the file in an editor of its own: its maps, values and scores"
    @click=${() => panel.command('openSeedFile')}
  >
    Open as seed
  </button>`;
}

/** A large image shows a reduced map until the exact one is there. */
function reduced(scene: Scene, layer: Layer): TemplateResult | typeof nothing {
  if (layer.kind === 'none' || layer.width === scene.header.image.width) return nothing;
  return html`<span class="preview" title="A quarter of each side, until the map at the image’s size is there"
    >1/4 size</span
  >`;
}

/** What the values of a heat map are, where the view's name does not say it. */
function quantity(layer: Layer): TemplateResult | typeof nothing {
  if (layer.kind !== 'heat' || layer.quantity === null) return nothing;
  const text = layer.range.signed ? `${layer.quantity} (diverging: values of both signs)` : layer.quantity;
  return html`<span class="quantity" title=${text}>${text}</span>`;
}

/** "LPCAM · dog"; views that belong to no class are named alone. */
function paneTitle(scene: Scene, view: ViewName): string {
  const { label } = viewLabels[view];
  if (view === 'image' || view === 'mask') return label;
  if (view === 'seed') return `Seed of ${scene.seedFrom === 'lpcam' ? 'LPCAM' : 'CAM'}`;
  if (view === 'seedFile') return scene.seedFile ? `Seed file · ${seedFileName(scene.seedFile)}` : label;
  const name = scene.activeClass?.name ?? '';
  if (view === 'prototype' && scene.selected) return `Prototype ${scene.selected.centre.id} · ${name}`;
  return `${label} · ${name}`;
}

function paneFigure(panel: Panel, view: ViewName): TemplateResult | typeof nothing {
  const { scene } = panel;
  if (!scene || (view !== 'cam' && view !== 'lpcam' && view !== 'seed')) return nothing;
  const source = view === 'cam' ? 'cam' : view === 'lpcam' ? 'lpcam' : scene.seedFrom;
  return classFigure(panel, source);
}

/** What a pane shows of a view: its layer with the outlines that belong to it, under the shared zoom and cursor. */
function paneView(
  panel: Panel,
  scene: Scene,
  view: ViewName,
  layer: Layer,
  picture: HTMLCanvasElement,
): PaneView {
  return {
    content: {
      picture,
      layer,
      opacity: panel.view.opacity,
      outlines: shownOutlines(scene, panel.exact, view),
    },
    zoom: panel.view.zoom,
    cursor: panel.momentary.cursor,
  };
}

function canvas(
  panel: Panel,
  scene: Scene,
  which: 0 | 1,
  view: ViewName,
  layer: Layer,
  listeners: StageListeners,
): TemplateResult {
  const { picture } = panel;
  if (!picture) return html`<div class="canvas-frame skeleton"></div>`;
  const ready: readonly ViewName[] = ['image', 'mask', 'seedFile'];
  const waiting = layer.kind === 'none' && !ready.includes(view);
  return html`<lpcam-pane
    class="canvas-frame"
    tabindex="0"
    role="application"
    aria-roledescription="picture"
    aria-label="${paneTitle(scene, view)}. Arrow keys move a cursor that reads values, with Shift by 10 pixels; with Control they pan. Plus and minus zoom."
    data-testid="stage-${which}"
    .listener=${which === 0 ? listeners.first : listeners.second}
    .view=${paneView(panel, scene, view, layer, picture)}
  >
    <canvas data-testid="stage-canvas-${which}" data-view=${view}></canvas>
    <canvas class="pointer" aria-hidden="true"></canvas>
    ${waiting ? html`<span class="waiting"><i class="spinner" aria-hidden="true"></i>Waiting for the first maps</span>` : nothing}
  </lpcam-pane>`;
}

function placeholder(panel: Panel, view: ViewName, reason: string): TemplateResult {
  const clusterable = panel.scene?.header.bank === null && view !== 'mask' && panel.scene.position >= 0;
  return html`<div class="canvas-frame placeholder" data-testid="unavailable-${view}">
    ${icon('image')}
    <p>${reason}</p>
    ${
      clusterable && !panel.state.progress
        ? html`<vscode-button data-testid="cluster" @click=${() => panel.command('cluster')}
            >Cluster prototypes</vscode-button
          >`
        : nothing
    }
  </div>`;
}
