/** Draws the cosines between classes, with the classes' names where there is room. */
import {
  colourText,
  cosineColour,
  mixedColour,
  smallestNamed,
  type Colour,
  type MatrixLayout,
  type NamedCosines,
} from './model/cosines';

export interface MatrixColours {
  /** A cosine of 0: what lies behind. */
  readonly background: Colour;
  readonly foreground: string;
  /** A class with itself, and strokes through what is none. */
  readonly line: Colour;
  readonly font: string;
}

/** Cells too small for gaps, one pixel each and then as large as there is room: a thousand classes are a million. */
function drawPixels(
  context: CanvasRenderingContext2D,
  { cosines, classNames }: NamedCosines,
  { cell, margin }: MatrixLayout,
  reach: number,
  { background, line }: MatrixColours,
): void {
  const classes = classNames.length;
  const small = document.createElement('canvas');
  small.width = classes;
  small.height = classes;
  const pixels = new ImageData(classes, classes);
  for (let i = 0; i < cosines.length; i++) {
    const cosine = cosines[i] ?? NaN;
    const own = i % (classes + 1) === 0;
    const colour = own || Number.isNaN(cosine) ? line : mixedColour(cosine, reach, background);
    pixels.data.set(colour, i * 4);
    pixels.data[i * 4 + 3] = 255;
  }
  small.getContext('2d')?.putImageData(pixels, 0, 0);
  context.imageSmoothingEnabled = cell < 1;
  context.drawImage(small, margin, margin, cell * classes, cell * classes);
}

/** Draws the matrix; the canvas is sized by the caller's layout. */
export function drawMatrix(
  context: CanvasRenderingContext2D,
  matrix: NamedCosines,
  layout: MatrixLayout,
  reach: number,
  colours: MatrixColours,
): void {
  const { cell, margin, size } = layout;
  context.clearRect(0, 0, size, size);
  if (cell < smallestNamed) drawPixels(context, matrix, layout, reach, colours);
  else drawCells(context, matrix, layout, reach, colours);
  if (margin > 0) drawNames(context, matrix.classNames, layout, colours);
}

function drawCells(
  context: CanvasRenderingContext2D,
  { cosines, classNames }: NamedCosines,
  { cell, margin }: MatrixLayout,
  reach: number,
  { background, line }: MatrixColours,
): void {
  const classes = classNames.length;
  for (let a = 0; a < classes; a++)
    for (let b = 0; b < classes; b++) {
      const cosine = cosines[a * classes + b] ?? NaN;
      const [left, top, side] = [margin + b * cell, margin + a * cell, cell - 1];
      context.fillStyle =
        a === b ? colourText(line) : cosineColour(Number.isNaN(cosine) ? 0 : cosine, reach, background);
      context.fillRect(left, top, side, side);
      if (!Number.isNaN(cosine)) continue;
      // No direction, no cosine: struck out.
      context.strokeStyle = colourText(line);
      context.beginPath();
      context.moveTo(left, top + side);
      context.lineTo(left + side, top);
      context.stroke();
    }
}

function drawNames(
  context: CanvasRenderingContext2D,
  classNames: readonly string[],
  { cell, margin }: MatrixLayout,
  { foreground, font }: MatrixColours,
): void {
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
