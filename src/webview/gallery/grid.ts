/** The cards in sight, under the headings of their classes. */
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { styled } from '../shared/directives';
import { sizeVariables, cardHeight } from './cardSize';
import { centreCard } from './centreCard';
import type { Gallery } from './gallery';
import type { Section } from './model/arrangement';
import { rowsWithin, rowAt, type Row } from './model/layout';
import { placeOf, rowOf } from './model/steps';

/** Rows drawn beyond the window on either side, pixels: a fast wheel must not see blank. */
const margin = 300;

/** Rows in sight, and the current card's, which keeps the focus when it is scrolled away. */
export function drawnRows(gallery: Gallery): readonly Row[] {
  const { layout, scroll, sections, current } = gallery;
  const { from, to } = rowsWithin(layout, scroll.top - margin, scroll.height + 2 * margin);
  const rows = layout.rows.slice(from, to);
  const place = placeOf(sections, current);
  const focused = place && rowOf(layout, place);
  return focused === null || rows.includes(focused) ? rows : [...rows, focused];
}

/** Equal as long as the same rows are to be drawn under the same heading. */
export function sightOf(gallery: Gallery): string {
  const { layout, scroll } = gallery;
  const { from, to } = rowsWithin(layout, scroll.top - margin, scroll.height + 2 * margin);
  return `${from} ${to} ${layout.rows[rowAt(layout, scroll.top)]?.section ?? ''}`;
}

export function grid(
  gallery: Gallery,
  listeners: { readonly onScroll: () => void; readonly onKey: (event: KeyboardEvent) => void },
): TemplateResult {
  const { sections, layout, scroll, view } = gallery;
  const first = layout.rows[rowAt(layout, scroll.top)];
  const section = first && sections[first.section];
  return html`<div
    class="grid"
    role="region"
    aria-label="Centres"
    data-testid="gallery-grid"
    data-rows=${layout.rows.length}
    @scroll=${listeners.onScroll}
    @keydown=${listeners.onKey}
  >
    ${section ? html`<div class="heading sticky" aria-hidden="true">${headingText(section)}</div>` : nothing}
    <div
      class="canvas"
      ${styled({
        ...sizeVariables,
        '--card-height': `${cardHeight(view.grouped)}px`,
        height: `${layout.height}px`,
      })}
    >
      ${repeat(
        drawnRows(gallery),
        (row) => `${row.section}|${row.kind === 'cards' ? row.from : 'heading'}`,
        (row) => rowOfGrid(gallery, row),
      )}
    </div>
  </div>`;
}

function rowOfGrid(gallery: Gallery, row: Row): TemplateResult | typeof nothing {
  const section = gallery.sections[row.section];
  if (!section) return nothing;
  const at = styled({ transform: `translateY(${row.top}px)` });
  if (row.kind === 'heading')
    return html`<h3 class="heading" data-testid="section-${section.className ?? 'all'}" ${at}>
      ${headingText(section)}
    </h3>`;
  return html`<div class="card-row" ${at}>
    ${repeat(
      section.centres.slice(row.from, row.to),
      ({ centre }) => centre.id,
      (one) => centreCard(gallery, one),
    )}
  </div>`;
}

function headingText({ className, centres, counts }: Section): TemplateResult {
  const total = counts.foreground + counts.background;
  const shown = centres.length === total ? `${total} centres` : `${centres.length} of ${total} centres`;
  return html`<span class="name">${className ?? 'All classes'}</span>
    <span class="number tally"
      >${counts.class} class · ${counts.context} context · ${counts.rejected} rejected<span class="shown"
        >${shown}</span
      ></span
    >`;
}
