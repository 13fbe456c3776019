/** The nearest patches of a centre: pictures on a canvas, and a button over each of them. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Patch } from '../../lpcam/bank';
import { value } from '../imagePanel/model/figureText';
import { painted, styled } from '../shared/directives';
import { patchColumns, patchGap, patchShare, patchSide } from './cardSize';
import type { Gallery } from './gallery';
import type { GatedCentre } from './model/gatedCentres';

/** Undefined: not here yet. Null: the image is gone. */
type Picture = ImageData | null | undefined;

/** Shown opacity of a rejected centre's pictures: they step back, its words stay legible. */
const rejectedOpacity = 0.7;

export interface DrawnMontage {
  readonly pictures: readonly Picture[];
  /** A rejected centre, not selected. */
  readonly dimmed: boolean;
}

export function drawnMontage(gallery: Gallery, one: GatedCentre, rows: number): DrawnMontage {
  const { centre, fate } = one;
  return {
    pictures: centre.patches.slice(0, rows * patchColumns).map((patch) => gallery.picture(patch)),
    dimmed: fate.kind === 'rejected' && gallery.view.selected !== centre.id,
  };
}

/** Device pixels per CSS pixel of pictures that are here; 1 before. */
export function pictureScale(montages: readonly DrawnMontage[]): number {
  for (const { pictures } of montages)
    for (const picture of pictures) if (picture) return picture.width / patchSide;
  return 1;
}

/** Draws a centre's pictures with the patch itself marked in each: white and black, so that it shows on any picture. */
export function drawMontage(
  context: CanvasRenderingContext2D,
  { pictures, dimmed }: DrawnMontage,
  left: number,
  scale: number,
): void {
  const at = (place: number): readonly [number, number] => [
    Math.round((left + (place % patchColumns) * (patchSide + patchGap)) * scale),
    Math.round(Math.floor(place / patchColumns) * (patchSide + patchGap) * scale),
  ];
  pictures.forEach((picture, place) => {
    if (picture) context.putImageData(picture, ...at(place));
  });
  if (dimmed) {
    const [x] = at(0);
    const width = (patchColumns * (patchSide + patchGap) - patchGap) * scale;
    context.globalCompositeOperation = 'destination-out';
    context.fillStyle = `rgb(0 0 0 / ${1 - rejectedOpacity})`;
    context.fillRect(x, 0, Math.ceil(width), context.canvas.height);
    context.globalCompositeOperation = 'source-over';
  }
  const line = Math.max(1, Math.round(scale));
  pictures.forEach((picture, place) => {
    if (!picture) return;
    const [x, y] = at(place);
    const inset = Math.round((picture.width * (1 - patchShare)) / 2);
    const side = picture.width - 2 * inset;
    for (const [colour, by] of [
      ['rgb(0 0 0 / 60%)', -1],
      ['#fff', 0],
      ['rgb(0 0 0 / 40%)', 1],
    ] as const) {
      const edge = inset + (by + 0.5) * line;
      context.strokeStyle = colour;
      context.lineWidth = line;
      context.strokeRect(x + edge, y + edge, side - (2 * by + 1) * line, side - (2 * by + 1) * line);
    }
  });
}

/** What a drawing of these montages depends on. */
export function montageKey(montages: readonly DrawnMontage[], scale: number): readonly unknown[] {
  return [scale, ...montages.flatMap(({ pictures, dimmed }) => [dimmed, ...pictures])];
}

function ownCanvas(montage: DrawnMontage, rows: number): TemplateResult {
  const scale = pictureScale([montage]);
  const size = (count: number) => Math.round((count * (patchSide + patchGap) - patchGap) * scale);
  return html`<canvas
    width=${size(patchColumns)}
    height=${size(rows)}
    aria-hidden="true"
    ${painted(montageKey([montage], scale), (context, canvas) => {
      context.clearRect(0, 0, canvas.width, canvas.height);
      drawMontage(context, montage, 0, scale);
    })}
  ></canvas>`;
}

function patchButton(
  gallery: Gallery,
  one: GatedCentre,
  patch: Patch,
  place: number,
  picture: Picture,
  reachable: boolean,
): TemplateResult {
  const where = `${patch.image}, row ${patch.row}, column ${patch.column} of the feature map, cosine ${value(patch.cosine)}`;
  if (picture === null)
    return html`<span class="patch gone" title="${where}. The image cannot be read."></span>`;
  // The title is the button's name as well: thousands of them pass by, and a second text costs as much as the first.
  return html`<button
    type="button"
    class=${picture ? 'patch' : 'patch skeleton'}
    tabindex=${reachable ? 0 : -1}
    title="${where}. Open the image (${place + 1})."
    data-testid="centre-${one.centre.id}-patch-${place}"
    @click=${() => gallery.openImage(one, patch)}
  ></button>`;
}

/**
 * @param rows of pictures; @param reachable by the Tab key
 * @param canvas false: somebody else draws the pictures over the buttons' places
 */
export function montage(
  gallery: Gallery,
  one: GatedCentre,
  {
    rows,
    reachable,
    canvas,
  }: { readonly rows: number; readonly reachable: boolean; readonly canvas: boolean },
): TemplateResult {
  const patches = one.centre.patches.slice(0, rows * patchColumns);
  if (patches.length === 0)
    return html`<div class="montage none"><p class="hint">The bank names no nearest patches.</p></div>`;
  const drawn = drawnMontage(gallery, one, rows);
  return html`<div class="montage" ${styled({ '--patch-rows': String(rows) })}>
    ${canvas ? ownCanvas(drawn, rows) : nothing}
    ${patches.map((patch, place) => patchButton(gallery, one, patch, place, drawn.pictures[place], reachable))}
  </div>`;
}
