/** The table of tensors with its filter, and the selected tensor beside it. */
import { html, nothing, type TemplateResult } from 'lit';
import type { CheckpointTable } from '../../protocol/checkpoint';
import { icon } from '../shared/icons';
import { histogram } from './histogram';
import { count, counted, shapeText, value } from './model/numberText';
import type { PageModel } from './pageModel';
import type { TensorTable } from './tensorTable';

export function tensorSection(model: PageModel, shown: CheckpointTable, table: TensorTable): TemplateResult {
  const { choices, rows } = model;
  const { tensors } = shown;
  const filtered = rows.length !== tensors.length;
  return html`<div class="tensors" role="tabpanel" id="section-tensors" aria-labelledby="tab-section-tensors">
    <div class="table-tools">
      <input
        type="text"
        class="filter"
        data-testid="tensor-filter"
        aria-label="Filter by name, type or shape"
        title="Words in the name, the type or the shape, e.g. layer4 64x3; nan finds what is not finite ( / )"
        placeholder="Filter by name, type or shape"
        spellcheck="false"
        .value=${choices.filter}
        @input=${(event: InputEvent) => model.change({ filter: (event.target as HTMLInputElement).value })}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key === 'ArrowDown') table.element.focus();
          else if (event.key === 'Escape') model.change({ filter: '' });
        }}
      />
      <span class="hint number" data-testid="tensor-count"
        >${filtered ? `${count(rows.length)} of ${counted(tensors.length, 'tensor')}` : counted(tensors.length, 'tensor')}</span
      >
      <span class="spring"></span>
      ${checkState(model)}
    </div>
    <div class="table-and-details">
      <div class="table-frame">
        ${table.element}
        ${rows.length === 0 ? html`<p class="empty hint">${tensors.length === 0 ? 'The file holds no tensor.' : 'No tensor has all these words.'}</p>` : nothing}
      </div>
      ${details(model, shown)}
    </div>
  </div>`;
}

function checkState({ check, checkAll }: PageModel): TemplateResult | typeof nothing {
  const { open, readable, all, failed } = check;
  if (readable === 0) return nothing;
  if (failed)
    return html`<span class="hint" data-testid="check-state">The statistics could not be computed.</span>
      <button type="button" class="link" data-testid="check" @click=${() => checkAll(all)}>
        Try again
      </button>`;
  if (open === 0) return html`<span class="hint" data-testid="check-state">All tensors were checked</span>`;
  const state = `${count(readable - open)} of ${count(readable)} checked`;
  return all
    ? html`<span class="spinner" aria-hidden="true"></span
        ><span class="hint number" data-testid="check-state">${state}</span
        ><button type="button" class="link" data-testid="check" @click=${() => checkAll(false)}>Stop</button>`
    : html`<span class="hint number" data-testid="check-state">${state}</span
        ><button
          type="button"
          class="link"
          data-testid="check"
          title="Reads every tensor once, for warnings and for sorting by figures"
          @click=${() => checkAll(true)}
        >
          Check all
        </button>`;
}

function details(model: PageModel, { tensors }: CheckpointTable): TemplateResult {
  const { selected, state, choices } = model;
  const tensor = selected === null ? undefined : tensors[selected];
  if (selected === null || !tensor)
    return html`<aside class="tensor-details" aria-label="Selected tensor">
      <p class="hint">Select a tensor to see how its numbers are distributed.</p>
    </aside>`;
  const known = state.statistics.get(selected);
  const failed = state.histogramFailure?.tensor === selected ? state.histogramFailure.failure : null;
  const figures: readonly (readonly [string, string])[] = known
    ? [
        ['Mean', value(known.mean)],
        ['Std', value(known.deviation)],
        ['Min', value(known.min)],
        ['Max', value(known.max)],
        ['Zeros', count(known.zeros)],
        ['NaN', count(known.nan)],
        ['Infinite', count(known.infinite)],
      ]
    : [];
  return html`<aside class="tensor-details" data-testid="tensor-details" aria-label="Selected tensor">
    <h3>
      <span>${tensor.name}</span
      ><button
        type="button"
        class="icon-button"
        data-testid="copy-name"
        aria-label="Copy the name"
        title="Copy the name"
        @click=${() => model.copy(tensor.name)}
      >
        ${icon('copy')}
      </button>
    </h3>
    <p class="hint">
      ${tensor.dtype} · ${shapeText(tensor.shape)} · ${counted(tensor.elements, 'number')}
      ${tensor.alias === null ? nothing : html`<br />The same numbers as ${tensor.alias}`}
    </p>
    ${
      tensor.unreadable !== null
        ? html`<p class="trouble">${icon('warning')} Cannot be read: ${tensor.unreadable}.</p>`
        : failed !== null
          ? html`<p class="trouble">${icon('warning')} ${failed.message}</p>
              <vscode-button appearance="secondary" @click=${() => model.askHistogram()}
                >Try again</vscode-button
              >`
          : known?.histogram || known?.max === null
            ? html`${histogram(known, choices.logarithmic)}
                <vscode-checkbox
                  data-testid="logarithmic"
                  ?checked=${choices.logarithmic}
                  @change=${(event: Event) =>
                    model.change({ logarithmic: (event.target as HTMLInputElement).checked })}
                  >Logarithmic counts</vscode-checkbox
                >`
            : html`<div class="histogram skeleton" aria-label="Computing the histogram"></div>`
    }
    <dl class="figures number">
      ${figures.map(
        ([label, text]) =>
          html`<div>
            <dt>${label}</dt>
            <dd>${text}</dd>
          </div>`,
      )}
    </dl>
  </aside>`;
}
