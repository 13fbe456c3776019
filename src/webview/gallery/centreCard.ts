/** One centre: a montage of its nearest patches, its figures, its fate, and the two marks a person can make. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Mark } from '../../lpcam/bank';
import type { FateKind } from '../../lpcam/gating';
import { count, value } from '../imagePanel/model/figureText';
import { icon } from '../shared/icons';
import { patchRows } from './cardSize';
import type { Gallery } from './gallery';
import type { GatedCentre } from './model/gatedCentres';
import { montage } from './montage';

export const fateNames: Readonly<Record<FateKind, string>> = {
  class: 'class prototype',
  context: 'context prototype',
  rejected: 'rejected',
};

/** @param canvas false: the pictures are drawn by the row that the card stands in */
export function centreCard(gallery: Gallery, one: GatedCentre, canvas = true): TemplateResult {
  const { centre, className, fate, p, runnerUp } = one;
  const selected = gallery.view.selected === centre.id;
  const reason = `${centre.set}: ${fate.reason}`;
  const spoken =
    `Centre ${centre.id} of ${className}, ${fateNames[fate.kind]}, ${reason}` +
    (centre.size > 0 ? `, ${centre.size} rows` : '');
  return html`<article
    class="centre ${fate.kind} ${selected ? 'selected' : ''}"
    role="group"
    tabindex=${gallery.current === centre.id ? 0 : -1}
    aria-label=${spoken}
    aria-current=${selected ? 'true' : nothing}
    data-id=${centre.id}
    data-fate=${fate.kind}
    data-mark=${centre.mark ?? nothing}
    data-testid="centre-${centre.id}"
    @click=${() => gallery.change({ selected: centre.id })}
  >
    <div class="title">
      <b>#${centre.id}</b>
      <span class="fate">${fate.kind === 'rejected' ? `rejected ${centre.set}` : fateNames[fate.kind]}</span>
      ${markButton(gallery, one, 'pinned')}${markButton(gallery, one, 'dropped')}
    </div>
    ${montage(gallery, one, { rows: patchRows, reachable: gallery.current === centre.id, canvas })}
    ${gallery.view.grouped ? nothing : html`<div class="line"><b class="cut">${className}</b></div>`}
    <div class="line number">
      <span title="p(${className}), the softmax score of the centre for its own class"
        ><span class="what">p</span> ${value(p)}</span
      >
      <span class="cut" title="Runner-up: the strongest other class, and its p"
        >${runnerUp ? html`<span class="what">${runnerUp.name}</span> ${value(runnerUp.p)}` : '–'}</span
      >
    </div>
    <div class="line number">
      <span title="Feature positions assigned to the centre"
        ><span class="what">n</span> ${centre.size > 0 ? count(centre.size) : '–'}</span
      >
      <span
        title=${
          centre.spread === null
            ? 'Spread: the bank does not say; cluster again to measure it'
            : 'Spread: mean cosine distance of its feature positions to the centre'
        }
        ><span class="what">spread</span> ${centre.spread === null ? '–' : value(centre.spread)}</span
      >
    </div>
    <div class="line reason cut" title=${reason}>${shortReason(one)}</div>
  </article>`;
}

/** The reason in one line; the whole of it is in the title. */
function shortReason({ centre, fate }: GatedCentre): string {
  if (centre.mark !== null) return `${centre.mark} by hand`;
  return fate.decidedBy === 'largestP' ? 'largest p of a class where none passes' : fate.reason;
}

const words = {
  pinned: { name: 'Pin', icon: 'pin', done: 'Pinned by hand: a prototype whatever the gates say', key: 'p' },
  dropped: {
    name: 'Drop',
    icon: 'drop',
    done: 'Dropped by hand: no prototype whatever the gates say',
    key: 'd',
  },
} as const;

function markButton(gallery: Gallery, { centre }: GatedCentre, mark: Mark): TemplateResult {
  const pressed = centre.mark === mark;
  const { name, icon: shape, done, key } = words[mark];
  const readOnly = gallery.opened?.bank?.readOnly ?? null;
  const title = pressed ? `${done}. Press to leave it to the gates (${key})` : `${name} by hand (${key})`;
  return html`<button
    type="button"
    class="mark ${mark}"
    tabindex=${gallery.current === centre.id ? 0 : -1}
    aria-pressed=${pressed}
    aria-label="${name} centre ${centre.id}"
    title=${readOnly ?? title}
    ?disabled=${readOnly !== null}
    data-testid="centre-${centre.id}-${mark}"
    @click=${(event: MouseEvent) => {
      event.stopPropagation();
      gallery.mark([centre.id], pressed ? null : mark);
    }}
  >
    ${icon(shape)}
  </button>`;
}
