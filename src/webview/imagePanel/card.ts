/** One prototype: where it looks in this image, what the bank knows about it, and its switch. */
import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import type { Patch } from '../../lpcam/bank';
import { painted } from '../shared/directives';
import { fillCanvas } from '../shared/picture/bitmap';
import { tableOf } from '../shared/picture/colourTable';
import { count, value } from './model/figureText';
import { heatPixels } from '../shared/picture/raster';
import type { Prototype } from './model/prototypes';
import type { Scene } from './model/scene';
import type { ValueRange } from '../shared/picture/valueRange';
import type { Panel } from './panel';

/** What all cards share, made once per drawing. */
export interface CardSurroundings {
  /** The picture at thumbnail size. */
  readonly miniature: HTMLCanvasElement | null;
  readonly range: ValueRange;
  /** Ids of the prototypes nearest to what is under the cursor. */
  readonly near: ReadonlySet<number>;
  /** Asks for the card's nearest patches once it can be seen. */
  readonly watch: (element: Element | undefined) => void;
}

const patchesShown = 4;
/** Side of a crop on the screen, CSS pixels; crops come at twice that. */
export const cropSide = 32;

/** The nearest patches that a card shows. */
export function shownPatches(prototype: Pick<Prototype, 'centre'>): readonly Patch[] {
  return prototype.centre.patches.slice(0, patchesShown);
}

/** What a card shows: it is made anew only where something of it is another. */
export function cardContent(
  panel: Panel,
  scene: Scene,
  { centre, fate, on, row }: Prototype,
  current: boolean,
  { miniature, range, near }: CardSurroundings,
): unknown[] {
  const low = scene.maps.thumbnail(row)?.data;
  return [
    centre,
    fate.kind,
    fate.reason,
    on,
    current,
    scene.selected?.row === row,
    near.has(centre.id),
    miniature,
    range.low,
    range.high,
    scene.view.colourMap,
    low?.buffer,
    low?.byteOffset,
    ...shownPatches({ centre }).map((patch) => panel.crop(patch)),
  ];
}

export function card(
  panel: Panel,
  scene: Scene,
  prototype: Prototype,
  current: boolean,
  surroundings: CardSurroundings,
): TemplateResult {
  const { centre, fate, on } = prototype;
  const selected = scene.selected?.row === prototype.row;
  const tab = current ? 0 : -1;
  const runnerUp = centre.runnerUp ? `${centre.runnerUp.name} ${value(centre.runnerUp.p)}` : '–';
  const switchTitle = on
    ? 'Takes part; switch off (p). Alt-click: only this one of its set (P)'
    : 'Takes no part; switch on (p). Alt-click: only this one of its set (P)';
  return html`<article
    class="card ${on ? 'on' : 'off'} ${selected ? 'selected' : ''} ${surroundings.near.has(centre.id) ? 'near' : ''}"
    data-id=${centre.id}
    data-testid="prototype-${centre.id}"
    data-fate=${fate.kind}
    data-on=${on}
    ${ref(surroundings.watch)}
  >
    <button
      type="button"
      class="open"
      tabindex=${tab}
      aria-pressed=${selected}
      aria-label="Prototype ${centre.id}, p ${value(centre.p)}, ${on ? 'on' : 'off'}. Show its similarity map."
      title="Show its similarity map (Enter). ${fate.reason}"
      @click=${(event: MouseEvent) => {
        if (event.altKey) panel.only(prototype);
        else panel.select(selected ? null : prototype);
      }}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key !== ' ') return;
        event.preventDefault();
        panel.toggle(prototype);
      }}
    >
      ${thumbnail(scene, prototype, surroundings)}
    </button>
    <div class="title">
      <b>#${centre.id}</b>
      <span class="number" title="p(${scene.activeClass?.name}) of the centre: ${fate.reason}"
        >p ${value(centre.p)}</span
      >
      <button
        type="button"
        role="switch"
        class="switch"
        tabindex=${tab}
        aria-checked=${on}
        aria-label="Prototype ${centre.id} takes part"
        title=${switchTitle}
        data-testid="prototype-${centre.id}-switch"
        @click=${(event: MouseEvent) => {
          if (event.altKey) panel.only(prototype);
          else panel.toggle(prototype);
        }}
      ></button>
    </div>
    <div class="facts">
      <span title="Feature positions assigned to the centre"
        >${centre.size > 0 ? `n ${count(centre.size)}` : 'n –'}</span
      >
      <span class="runner-up" title="The strongest other class, and its p">${runnerUp}</span>
    </div>
    ${patches(panel, prototype, tab)}
  </article>`;
}

/** Scale 1's own map, which is there first and does not move when the others arrive. */
function thumbnail(scene: Scene, prototype: Prototype, surroundings: CardSurroundings): TemplateResult {
  const low = scene.maps.thumbnail(prototype.row);
  const { miniature, range } = surroundings;
  if (!miniature) return html`<span class="thumbnail skeleton"></span>`;
  const colourMap = range.signed ? 'diverging' : scene.view.colourMap;
  const { width: imageWidth, height: imageHeight } = scene.header.image;
  return html`<canvas
    class="thumbnail"
    width=${miniature.width}
    height=${miniature.height}
    aria-hidden="true"
    ${painted(
      [miniature, low?.data.byteOffset, low?.data.buffer, range.low, range.high, colourMap],
      (context, canvas) => {
        context.globalAlpha = 1;
        context.drawImage(miniature, 0, 0);
        if (!low) return;
        fillCanvas(scratch, low.width, low.height, (pixels) =>
          heatPixels(low.data, range.low, range.high, tableOf(colourMap), pixels),
        );
        context.globalAlpha = 0.65;
        context.imageSmoothingQuality = 'high';
        // Feature maps reach to the next multiple of 16, beyond the image's edge.
        const right = (Math.ceil(imageWidth / 16) * 16) / imageWidth;
        const bottom = (Math.ceil(imageHeight / 16) * 16) / imageHeight;
        context.drawImage(scratch, 0, 0, canvas.width * right, canvas.height * bottom);
      },
    )}
  ></canvas>`;
}

const scratch = document.createElement('canvas');

function patches(panel: Panel, prototype: Prototype, tab: number): TemplateResult | typeof nothing {
  const shown = shownPatches(prototype);
  if (shown.length === 0) return nothing;
  return html`<div class="patches" aria-label="Nearest patches">
    ${shown.map((patch) => {
      const crop = panel.crop(patch);
      const where = `${patch.image}, row ${patch.row}, column ${patch.column} of the feature map, cosine ${value(patch.cosine)}`;
      if (crop === null)
        return html`<span class="patch gone" title="${where}. The image cannot be read."></span>`;
      return html`<button
        type="button"
        class="patch ${crop ? '' : 'skeleton'}"
        tabindex=${tab}
        aria-label="Nearest patch: ${where}. Open the image."
        title="${where}. Open the image."
        @click=${() => panel.openImage(patch.image)}
      >
        ${
          crop
            ? html`<canvas
                width=${crop.width}
                height=${crop.height}
                aria-hidden="true"
                ${painted([crop], (context) => context.putImageData(crop, 0, 0))}
              ></canvas>`
            : nothing
        }
      </button>`;
    })}
  </div>`;
}
