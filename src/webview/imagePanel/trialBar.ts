/** The line of code whose value is tried, with the way back into it. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Trial } from '../../protocol/imagePanel';
import { icon } from '../shared/icons';
import { trialBank, valueText, valueToRun, valueToWrite } from './model/trial';
import type { Panel } from './panel';

/** "is 8; shown with a trial bank of 40 centres, not the study's own". */
function standing(panel: Panel, trial: Trial): string {
  const { written } = trial;
  const there = written === null ? 'is no longer there' : `is ${valueText(written)}`;
  if (trial.tried !== null && valueToRun(trial) !== null)
    return `${there}; still shown with ${valueText(trial.tried)}`;
  const bank = trialBank(trial, panel.scene?.header ?? null);
  if (bank === null) return there;
  return bank === 'none'
    ? `${there}; no bank was clustered with it yet, so only CAMs are shown`
    : `${there}; shown with a trial bank of ${bank.centres} centres, not the study’s own`;
}

/** What can be done with the value beside looking at it. */
function actions(panel: Panel, trial: Trial): readonly TemplateResult[] {
  const { scene } = panel;
  const write = scene && valueToWrite(scene, trial);
  const run = valueToRun(trial);
  const bank = panel.state.progress || run !== null ? null : trialBank(trial, scene?.header ?? null);
  const button = (id: string, title: string, text: string, act: () => void) =>
    html`<vscode-button data-testid=${id} title=${title} @click=${act}>${text}</vscode-button>`;
  return [
    ...(write === null
      ? []
      : [
          button(
            'write-back',
            'An edit like any other: it can be undone there',
            `Write ${write} to ${trial.place}`,
            () => panel.tellCode({ type: 'writeBack', value: write }),
          ),
        ]),
    ...(run === null
      ? []
      : [
          button(
            'run-trial',
            'The panel still shows the value from before',
            `Run with ${valueText(run)}`,
            () => panel.tellCode({ type: 'runTrial' }),
          ),
        ]),
    ...(bank === 'none' && trial.tried !== null
      ? [
          button(
            'cluster-trial',
            'Into a bank of its own: the study’s stays as it is',
            `Cluster Prototypes with ${trial.name} = ${valueText(trial.tried)}`,
            () => panel.command('cluster'),
          ),
        ]
      : []),
    ...(bank !== null && bank !== 'none'
      ? [
          button('keep-trial-bank', 'It becomes the study’s prototype bank', 'Keep This Bank', () =>
            panel.tellCode({ type: 'keepTrialBank' }),
          ),
        ]
      : []),
  ];
}

export function trialBar(panel: Panel): TemplateResult | typeof nothing {
  const { trial } = panel;
  if (trial === null) return nothing;
  const offered = actions(panel, trial);
  return html`<section class="notice info trial" aria-label="Value from the code" data-testid="trial">
    ${icon('info')}
    <p>
      <code>${trial.name}</code> of
      <button
        type="button"
        class="link"
        data-testid="trial-place"
        title="Go to the line"
        @click=${() => panel.tellCode({ type: 'showCode' })}
      >
        ${trial.place}
      </button>
      <span data-testid="trial-written">${standing(panel, trial)}</span>
    </p>
    ${offered.length > 0 ? html`<div class="actions">${offered}</div>` : nothing}
    <button
      type="button"
      class="link done"
      data-testid="trial-end"
      title="The panel forgets the line; nothing is written"
      @click=${() => panel.tellCode({ type: 'endTrial' })}
    >
      Done
    </button>
  </section>`;
}
