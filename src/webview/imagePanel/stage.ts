/** The stage: one pane, or two or three side by side with one zoom and one cursor. */
import { html, nothing, type TemplateResult } from 'lit';
import { strideOf } from '../../lpcam/aggregate';
import { icon } from '../shared/icons';
import { classFigure } from './figuresTable';
import { legend } from './legend';
import type { Layer } from '../shared/picture/layer';
import { viewRule } from './model/ruleWords';
import type { Scene } from './model/scene';
import { folderName, sideLetters } from './model/comparedSeeds';
import { comparesValues, sideOf } from './model/comparisonView';
import {
  activePane,
  comparisonViews,
  isComparisonView,
  paneIndices,
  viewOfPane,
  type PaneIndex,
} from './model/panes';
import { seedFileName } from './model/seedFile';
import { shownLayer, shownOutlines } from './model/shown';
import type { ViewName } from './model/viewState';
import { pageGpu } from '../shared/picture/gpu/pageGpu';
import type { PaneListener, PaneView } from '../shared/picture/pane';
import type { Panel } from './panel';
import { viewLabels, viewTitle } from './viewLabels';

/** One per pane. */
export type StageListeners = readonly [PaneListener, PaneListener, PaneListener];

export function stage(panel: Panel, scene: Scene, listeners: StageListeners): TemplateResult {
  const { split, view } = panel;
  const shown = split ? paneIndices.slice(0, view.panes.length) : [activePane(view)];
  return html`<section
    class="stage ${split ? 'split' : ''} ${shown.length === 3 ? 'three' : ''}"
    aria-label="Stage"
  >
    ${shown.map((which) => pane(panel, scene, which, listeners))}
  </section>`;
}

function pane(panel: Panel, scene: Scene, which: PaneIndex, listeners: StageListeners): TemplateResult {
  const view = viewOfPane(panel.view, which);
  const active = activePane(panel.view) === which;
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
      ${openSeed(panel, scene, view)} ${paneFigure(panel, view)}
    </header>
    ${reason === null ? canvas(panel, scene, which, view, layer, listeners) : placeholder(panel, view, reason)}
    ${reason === null ? html`<div>${ruleLine(scene, which, view)}${comparisonLine(scene, view)}${legend(panel, scene, view, layer)}</div>` : nothing}
  </div>`;
}

/** Which rule made the map, where the study's system has one of its own. */
function ruleLine(scene: Scene, which: PaneIndex, view: ViewName): TemplateResult | typeof nothing {
  const words = viewRule(scene, view);
  return words === null ? nothing : html`<p class="rule" data-testid="rule-${which}">${words}</p>`;
}

function openSeed(panel: Panel, scene: Scene, view: ViewName): TemplateResult | typeof nothing {
  const side = sideOf(view);
  const found = side ? scene.compared?.seed(side) : view === 'seedFile' ? scene.seedFile : null;
  if (!found) return nothing;
  const command = side === null ? 'openSeedFile' : side === 'first' ? 'openSeedA' : 'openSeedB';
  return html`<button
    type="button"
    class="link"
    data-testid=${command}
    title="Open ${found.path} in an editor of its own: its maps, values and scores"
    @click=${() => panel.command(command)}
  >
    Open as seed
  </button>`;
}

/** What was done to two seeds so that they can be compared. */
function comparisonLine(scene: Scene, view: ViewName): TemplateResult | typeof nothing {
  const { compared, activeClass } = scene;
  if (view !== 'seedDifference' || !compared || !activeClass) return nothing;
  const notes = compared.notes(activeClass.index);
  return notes.length === 0
    ? nothing
    : html`<p class="rule" data-testid="comparison-notes">${notes.join(' ')}</p>`;
}

/** A large image shows a reduced map until the exact one is there. */
function reduced(scene: Scene, layer: Layer): TemplateResult | typeof nothing {
  if (layer.kind === 'none' || layer.width === scene.header.image.width) return nothing;
  const part = `1/${strideOf(scene.size)}`;
  return html`<span class="preview" title="${part} of each side, until the map at the image’s size is there"
    >${part} size</span
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
  if (isComparisonView(view)) return comparisonTitle(scene, view, name);
  if (view === 'prototype' && scene.selected) return `Prototype ${scene.selected.centre.id} · ${name}`;
  return `${label} · ${name}`;
}

/** "A: seeds/cam · dog"; of labels without the class where a view shows all of them. */
function comparisonTitle(scene: Scene, view: ViewName, name: string): string {
  const side = sideOf(view);
  const values = comparesValues(scene);
  if (!side) return values ? `B − A · ${name}` : `A and B · ${name}`;
  const folder = scene.compared?.folders[side];
  const start = `${sideLetters[side]}: ${folder === undefined ? 'seed' : folderName(folder)}`;
  return values ? `${start} · ${name}` : start;
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
      outlines: panel.painted ? shownOutlines(scene, panel.exact, view, pageGpu()) : [],
    },
    zoom: panel.view.zoom,
    cursor: panel.momentary.cursor,
  };
}

function canvas(
  panel: Panel,
  scene: Scene,
  which: PaneIndex,
  view: ViewName,
  layer: Layer,
  listeners: StageListeners,
): TemplateResult {
  const { picture } = panel;
  if (!picture) return html`<div class="canvas-frame skeleton"></div>`;
  const ready: readonly ViewName[] = ['image', 'mask', 'seedFile', ...comparisonViews];
  const waiting = layer.kind === 'none' && !ready.includes(view);
  return html`<lpcam-pane
    class="canvas-frame"
    tabindex="0"
    role="application"
    aria-roledescription="picture"
    aria-label="${paneTitle(scene, view)}. Arrow keys move a cursor that reads values, with Shift by 10 pixels; with Control they pan. Plus and minus zoom."
    data-testid="stage-${which}"
    .listener=${listeners[which]}
    .view=${paneView(panel, scene, view, layer, picture)}
  >
    <canvas data-testid="stage-canvas-${which}" data-view=${view}></canvas>
    <canvas class="pointer" aria-hidden="true"></canvas>
    ${waiting ? html`<span class="waiting"><i class="spinner" aria-hidden="true"></i>Waiting for the first maps</span>` : nothing}
  </lpcam-pane>`;
}

function placeholder(panel: Panel, view: ViewName, reason: string): TemplateResult {
  const needsBank = view !== 'mask' && !isComparisonView(view);
  const clusterable = panel.scene?.header.bank === null && needsBank && panel.scene.position >= 0;
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
