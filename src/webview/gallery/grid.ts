/** The cards in sight, under the headings of their classes. */
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { painted, styled } from '../shared/directives';
import {
  cardGap,
  cardHeight,
  cardWidth,
  patchColumns,
  patchGap,
  patchRows,
  patchSide,
  sizeVariables,
} from './cardSize';
import { centreCard } from './centreCard';
import type { Gallery } from './gallery';
import type { Section } from './model/arrangement';
import { rowsWithin, rowAt, type Row } from './model/layout';
import type { GatedCentre } from './model/gatedCentres';
import { placeOf, rowOf } from './model/steps';
import { drawMontage, drawnMontage, montageKey, pictureScale } from './montage';
import type { RowSlots } from './rowSlots';

function inSight({ layout, scroll }: Gallery): { from: number; to: number } {
  const { top, height, margin } = scroll;
  return rowsWithin(layout, top - margin, height + 2 * margin);
}

/** Rows in sight, and the current card's, which keeps the focus when it is scrolled away. */
export function drawnRows(gallery: Gallery): readonly Row[] {
  const { layout, sections, current } = gallery;
  const { from, to } = inSight(gallery);
  const rows = layout.rows.slice(from, to);
  const place = placeOf(sections, current);
  const focused = place && rowOf(layout, place);
  return focused === null || rows.includes(focused) ? rows : [...rows, focused];
}

/** Equal as long as the same rows are to be drawn under the same heading. */
export function sightOf(gallery: Gallery): string {
  const { layout, scroll } = gallery;
  const { from, to } = inSight(gallery);
  return `${from} ${to} ${layout.rows[rowAt(layout, scroll.top)]?.section ?? ''}`;
}

/** A row's own name, whatever else is drawn. */
function nameOf(row: Row): string {
  return `${row.section}|${row.kind === 'cards' ? row.from : 'heading'}`;
}

export function grid(
  gallery: Gallery,
  slots: RowSlots,
  listeners: { readonly onScroll: () => void; readonly onKey: (event: KeyboardEvent) => void },
): TemplateResult {
  const { sections, layout, scroll, view } = gallery;
  const first = layout.rows[rowAt(layout, scroll.top)];
  const section = first && sections[first.section];
  const rows = drawnRows(gallery);
  const slotOf = slots.assign(rows.map(nameOf));
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
        rows,
        (row) => slotOf.get(nameOf(row)),
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
  const centres = section.centres.slice(row.from, row.to);
  return html`<div class="card-row" ${at}>
    ${centres.map((one) => centreCard(gallery, one, false))}${rowPictures(gallery, centres)}
  </div>`;
}

/** One canvas for the pictures of a whole row: each canvas is a layer of its own, which every frame pays for. */
function rowPictures(gallery: Gallery, centres: readonly GatedCentre[]): TemplateResult {
  const montages = centres.map((one) => drawnMontage(gallery, one, patchRows));
  const scale = pictureScale(montages);
  const cardStep = cardWidth + cardGap;
  const width = (centres.length - 1) * cardStep + patchColumns * (patchSide + patchGap) - patchGap;
  const height = patchRows * (patchSide + patchGap) - patchGap;
  return html`<canvas
    class="pictures"
    width=${Math.round(width * scale)}
    height=${Math.round(height * scale)}
    aria-hidden="true"
    ${styled({ width: `${width}px`, height: `${height}px` })}
    ${painted(montageKey(montages, scale), (context, canvas) => {
      context.clearRect(0, 0, canvas.width, canvas.height);
      montages.forEach((one, place) => drawMontage(context, one, place * cardStep, scale));
    })}
  ></canvas>`;
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
