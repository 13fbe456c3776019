/** The tabs that choose what the active pane shows, and the buttons for the panes themselves. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon, type IconName } from '../shared/icons';
import { moveFocus } from '../shared/roving';
import { activePane, activeView, comparisonViews, isComparisonView, withActiveView } from './model/panes';
import { viewNames, type ViewName } from './model/viewState';
import type { Panel } from './panel';
import { viewLabels, viewTitle } from './viewLabels';
import type { ImagePanelAction } from '../../protocol/imagePanel';

const ordinals = ['first', 'second', 'third'] as const;
/** Labels that are never shortened. */
const whole: readonly ViewName[] = ['seedFile', ...comparisonViews];

/** Views that can be chosen now, in the order of the tabs. */
export function shownViews(panel: Panel): readonly ViewName[] {
  const selected = panel.scene?.selected ?? null;
  const seedFile = panel.scene?.seedFile ?? null;
  const compared = panel.state.compared !== null;
  return viewNames.filter(
    (view) =>
      (view !== 'prototype' || selected !== null) &&
      (view !== 'seedFile' || seedFile !== null) &&
      (!isComparisonView(view) || compared),
  );
}

/** Puts a view on the active pane. */
export function showView(panel: Panel, view: ViewName): void {
  panel.change({ panes: withActiveView(panel.view, view) });
}

export function viewTabs(panel: Panel): TemplateResult {
  const { scene, view } = panel;
  const active = activePane(view);
  const current = activeView(view);
  const onKey = (event: KeyboardEvent) => {
    const list = event.currentTarget as HTMLElement;
    const target = moveFocus(event, [...list.querySelectorAll<HTMLElement>('[role=tab]')]);
    const name = target?.dataset['view'] as ViewName | undefined;
    if (name && target?.getAttribute('aria-disabled') !== 'true') showView(panel, name);
  };
  return html`<div class="views">
    <div
      class="tabs"
      role="tablist"
      aria-label=${panel.split ? `View of the ${ordinals[active]} pane` : 'View'}
      @keydown=${onKey}
    >
      ${shownViews(panel).map((name) => {
        const reason = scene ? scene.unavailable(name) : 'Nothing is open yet.';
        const { label } = viewLabels[name];
        const title = viewTitle(scene, name);
        const chosen = name === current;
        const elsewhere = panel.split && !chosen && view.panes.includes(name);
        return html`<button
          type="button"
          role="tab"
          id="tab-${name}"
          class="tab ${elsewhere ? 'elsewhere' : ''}"
          data-view=${name}
          data-testid="view-${name}"
          aria-selected=${chosen}
          aria-controls="pane-${active}"
          aria-disabled=${reason !== null}
          tabindex=${chosen ? 0 : -1}
          aria-label=${name === 'prototype' ? `Prototype ${scene?.selected?.centre.id ?? ''}` : label}
          title=${reason === null ? `${label}: ${title}` : `${label} cannot be shown. ${reason}`}
          @click=${() => {
            if (reason === null) showView(panel, name);
          }}
        >
          ${name === 'prototype' ? prototypeLabel(scene?.selected?.centre.id) : whole.includes(name) ? label : tabLabel(label)}
        </button>`;
      })}
    </div>
    <div class="pane-buttons" role="group" aria-label="Panes and zoom">
      ${panel.state.compared === null ? nothing : endComparison(panel)}
      ${tool(panel, 'toggleSplit', panel.split ? 'single' : 'split', panel.split ? 'One view (s)' : `${view.panes.length === 3 ? 'Three' : 'Two'} views side by side (s)`)}
      <vscode-button
        appearance="icon"
        data-testid="showStages"
        aria-label="Show stages: image, CAM, LPCAM, IR label, pseudo mask and ground truth side by side"
        title="Show stages: image, CAM, LPCAM, IR label, pseudo mask and ground truth side by side"
        @click=${() => panel.command('showStages')}
        >${icon('stages')}</vscode-button
      >
      ${tool(panel, 'zoomOut', 'zoomOut', 'Zoom out (−)')} ${tool(panel, 'zoomIn', 'zoomIn', 'Zoom in (+)')}
      ${tool(panel, 'zoomToFit', 'fit', 'Fit (0)')}
      <vscode-button
        appearance="icon"
        data-testid="zoomToPixels"
        aria-label="One image pixel per screen pixel"
        title="One image pixel per screen pixel (1)"
        @click=${() => panel.act('zoomToPixels')}
        ><span class="icon-text">1:1</span></vscode-button
      >
    </div>
  </div>`;
}

function endComparison(panel: Panel): TemplateResult {
  return html`<vscode-button
    appearance="icon"
    data-testid="endComparison"
    aria-label="End the comparison of seeds A and B"
    title="End the comparison of seeds A and B"
    @click=${() => panel.command('endComparison')}
    >${icon('close')}</vscode-button
  >`;
}

/** "Class similarity" is "Class sim." where there is little room; the whole word is in the tooltip's place. */
function tabLabel(label: string): TemplateResult {
  const [first = '', ...rest] = label.split(' ');
  if (rest.length === 0) return html`${label}`;
  return html`${first} <span class="short" aria-hidden="true">sim.</span
    ><span class="more">${rest.join(' ')}</span>`;
}

/** "Prototype 24", "#24" where there is little room. */
function prototypeLabel(id: number | undefined): TemplateResult {
  return html`<span class="more">Prototype ${id}</span><span class="short" aria-hidden="true">#${id}</span>`;
}

/** An icon button for an action; its test id is the action's name. */
export function tool(panel: Panel, action: ImagePanelAction, name: IconName, title: string): TemplateResult {
  return html`<vscode-button
    appearance="icon"
    data-testid=${action}
    aria-label=${title}
    title=${title}
    @click=${() => panel.act(action)}
    >${icon(name)}</vscode-button
  >`;
}
