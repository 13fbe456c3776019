/** Searching, filtering and sorting centres. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../shared/icons';
import { moveFocus } from '../shared/roving';
import type { Gallery } from './gallery';
import type { ShownKind, ShownSet, SortKey } from './model/galleryView';
import type { GateCounts } from './model/gatedCentres';

const kinds: readonly {
  readonly kind: ShownKind;
  readonly label: string;
  readonly title: string;
  readonly count: (counts: GateCounts) => number;
}[] = [
  {
    kind: 'all',
    label: 'All',
    title: 'Every centre of the bank',
    count: (counts) => counts.class + counts.context + counts.rejected,
  },
  {
    kind: 'class',
    label: 'Class',
    title: 'Class prototypes: what counts as the class',
    count: (counts) => counts.class,
  },
  {
    kind: 'context',
    label: 'Context',
    title: 'Context prototypes: what is subtracted',
    count: (counts) => counts.context,
  },
  {
    kind: 'rejected',
    label: 'Rejected',
    title: 'Centres that pass no gate',
    count: (counts) => counts.rejected,
  },
  {
    kind: 'hand',
    label: 'By hand',
    title: 'Centres that were pinned or dropped by hand',
    count: (counts) => counts.hand,
  },
];

const sets: Readonly<Record<ShownSet, string>> = {
  both: 'Foreground and background',
  foreground: 'Foreground centres',
  background: 'Background centres',
};

const sorts: Readonly<Record<SortKey, { readonly label: string; readonly descending: boolean }>> = {
  fate: { label: 'Fate, then p', descending: false },
  p: { label: 'p(class)', descending: true },
  runnerUp: { label: 'Runner-up’s p', descending: true },
  size: { label: 'Cluster size', descending: true },
  spread: { label: 'Spread', descending: true },
  id: { label: 'Number', descending: false },
};

export function toolbar(gallery: Gallery, counts: GateCounts): TemplateResult {
  const { view } = gallery;
  const { label, descending } = sorts[view.sort];
  const down = descending !== view.reversed;
  return html`<div class="tools" role="toolbar" aria-label="Filter and sort">
    <input
      type="search"
      class="search"
      placeholder="Search classes"
      aria-label="Search classes"
      title="Show only classes whose name holds these words (/)"
      data-testid="gallery-search"
      .value=${view.search}
      @input=${(event: Event) =>
        gallery.change({ search: (event.target as HTMLInputElement).value.slice(0, 200), top: 0 })}
    />
    ${kindButtons(gallery, counts)}
    <select
      aria-label="Foreground or background centres"
      data-testid="gallery-set"
      @change=${(event: Event) =>
        gallery.change({ set: (event.target as HTMLSelectElement).value as ShownSet, top: 0 })}
    >
      ${Object.entries(sets).map(
        ([set, name]) => html`<option value=${set} ?selected=${set === view.set}>${name}</option>`,
      )}
    </select>
    <span class="spring"></span>
    <label class="select"
      ><span>Sort by</span>
      <select
        data-testid="gallery-sort"
        @change=${(event: Event) =>
          gallery.change({
            sort: (event.target as HTMLSelectElement).value as SortKey,
            reversed: false,
            top: 0,
          })}
      >
        ${Object.entries(sorts).map(
          ([key, sort]) => html`<option value=${key} ?selected=${key === view.sort}>${sort.label}</option>`,
        )}
      </select>
    </label>
    <button
      type="button"
      class="tool"
      aria-pressed=${view.reversed}
      aria-label="Reverse the order"
      title="${label}, ${down ? 'largest first' : 'smallest first'}. Press for the other way round"
      data-testid="gallery-reverse"
      @click=${() => gallery.change({ reversed: !view.reversed, top: 0 })}
    >
      ${icon(down ? 'descending' : 'ascending')}
    </button>
    <vscode-checkbox
      title="One grid per class; else one of all classes, in the order of the sort"
      data-testid="gallery-grouped"
      ?checked=${view.grouped}
      @change=${(event: Event) => {
        const { checked } = event.target as HTMLInputElement;
        if (checked !== view.grouped) gallery.change({ grouped: checked, top: 0 });
      }}
      >By class</vscode-checkbox
    >
  </div>`;
}

function kindButtons(gallery: Gallery, counts: GateCounts): TemplateResult {
  const { kind: current } = gallery.view;
  return html`<div
    class="kinds"
    role="radiogroup"
    aria-label="Centres shown"
    @keydown=${(event: KeyboardEvent) => {
      const list = event.currentTarget as HTMLElement;
      moveFocus(event, [...list.querySelectorAll<HTMLElement>('button')])?.click();
    }}
  >
    ${kinds.map(({ kind, label, title, count }) => {
      const number = count(counts);
      if (kind === 'hand' && number === 0 && current !== 'hand') return nothing;
      return html`<button
        type="button"
        role="radio"
        class="kind ${kind}"
        tabindex=${kind === current ? 0 : -1}
        aria-checked=${kind === current}
        title=${title}
        data-testid="gallery-kind-${kind}"
        data-count=${number}
        @click=${() => gallery.change({ kind, top: 0 })}
      >
        ${label} <span class="number">${number}</span>
      </button>`;
    })}
  </div>`;
}
