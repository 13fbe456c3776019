/** A colour map with the values its colours stand for. */
import { html, nothing, type TemplateResult } from 'lit';
import { painted, styled } from '../shared/directives';
import { fillCanvas } from '../shared/picture/bitmap';
import { tableOf } from '../shared/picture/colourTable';
import { value } from './model/figureText';
import type { Layer } from '../shared/picture/layer';
import { rgbaWords } from '../shared/picture/raster';
import { ticksOf } from './model/ticks';

/** A letter of a label as a share of the bar of the narrowest pane, about 240 pixels: nothing measures letters in a frame. */
const letter = 0.029;

/** @param threshold marked on the bar; null: none */
export function colourBar(
  { range, colourMap }: Pick<Extract<Layer, { kind: 'heat' }>, 'range' | 'colourMap'>,
  threshold: number | null,
): TemplateResult {
  const { low, high } = range;
  const span = high - low || 1;
  return html`<div class="colour-bar" data-testid="colour-bar" data-low=${low} data-high=${high}>
    <div class="bar">
      <canvas
        width="256"
        height="1"
        role="img"
        aria-label="${colourMap} colour map from ${value(low)} to ${value(high)}"
        ${painted([colourMap], (_, canvas) => {
          const words = rgbaWords(tableOf(colourMap));
          fillCanvas(canvas, 256, 1, (pixels) => new Uint32Array(pixels.buffer).set(words));
        })}
      ></canvas>
      ${
        threshold === null
          ? nothing
          : html`<i
              class="at-threshold"
              title="threshold ${threshold.toFixed(2)}"
              ${styled({ '--at': String((threshold - low) / span) })}
            ></i>`
      }
    </div>
    <div class="ticks">
      ${ticksOf(low, high, 6, (tick) => (tickText(tick).length + 1) * letter).map(
        (tick) => html`<span ${styled({ '--at': String((tick - low) / span) })}>${tickText(tick)}</span>`,
      )}
    </div>
  </div>`;
}

function tickText(tick: number): string {
  return value(tick).replace(/0+$/, '').replace(/\.$/, '');
}
