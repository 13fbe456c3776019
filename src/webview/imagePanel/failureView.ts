/** What went wrong, instead of the stage, or above it when there is still something to look at. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../shared/icons';
import type { Failure } from '../../protocol/failure';
import type { Panel } from './panel';
import { studyCommand } from './studyCommand';

const headings: Readonly<Record<Failure['kind'], string>> = {
  input: 'This image cannot be explained',
  cancelled: 'Cancelled',
  engine: 'The engine failed',
  internal: 'LPCAM Lens failed',
};

export function failureView(panel: Panel, failure: Failure): TemplateResult {
  const { file, field, message } = failure;
  // Most messages name the file themselves.
  const where = [file, field].filter((part) => part !== undefined && !message.includes(part)).join(' · ');
  const study = studyCommand(panel);
  return html`<section class="failure" role="alert" data-testid="failure" data-kind=${failure.kind}>
    <h2>${icon('error')} ${headings[failure.kind]}</h2>
    <p class="message">${message}</p>
    ${where ? html`<p class="where">${where}</p>` : nothing}
    <div class="buttons">
      <vscode-button data-testid="retry" @click=${() => panel.command('retry')}>Retry</vscode-button>
      <vscode-button appearance="secondary" data-testid="showLog" @click=${() => panel.command('showLog')}
        >Show log</vscode-button
      >
      <vscode-button
        appearance="secondary"
        data-testid=${study.command}
        @click=${() => panel.command(study.command)}
        >${study.label}</vscode-button
      >
      <vscode-button
        appearance="secondary"
        data-testid="selectStudy"
        @click=${() => panel.command('selectStudy')}
        >Choose another study</vscode-button
      >
    </div>
  </section>`;
}
