/** What stands around a drawn cosine matrix: its colour scale, the mark on a cell, the keys that move it. */
import { html, nothing, type TemplateResult } from 'lit';
import { painted, styled } from '../shared/directives';
import { cosineColour, type ClassPair, type Colour, type MatrixLayout } from './model/cosines';

/** Rows and columns that an arrow key goes. */
export const arrowSteps: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** A smaller mark would not be seen. */
const smallestMark = 4;

/** The three parts of a computed colour, `rgb(...)` or `rgba(...)`. */
export function colourOf(text: string): Colour {
  const [red = 128, green = 128, blue = 128] = (text.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
}

/** @param name the mark's class: the cell pointed at, or the one chosen */
export function cellMark(
  pair: ClassPair | null,
  { cell, margin }: MatrixLayout,
  name = 'marker',
): TemplateResult | typeof nothing {
  if (!pair) return nothing;
  const side = `${Math.max(cell, smallestMark)}px`;
  return html`<i
    class=${name}
    aria-hidden="true"
    ${styled({
      left: `${margin + pair.column * cell}px`,
      top: `${margin + pair.row * cell}px`,
      width: side,
      height: side,
    })}
  ></i>`;
}

/**
 * The colours from -reach to reach.
 * @param key another one whenever a colour is
 */
export function matrixScale(reach: number, background: Colour, key: string): TemplateResult {
  return html`<span class="number">−${reach.toFixed(1)}</span>
    <canvas
      width="101"
      height="1"
      aria-hidden="true"
      ${painted([reach, key], (context) => {
        for (let i = 0; i <= 100; i++) {
          context.fillStyle = cosineColour(((i - 50) / 50) * reach, reach, background);
          context.fillRect(i, 0, 1, 1);
        }
      })}
    ></canvas>
    <span class="number">+${reach.toFixed(1)}</span>`;
}
