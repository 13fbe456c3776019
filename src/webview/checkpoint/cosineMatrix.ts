/** The cosines between the classes' weights as a picture with names, and which cell the pointer or the keys are on. */
import type { ClassifierMatrix } from '../../protocol/checkpoint';

export interface MatrixLayout {
  /** Side of a cell in CSS pixels. */
  readonly cell: number;
  /** Room for the names, left and above; 0: cells too small for names. */
  readonly margin: number;
  /** Side of the whole picture. */
  readonly size: number;
}

const smallestNamed = 11;
const longestName = 96;
/** Of the names' 11 pixels, about. */
const letterWidth = 6.4;

/** @param room width in CSS pixels */
export function matrixLayout(classNames: readonly string[], room: number): MatrixLayout {
  const classes = classNames.length;
  const letters = Math.max(0, ...classNames.map((name) => name.length));
  const names = Math.min(longestName, Math.ceil(letters * letterWidth) + 10);
  const withNames = Math.floor((room - names) / Math.max(1, classes));
  const margin = withNames >= smallestNamed ? names : 0;
  const cell = Math.max(margin > 0 ? smallestNamed : 1, Math.min(28, (room - margin) / Math.max(1, classes)));
  const whole = cell >= 2 ? Math.floor(cell) : cell;
  return { cell: whole, margin, size: Math.ceil(margin + whole * classes) };
}

export interface MatrixColours {
  /** A cosine of 0: what lies behind. */
  readonly background: Colour;
  readonly foreground: string;
  readonly line: string;
  readonly font: string;
}

export type Colour = readonly [red: number, green: number, blue: number];

/** As far from each other, and from red and green, as two hues can be. */
export const negative: Colour = [38, 120, 214];
export const positive: Colour = [222, 110, 30];

/** The largest cosine between two different classes, in either direction: what the colours reach to. At least 0.1. */
export function colourReach({ cosines, classNames }: ClassifierMatrix): number {
  const classes = classNames.length;
  let reach = 0;
  for (let a = 0; a < classes; a++)
    for (let b = 0; b < a; b++) {
      const size = Math.abs(cosines[a * classes + b] ?? 0);
      if (size > reach) reach = size;
    }
  return Math.min(1, Math.max(0.1, Math.ceil(reach * 10) / 10));
}

export function cosineColour(cosine: number, reach: number, background: Colour): string {
  const end = cosine < 0 ? negative : positive;
  const share = Math.min(1, Math.abs(cosine) / reach);
  const [red, green, blue] = background.map((from, i) => Math.round(from + ((end[i] ?? 0) - from) * share));
  return `rgb(${red ?? 0} ${green ?? 0} ${blue ?? 0})`;
}

/** Draws the matrix; the canvas is sized by the caller's layout. */
export function drawMatrix(
  context: CanvasRenderingContext2D,
  { cosines, classNames }: ClassifierMatrix,
  { cell, margin, size }: MatrixLayout,
  reach: number,
  { background, foreground, line, font }: MatrixColours,
): void {
  const classes = classNames.length;
  context.clearRect(0, 0, size, size);
  const gap = cell >= 8 ? 1 : 0;
  for (let a = 0; a < classes; a++)
    for (let b = 0; b < classes; b++) {
      const cosine = cosines[a * classes + b] ?? NaN;
      const [left, top, side] = [margin + b * cell, margin + a * cell, cell - gap];
      context.fillStyle = a === b ? line : cosineColour(Number.isNaN(cosine) ? 0 : cosine, reach, background);
      context.fillRect(left, top, side, side);
      if (!Number.isNaN(cosine)) continue;
      // No direction, no cosine: struck out.
      context.strokeStyle = line;
      context.beginPath();
      context.moveTo(left, top + side);
      context.lineTo(left + side, top);
      context.stroke();
    }
  if (margin === 0) return;
  context.fillStyle = foreground;
  context.font = font;
  context.textBaseline = 'middle';
  classNames.forEach((name, index) => {
    const at = margin + index * cell + cell / 2;
    const text = fitted(context, name, margin - 8);
    context.textAlign = 'right';
    context.fillText(text, margin - 5, at);
    context.save();
    context.translate(at, margin - 5);
    context.rotate(-Math.PI / 2);
    context.textAlign = 'left';
    context.fillText(text, 0, 0);
    context.restore();
  });
}

function fitted(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  let length = text.length - 1;
  while (length > 1 && context.measureText(`${text.slice(0, length)}…`).width > room) length--;
  return `${text.slice(0, length)}…`;
}

export interface ClassPair {
  readonly row: number;
  readonly column: number;
}

/** The cell at a point of the picture; null beside the cells. */
export function pairAt(
  x: number,
  y: number,
  { cell, margin }: MatrixLayout,
  classes: number,
): ClassPair | null {
  const column = Math.floor((x - margin) / cell);
  const row = Math.floor((y - margin) / cell);
  return row >= 0 && column >= 0 && row < classes && column < classes ? { row, column } : null;
}

/** The pairs of different classes whose weights are most alike, the most alike first. */
export function closestPairs(
  { cosines, classNames }: ClassifierMatrix,
  most: number,
): readonly (ClassPair & { readonly cosine: number })[] {
  const classes = classNames.length;
  const found: (ClassPair & { readonly cosine: number })[] = [];
  for (let row = 0; row < classes; row++)
    for (let column = row + 1; column < classes; column++) {
      const cosine = cosines[row * classes + column] ?? NaN;
      if (Number.isNaN(cosine) || (found.length === most && cosine <= (found.at(-1)?.cosine ?? 1))) continue;
      const at = found.findIndex((other) => other.cosine < cosine);
      found.splice(at < 0 ? found.length : at, 0, { row, column, cosine });
      found.length = Math.min(found.length, most);
    }
  return found;
}
