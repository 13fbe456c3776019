/** All centres in a plane, and the one that is pointed at. */
import { html, nothing, type TemplateResult } from 'lit';
import { fateKinds, type FateKind } from '../../lpcam/gating';
import { cardHeight } from '../gallery/cardSize';
import { centreCard, fateNames } from '../gallery/centreCard';
import type { GatedCentre } from '../gallery/model/gatedCentres';
import { painted, styled } from '../shared/directives';
import { drawPlane } from './drawPlane';
import { pointAt, pointToward } from './model/planeLayout';
import type { Overview } from './overview';

/** How far from a centre the pointer may be, CSS pixels. */
const reach = 14;

/** "31.2 %". */
function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

export function planeSection(overview: Overview): TemplateResult {
  const { geometry, plane, centres, view, colours } = overview;
  const { explained, coordinates } = geometry.planes[view.vectors];
  const [first, second] = explained;
  const missing = [...centres.keys()].filter((id) => Number.isNaN(coordinates[id * 2] ?? NaN)).length;
  return html`<section class="part" data-testid="overview-plane" aria-labelledby="plane-heading">
    <header>
      <h3 id="plane-heading">Centres of all classes</h3>
      <p class="hint">
        Principal components, mean removed:
        <b class="number" data-testid="explained">${percent(first + second)}</b> of the variance is in this
        plane.
        ${missing > 0 ? html`${missing} centres hold numbers that are not finite and are left out.` : nothing}
      </p>
    </header>
    <div class="plane-tools">${legend(overview)} ${highlightSelect(overview)} ${vectorsSelect(overview)}</div>
    <div class="plane-and-card">
      <div class="plane" ${styled({ width: `${plane.width}px`, height: `${plane.height}px` })}>
        <canvas
          tabindex="0"
          role="img"
          data-testid="plane"
          data-points=${plane.points.length}
          aria-label="${plane.points.length} centres in a plane. Arrow keys go from centre to centre, Enter opens the centre in Prototypes."
          ${styled({ width: `${plane.width}px`, height: `${plane.height}px` })}
          ${painted([plane, centres, view.highlight, colours.key, devicePixelRatio], (context, canvas) => {
            const ratio = devicePixelRatio;
            canvas.width = Math.round(plane.width * ratio);
            canvas.height = Math.round(plane.height * ratio);
            context.setTransform(ratio, 0, 0, ratio, 0, 0);
            const titles = [
              `Component 1: ${percent(first)} of the variance`,
              `Component 2: ${percent(second)} of the variance`,
            ] as const;
            drawPlane(context, { layout: plane, centres, highlight: view.highlight, titles }, colours);
          })}
          @pointermove=${(event: PointerEvent) => {
            const found = pointAt(plane, event.offsetX, event.offsetY, reach);
            (event.currentTarget as HTMLElement).classList.toggle('on-centre', found !== null);
            if (found) overview.point(found.id, false);
          }}
          @click=${(event: PointerEvent) => {
            const found = pointAt(plane, event.offsetX, event.offsetY, reach);
            if (found) overview.open(found.id);
          }}
          @keydown=${(event: KeyboardEvent) => onKey(event, overview)}
        ></canvas>
        ${pointMarker(overview)}
      </div>
      ${pointedCard(overview)}
    </div>
  </section>`;
}

function onKey(event: KeyboardEvent, overview: Overview): void {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const { plane, pointed } = overview;
  if (event.key === 'Enter' && pointed !== null) overview.open(pointed);
  else {
    const next = pointToward(plane, event.key, pointed);
    if (next) overview.point(next.id, true);
    else if (!event.key.startsWith('Arrow')) return;
  }
  event.preventDefault();
}

/** Ring and name at the centre. */
function pointMarker({ plane, pointed, centres }: Overview): TemplateResult | typeof nothing {
  const point = plane.points.find(({ id }) => id === pointed);
  const one = point && centres.get(point.id);
  if (!point || !one) return nothing;
  const leftwards = point.x > plane.width * 0.7;
  return html`<i class="ring" aria-hidden="true" ${styled({ left: `${point.x}px`, top: `${point.y}px` })}></i>
    <span
      class="point-name ${leftwards ? 'leftwards' : ''}"
      aria-hidden="true"
      ${styled({ left: `${point.x}px`, top: `${point.y}px` })}
      >#${one.centre.id} ${one.className}</span
    >`;
}

/** The gallery's own card: figures, patches and marks. */
export function cardOf(overview: Overview, one: GatedCentre): TemplateResult {
  const gallery = {
    ...overview.gallery,
    current: one.centre.id,
    view: { ...overview.gallery.view, grouped: false, selected: null },
  };
  return html`<div class="card" ${styled({ '--card-height': `${cardHeight(false)}px` })}>
    ${centreCard(gallery, one)}
    <button
      type="button"
      class="link"
      data-testid="open-${one.centre.id}"
      @click=${() => overview.open(one.centre.id)}
    >
      Open in Prototypes
    </button>
  </div>`;
}

function pointedCard(overview: Overview): TemplateResult {
  const one = overview.pointed === null ? undefined : overview.centres.get(overview.pointed);
  return html`<div class="pointed" data-testid="pointed" data-id=${one?.centre.id ?? nothing}>
    ${
      one
        ? cardOf(overview, one)
        : html`<p class="hint">
            Point at a centre to see its nearest patches, or use the arrow keys. Click it, or press Enter, to
            open it in Prototypes.
          </p>`
    }
  </div>`;
}

const shapes: Readonly<Record<FateKind, string>> = { class: 'circle', context: 'square', rejected: 'cross' };

function legend({ gated, view, change }: Overview): TemplateResult {
  return html`<div class="fates" role="group" aria-label="Centres shown">
    ${fateKinds.map((kind) => {
      const shown = !view.hidden.includes(kind);
      const name = fateNames[kind];
      return html`<button
        type="button"
        class="fate-key ${kind}"
        aria-pressed=${shown}
        title="${shown ? 'Hide' : 'Show'}: ${name}"
        data-testid="fate-${kind}"
        @click=${() => change({ hidden: shown ? [...view.hidden, kind] : view.hidden.filter((one) => one !== kind) })}
      >
        <i class=${shapes[kind]} aria-hidden="true"></i>${name}
        <span class="number">${gated.counts[kind]}</span>
      </button>`;
    })}
  </div>`;
}

function highlightSelect({ affinity, centres, view, change }: Overview): TemplateResult {
  const names = affinity?.classNames ?? [...new Set([...centres.values()].map(({ className }) => className))];
  return html`<label class="select"
    ><span>Highlight</span>
    <select
      data-testid="overview-highlight"
      @change=${(event: Event) => change({ highlight: (event.target as HTMLSelectElement).value || null })}
    >
      <option value="" ?selected=${view.highlight === null}>no class</option>
      ${names.map((name) => html`<option value=${name} ?selected=${name === view.highlight}>${name}</option>`)}
    </select>
  </label>`;
}

function vectorsSelect({ view, change }: Overview): TemplateResult {
  return html`<label class="select" title="Similarity maps are cosines: they see directions only"
    ><span>Vectors</span>
    <select
      data-testid="overview-vectors"
      @change=${(event: Event) =>
        change({ vectors: (event.target as HTMLSelectElement).value === 'raw' ? 'raw' : 'unit' })}
    >
      <option value="unit" ?selected=${view.vectors === 'unit'}>of length 1, as cosines see them</option>
      <option value="raw" ?selected=${view.vectors === 'raw'}>as they are</option>
    </select>
  </label>`;
}
