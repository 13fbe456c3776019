/** Counts per class. The class's name is a button that lists its pairs below; the arrows go from one to the next. */
import { html, type TemplateResult } from 'lit';
import type { ClassComparison, ComparisonCounts } from '../../lpcam/bankComparison';
import { moveFocus } from '../shared/roving';

function onKey(event: KeyboardEvent): void {
  const table = event.currentTarget as HTMLElement;
  moveFocus(event, [...table.querySelectorAll<HTMLElement>('button')]);
}

/** @param chosen class whose pairs are listed; null: all */
export function classTable(
  rows: readonly ClassComparison[],
  all: ComparisonCounts,
  chosen: string | null,
  choose: (className: string | null) => void,
): TemplateResult {
  const row = (className: string | null, counts: ComparisonCounts) =>
    html`<tr class=${className === null ? 'all' : ''}>
      <th scope="row">
        <button
          type="button"
          aria-pressed=${className === chosen}
          tabindex=${className === chosen ? 0 : -1}
          data-testid=${className === null ? 'class-all' : `class-${className}`}
          @click=${() => choose(className)}
        >
          ${className ?? 'All classes'}
        </button>
      </th>
      <td>${counts.matched}</td>
      <td>${counts.drifted}</td>
      <td>${counts.died}</td>
      <td>${counts.born}</td>
      <td>${counts.medianCosine?.toFixed(4) ?? '–'}</td>
    </tr>`;
  return html`<section>
    <h2>Prototypes per class</h2>
    <table class="classes" data-testid="class-rows" @keydown=${onKey}>
      <thead>
        <tr>
          <th scope="col">Class</th>
          <th scope="col">Matched</th>
          <th scope="col">Drifted</th>
          <th scope="col">Died</th>
          <th scope="col">Born</th>
          <th scope="col" title="Of the matched and drifted pairs">Median cosine</th>
        </tr>
      </thead>
      <tbody>
        ${row(null, all)} ${rows.map((one) => row(one.className, one))}
      </tbody>
    </table>
  </section>`;
}
