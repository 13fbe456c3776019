/** What stands above the cards or in their place: failures, and a study without a bank. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Failure } from '../../protocol/failure';
import { staleBadge } from '../shared/staleBadge';
import { icon } from '../shared/icons';
import type { Gallery } from './gallery';

export function failureView(gallery: Gallery, failure: Failure): TemplateResult {
  const { file, field, message, kind } = failure;
  const where = [file, field].filter((part) => part !== undefined && !message.includes(part)).join(' · ');
  return html`<section class="failure" role="alert" data-testid="gallery-failure" data-kind=${kind}>
    <h2>${icon('error')} ${kind === 'input' ? 'The prototypes cannot be shown' : 'The engine failed'}</h2>
    <p class="message">${message}</p>
    ${where ? html`<p class="where">${where}</p>` : nothing}
    <div class="buttons">
      <vscode-button data-testid="gallery-retry" @click=${() => gallery.command('retry')}
        >Retry</vscode-button
      >
      ${
        kind === 'input'
          ? html`<vscode-button
              appearance="secondary"
              data-testid="gallery-recluster"
              @click=${() => gallery.command('cluster')}
              >Cluster prototypes</vscode-button
            >`
          : nothing
      }
      <vscode-button appearance="secondary" @click=${() => gallery.command('showLog')}
        >Show log</vscode-button
      >
    </div>
  </section>`;
}

/** A mark that was not saved: the cards show again what the bank holds. */
export function markFailureView(gallery: Gallery): TemplateResult | typeof nothing {
  const { markFailure } = gallery;
  if (!markFailure) return nothing;
  return html`<div class="notice warning" role="alert" data-testid="mark-failure">
    ${icon('warning')}
    <p>The mark was not saved. ${markFailure.message}</p>
    <vscode-button appearance="secondary" @click=${() => gallery.command('retry')}>Open again</vscode-button>
    <button
      type="button"
      class="tool"
      aria-label="Close this message"
      title="Close"
      @click=${() => gallery.forgetMarkFailure()}
    >
      ${icon('close')}
    </button>
  </div>`;
}

/** Notices that change what the prototypes mean. */
export function bankNotices(gallery: Gallery): TemplateResult | typeof nothing {
  const { opened } = gallery;
  if (!opened?.bank) return nothing;
  const notices = opened.notices.filter(({ kind }) => kind === 'bank-of-other-checkpoint');
  const { readOnly, summary } = opened.bank;
  const older = summary.stale === 'older';
  if (notices.length === 0 && readOnly === null && !older) return nothing;
  return html`${notices.map(
    ({ message }) =>
      html`<div class="notice warning" data-testid="notice-bank-of-other-checkpoint">
        ${icon('warning')}
        <p>${message}</p>
        <vscode-button appearance="secondary" @click=${() => gallery.command('cluster')}
          >Cluster prototypes again</vscode-button
        >
      </div>`,
  )}${
    older
      ? html`<div class="notice" data-testid="notice-older">
          ${icon('info')}
          <p>
            The bank does not say which checkpoint it was clustered from. ${staleBadge(summary.stale, 'bank')}
          </p>
        </div>`
      : nothing
  }${
    readOnly === null
      ? nothing
      : html`<div class="notice" data-testid="notice-read-only">
          ${icon('info')}
          <p>${readOnly}</p>
        </div>`
  }`;
}

/** Nothing was clustered, or what was belongs to another network. */
export function withoutBank(gallery: Gallery): TemplateResult | typeof nothing {
  const { opened, progress } = gallery;
  if (!opened || opened.bank) return nothing;
  const misfit = opened.notices.find(({ kind }) => kind === 'bank-of-other-checkpoint');
  return html`<section class="no-centres" data-testid="no-bank">
    <h2>${misfit ? 'The prototypes belong to another network' : `${opened.study} has no prototypes yet`}</h2>
    <p>
      ${
        misfit?.message ??
        'Clustering runs the network over the study’s training images once and groups the features of each class into local prototypes: parts of the class, and context around it. They are saved in one file, and every centre is then shown here with the image patches nearest to it.'
      }
    </p>
    <p class="where">${opened.bankPath}</p>
    <div class="buttons">
      <vscode-button
        data-testid="gallery-cluster"
        ?disabled=${progress !== null}
        @click=${() => gallery.command('cluster')}
        >Cluster prototypes${misfit ? ' again' : ''}</vscode-button
      >
      <vscode-button appearance="secondary" @click=${() => gallery.command('openStudyFile')}
        >Open study file</vscode-button
      >
    </div>
  </section>`;
}

/** The filters leave nothing. */
export function nothingFound(gallery: Gallery): TemplateResult {
  const { view, opened } = gallery;
  const known = opened?.bank?.centres.length ?? 0;
  return html`<section class="no-centres" data-testid="nothing-found">
    <h2>${known === 0 ? 'The bank holds no centres' : 'No centre matches'}</h2>
    ${
      known === 0
        ? nothing
        : html`<p>
              ${view.search === '' ? 'No centre has this fate with these gates.' : `No shown class is called “${view.search}”.`}
            </p>
            <div class="buttons">
              <vscode-button
                appearance="secondary"
                data-testid="show-all"
                @click=${() => gallery.change({ search: '', kind: 'all', set: 'both', top: 0 })}
                >Show all centres</vscode-button
              >
            </div>`
    }
  </section>`;
}

/** The page's shape while the bank is on its way. */
export function skeleton(): TemplateResult {
  return html`<div class="bones" data-testid="gallery-opening" aria-busy="true">
    ${Array.from({ length: 8 }, () => html`<div class="bone skeleton"></div>`)}
  </div>`;
}
