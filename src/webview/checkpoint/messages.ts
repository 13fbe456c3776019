/** What is wrong or missing: warnings, a network that is not known, a file that cannot be read. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Failure } from '../../protocol/failure';
import { icon } from '../shared/icons';
import type { Warning } from './model/warnings';
import type { PageModel } from './pageModel';

/** The rest fold away, so that the table keeps its room; in narrow editors a warning has several lines. */
const mostShown = { wide: 4, narrow: 2 } as const;
const wide = 760;

export function warningList(model: PageModel): TemplateResult | typeof nothing {
  const { warnings } = model;
  if (warnings.length === 0) return nothing;
  const shown = model.width >= wide ? mostShown.wide : mostShown.narrow;
  const folded = warnings.slice(shown);
  return html`<section class="warnings" aria-label="Warnings" data-testid="warnings">
    ${warnings.slice(0, shown).map((one) => warning(model, one))}
    ${
      folded.length > 0
        ? html`<details>
            <summary>${folded.length} more: ${folded[0]?.message}</summary>
            ${folded.map((one) => warning(model, one))}
          </details>`
        : nothing
    }
  </section>`;
}

function warning(model: PageModel, { kind, message, tensor }: Warning): TemplateResult {
  const ofClassifier = kind === 'dead' || kind === 'twins';
  const show = () => {
    if (tensor !== null) model.select(tensor);
    else model.change({ section: 'classifier' });
  };
  return html`<div class="warning" data-testid="warning-${kind}">
    ${icon('warning')}
    <p>${message}</p>
    ${
      tensor !== null || ofClassifier
        ? html`<button type="button" class="link" @click=${show}>
            ${tensor === null ? 'Show classes' : 'Show tensor'}
          </button>`
        : nothing
    }
  </div>`;
}

/** The file opens all the same; this says what it takes to see maps with it. */
export function unknownNetwork({ state, copy }: PageModel): TemplateResult | typeof nothing {
  const unknown = state.identity?.unknown;
  if (!unknown) return nothing;
  const { message, snippet } = unknown;
  return html`<section class="unknown" data-testid="unknown">
    <h2>${icon('info')} No CAM network that is known here</h2>
    <p class="message">${message}</p>
    ${
      snippet === null
        ? nothing
        : html`<div class="snippet">
            <pre>${snippet}</pre>
            <vscode-button
              appearance="secondary"
              data-testid="copy-snippet"
              @click=${() => copy(`${snippet}\n`)}
              >Copy</vscode-button
            >
          </div>`
    }
  </section>`;
}

const headings: Readonly<Record<Failure['kind'], string>> = {
  input: 'This file cannot be read as a checkpoint',
  cancelled: 'Cancelled',
  engine: 'The process that reads checkpoints failed',
  internal: 'LPCAM Lens failed',
};

export function failureView({ command }: PageModel, failure: Failure): TemplateResult {
  const { file, field, message } = failure;
  const where = [file, field].filter((part) => part !== undefined && !message.includes(part)).join(' · ');
  return html`<section class="failure" role="alert" data-testid="failure" data-kind=${failure.kind}>
    <h2>${icon('error')} ${headings[failure.kind]}</h2>
    <p class="message">${message}</p>
    ${where ? html`<p class="where">${where}</p>` : nothing}
    <div class="buttons">
      <vscode-button data-testid="retry" @click=${() => command('retry')}>Retry</vscode-button>
      <vscode-button appearance="secondary" data-testid="showLog" @click=${() => command('showLog')}
        >Show log</vscode-button
      >
    </div>
  </section>`;
}
