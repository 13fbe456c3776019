/** Below the cards: where the selected centre looks in the images of its nearest patches. */
import { html, nothing, type TemplateResult } from 'lit';
import type { CentreMap } from '../../protocol/gallery';
import { fillCanvas } from '../shared/picture/bitmap';
import { tableOf } from '../shared/picture/colourTable';
import { value } from '../imagePanel/model/figureText';
import { heatPixels } from '../shared/picture/raster';
import { valueRange, type ValueRange } from '../shared/picture/valueRange';
import { painted } from '../shared/directives';
import { imagesOf, isMap, type MapState } from './centreMaps';
import type { Gallery } from './gallery';
import type { GatedCentre } from './model/gatedCentres';

export function similarityStrip(gallery: Gallery): TemplateResult | typeof nothing {
  const one = gallery.selected;
  if (!one || one.centre.patches.length === 0) return nothing;
  const { mapsOpen } = gallery.view;
  const images = imagesOf(one.centre);
  const states = images.map((image) => gallery.map(one.centre.id, image));
  const range = valueRange(states.filter(isMap).map(({ similarity }) => similarity));
  return html`<section
    class="maps"
    aria-label="Similarity maps"
    data-testid="similarity-strip"
    data-id=${one.centre.id}
  >
    <header>
      <button
        type="button"
        class="fold"
        data-testid="similarity-fold"
        aria-expanded=${mapsOpen}
        title="Cosine of every position with the centre, at scale 1. Runs the network on these images"
        @click=${() => gallery.change({ mapsOpen: !mapsOpen })}
      >
        Similarity to #${one.centre.id} of ${one.className} in the images of its nearest patches
      </button>
      <span class="spring"></span>
      ${mapsOpen && states.some(isMap) ? colourBar(range) : nothing}
    </header>
    ${
      mapsOpen
        ? html`<div class="map-row">
            ${images.map((image, i) => figure(gallery, one, image, states[i] ?? 'waiting', range))}
          </div>`
        : nothing
    }
  </section>`;
}

function colourBar({ low, high, signed }: ValueRange): TemplateResult {
  return html`<span
    class="colour-bar number"
    aria-label="Colours from cosine ${value(low)} to ${value(high)}"
  >
    ${value(low)}
    <canvas
      width="256"
      height="1"
      aria-hidden="true"
      ${painted([signed], (_, canvas) => {
        const ramp = Float32Array.from({ length: 256 }, (__, i) => i);
        fillCanvas(canvas, 256, 1, (pixels) => heatPixels(ramp, 0, 256, tableOf(mapName(signed)), pixels));
      })}
    ></canvas>
    ${value(high)}
  </span>`;
}

const mapName = (signed: boolean) => (signed ? 'diverging' : 'turbo');

function figure(
  gallery: Gallery,
  one: GatedCentre,
  image: string,
  state: MapState,
  range: ValueRange,
): TemplateResult {
  const patches = one.centre.patches.filter((patch) => patch.image === image);
  const [best] = patches;
  const caption = html`<figcaption>
    <span class="cut">${image}</span> <span class="number">${best ? value(best.cosine) : ''}</span>
  </figcaption>`;
  if (state === 'gone')
    return html`<figure>
      <span class="frame gone" title="The image cannot be found"></span>${caption}
    </figure>`;
  if (state === 'waiting') return html`<figure><span class="frame skeleton"></span>${caption}</figure>`;
  if (!isMap(state))
    return html`<figure>
      <div class="frame fault" role="alert" title=${state.message}>
        <span>${state.message}</span>
        <button type="button" class="link" @click=${() => gallery.retryMaps()}>Retry</button>
      </div>
      ${caption}
    </figure>`;
  return html`<figure>
    <button
      type="button"
      class="frame"
      title="${image}: cosine ${best ? value(best.cosine) : '–'} at its nearest patch. Open the image"
      aria-label="Similarity map over ${image}. Open the image."
      data-testid="similarity-${image}"
      @click=${() => best && gallery.openImage(one, best)}
    >
      <canvas
        width=${state.picture.width}
        height=${state.picture.height}
        aria-hidden="true"
        ${painted([state, range.low, range.high], (context, canvas) => draw(context, canvas, state, range, patches))}
      ></canvas></button
    >${caption}
  </figure>`;
}

const scratch = document.createElement('canvas');

function draw(
  context: CanvasRenderingContext2D,
  canvas: HTMLCanvasElement,
  { picture, height, width, similarity, reach }: CentreMap,
  { low, high, signed }: ValueRange,
  patches: GatedCentre['centre']['patches'],
): void {
  context.putImageData(
    new ImageData(new Uint8ClampedArray(picture.rgba), picture.width, picture.height),
    0,
    0,
  );
  fillCanvas(scratch, width, height, (pixels) =>
    heatPixels(similarity, low, high, tableOf(mapName(signed)), pixels),
  );
  const [right, bottom] = [canvas.width * reach[1], canvas.height * reach[0]];
  context.globalAlpha = 0.6;
  context.imageSmoothingQuality = 'high';
  context.drawImage(scratch, 0, 0, right, bottom);
  context.globalAlpha = 1;
  const [across, down] = [right / width, bottom / height];
  for (const { row, column } of patches) {
    context.strokeStyle = '#000';
    context.lineWidth = 3;
    context.strokeRect(column * across, row * down, across, down);
    context.strokeStyle = '#fff';
    context.lineWidth = 1;
    context.strokeRect(column * across, row * down, across, down);
  }
}
