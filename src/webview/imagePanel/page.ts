/** The whole panel as one template. */
import { html, nothing, type TemplateResult } from 'lit';
import type { CardSurroundings } from './card';
import { classChips } from './classChips';
import { failureView } from './failureView';
import { figuresTable } from './figuresTable';
import { freshCheckpoint } from './freshCheckpoint';
import { help } from './help';
import { madeOf } from './madeOf';
import { noticeList } from './noticeList';
import { overlayControls } from './overlayControls';
import type { Panel } from './panel';
import { progressBar } from '../shared/progressBar';
import { readout } from './readout';
import { stage, type StageListeners } from './stage';
import { statusLine } from './statusLine';
import { strip } from './strip';
import { thresholdControl } from './thresholdControl';
import { trialBar } from './trialBar';
import { viewTabs } from './viewTabs';

export function page(
  panel: Panel,
  listeners: StageListeners,
  surroundings: CardSurroundings,
): TemplateResult {
  const { scene, state } = panel;
  return html`<div class="panel" data-testid="panel">
    <header class="toolbar">
      <div class="top-row">${classChips(panel)}${statusLine(panel)}</div>
      ${scene ? viewTabs(panel) : nothing}
    </header>
    <div class="messages">
      ${freshCheckpoint(panel)} ${progressBar(state.progress, () => panel.command('cancel'))}
      ${state.failure ? failureView(panel, state.failure) : nothing} ${noticeList(panel)} ${trialBar(panel)}
    </div>
    ${
      scene
        ? html`<div class="body">
            ${stage(panel, scene, listeners)} ${readout(panel)}
            <div class="rest">
              <div class="below">
                ${overlayControls(panel)}
                ${
                  scene.position >= 0
                    ? html`<section class="seeds" aria-label="Seed">
                        ${thresholdControl(panel)}${figuresTable(panel)}
                      </section>`
                    : nothing
                }
              </div>
              ${strip(panel, surroundings)} ${madeOf(scene.header)}
            </div>
          </div>`
        : state.failure
          ? nothing
          : skeleton(panel)
    }
    ${help(panel)}
  </div>`;
}

/** The panel's shape while the image is on its way. */
function skeleton(panel: Panel): TemplateResult {
  const name = panel.state.opening?.image.split(/[\\/]/).pop();
  return html`<div class="body opening" data-testid="opening" aria-busy="true">
    <section class="stage">
      <div class="pane">
        <div class="canvas-frame skeleton">
          <p>${name === undefined ? 'Waiting for the engine' : `Opening ${name}`}</p>
        </div>
      </div>
    </section>
    <div class="rest">
      <div class="bone skeleton"></div>
      <div class="bone skeleton"></div>
    </div>
  </div>`;
}
