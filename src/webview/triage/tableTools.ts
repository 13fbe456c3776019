/** What stands above the table: the list, the filters, the order and the export. */
import { html, nothing, type TemplateResult } from 'lit';
import type { ListChoice } from '../../protocol/score';
import type { FromTriagePanel } from '../../protocol/triagePanel';
import { icon } from '../shared/icons';
import { exportedImages } from './model/exported';
import type { TableScene, TriageScene } from './model/triageScene';
import type { TriageView } from './model/triageView';

type WantedList = Extract<FromTriagePanel, { type: 'list' }>['list'];

export interface TableToolsContent {
  readonly scene: TriageScene;
  readonly table: TableScene;
  readonly view: TriageView;
  readonly selected: ReadonlySet<number>;
  readonly change: (patch: Partial<TriageView>) => void;
  /** Scores another list. */
  readonly score: (list: WantedList) => void;
  readonly exported: (kind: 'list' | 'csv') => void;
}

const listName = ({ name, found, listed }: ListChoice) => `${name} (${found} of ${listed} have seeds)`;
const images = (count: number) => `${count} image${count === 1 ? '' : 's'}`;

function listSelect({ scene: { scores }, score }: TableToolsContent): TemplateResult {
  const choices = [scores.list, ...scores.lists];
  return html`<label class="select"
    ><span>List</span>
    <select
      data-testid="list"
      @change=${(event: Event) => {
        const select = event.target as HTMLSelectElement;
        const { value } = select;
        const chosen = choices[Number(value)];
        // What is shown stays the list that was scored until another one is.
        select.value = '0';
        if (value === 'ask') score('ask');
        else if (chosen !== undefined && value !== '0')
          score(chosen.path === null ? 'folder' : { path: chosen.path });
      }}
    >
      ${choices.map((choice, at) => html`<option value=${at} ?selected=${at === 0}>${listName(choice)}</option>`)}
      <option value="ask">Another file…</option>
    </select>
  </label>`;
}

export function tableTools(content: TableToolsContent): TemplateResult {
  const { scene, table, view, selected, change, exported } = content;
  const { kind } = table;
  const count = exportedImages(table.order, selected).length;
  const sortButton = (text: string, descending: boolean, name: string) =>
    html`<button
      type="button"
      class="link"
      data-testid=${name}
      aria-pressed=${table.sorting.column === 'delta' && table.sorting.descending === descending}
      @click=${() => change({ sort: { column: 'delta', descending } })}
    >
      ${text}
    </button>`;
  return html`<div class="tools" role="toolbar" aria-label="Table">
    ${listSelect(content)}
    <label class="select"
      ><span>Class</span>
      <select
        data-testid="class-filter"
        .value=${view.className ?? ''}
        @change=${(event: Event) => change({ className: (event.target as HTMLSelectElement).value || null })}
      >
        <option value="" ?selected=${view.className === null}>all</option>
        ${scene.scores.classes.map(
          (name) => html`<option value=${name} ?selected=${name === view.className}>${name}</option>`,
        )}
      </select>
    </label>
    <input
      type="text"
      placeholder="Image id"
      aria-label="Only images whose id holds this"
      data-testid="search"
      .value=${view.search}
      @input=${(event: Event) => change({ search: (event.target as HTMLInputElement).value })}
    />
    ${
      kind.compared && kind.withMasks
        ? html`${sortButton('Most harmed first', false, 'harmed')}
          ${sortButton('Most improved first', true, 'improved')}`
        : nothing
    }
    <span class="spring"></span>
    <span class="hint" data-testid="row-count"
      >${images(table.order.length)}${selected.size > 1 ? `, ${selected.size} selected` : ''}</span
    >
    <vscode-button
      appearance="secondary"
      data-testid="export-list"
      title="Saves the ids of ${images(count)} as a list, one a line"
      @click=${() => exported('list')}
      >${icon('save')} List</vscode-button
    >
    <vscode-button
      appearance="secondary"
      data-testid="export-csv"
      title="Saves the figures of ${images(count)} as a table (CSV)"
      @click=${() => exported('csv')}
      >${icon('save')} CSV</vscode-button
    >
  </div>`;
}
