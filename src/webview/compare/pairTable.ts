/** The pairs of a class, or of all: the centre before, the centre after, and what became of it. */
import { html, type TemplateResult } from 'lit';
import { pairFate, type CentrePair, type ComparedCentre, type PairFate } from '../../lpcam/bankComparison';
import type { FateKind } from '../../lpcam/gating';
import type { CompareView } from './compareView';

/** Rows that are drawn: a table this long is read by class. */
const mostRows = 500;

const fates: Readonly<Record<FateKind, string>> = {
  class: 'class prototype',
  context: 'context prototype',
  rejected: 'rejected',
};

function becameText(became: PairFate, { first, second }: CentrePair): string {
  if (became !== 'apart') return became;
  const died = first !== null && first.fate !== 'rejected';
  const born = second !== null && second.fate !== 'rejected';
  return [died ? 'died' : '', born ? 'born' : ''].filter((text) => text !== '').join(', ');
}

function centreText(centre: ComparedCentre | null): TemplateResult {
  return centre === null
    ? html`<td>–</td>`
    : html`<td title=${centre.reason}>${centre.id}: ${fates[centre.fate]}</td>`;
}

export function pairTable(
  pairs: readonly CentrePair[],
  { bars, className, rejected }: CompareView,
  toggleRejected: () => void,
): TemplateResult {
  const listed = pairs
    .filter((pair) => className === null || pair.className === className)
    .map((pair) => ({ pair, became: pairFate(pair, bars) }))
    .filter(({ became }) => rejected || became !== 'rejected');
  return html`<section>
    <h2>Pairs of ${className ?? 'all classes'}</h2>
    <vscode-checkbox
      data-testid="with-rejected"
      ?checked=${rejected}
      @change=${(event: Event) => {
        if ((event.target as HTMLInputElement).checked !== rejected) toggleRejected();
      }}
      >Also centres that neither bank keeps</vscode-checkbox
    >
    ${
      listed.length === 0
        ? html`<p class="hint" data-testid="no-pairs">No prototypes here in either bank.</p>`
        : html`<table class="pairs" data-testid="pairs">
            <thead>
              <tr>
                <th scope="col">Class</th>
                <th scope="col">Set</th>
                <th scope="col">Became</th>
                <th scope="col">Cosine</th>
                <th scope="col">First: centre</th>
                <th scope="col">Second: centre</th>
              </tr>
            </thead>
            <tbody>
              ${listed.slice(0, mostRows).map(
                ({ pair, became }, place) =>
                  html`<tr data-testid="pair-${place}" data-became=${became}>
                    <td>${pair.className}</td>
                    <td>${pair.set}</td>
                    <td>${becameText(became, pair)}</td>
                    <td class="number">${pair.cosine?.toFixed(4) ?? '–'}</td>
                    ${centreText(pair.first)}${centreText(pair.second)}
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
    ${
      listed.length > mostRows
        ? html`<p class="hint">${listed.length - mostRows} more: choose a class above to see its pairs.</p>`
        : ''
    }
  </section>`;
}
