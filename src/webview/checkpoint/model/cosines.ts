/** The cosines between the classes' weights: how they are laid out and coloured, and which classes are most alike. */

/** Cosines between classes, row-major [N, N], -1..1; NaN where there is none. */
export interface NamedCosines {
  readonly classNames: readonly string[];
  readonly cosines: Float32Array;
}

export interface MatrixLayout {
  /** Side of a cell in CSS pixels. */
  readonly cell: number;
  /** Room for the names, left and above; 0: cells too small for names. */
  readonly margin: number;
  /** Side of the whole picture. */
  readonly size: number;
}

export const smallestNamed = 11;
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
  const cell = Math.min(28, (room - margin) / Math.max(1, classes));
  const whole = cell >= 2 ? Math.floor(cell) : cell;
  return { cell: whole, margin, size: Math.floor(margin + whole * classes) };
}

export type Colour = readonly [red: number, green: number, blue: number];

/** As far from each other, and from red and green, as two hues can be. */
const negative: Colour = [38, 120, 214];
const positive: Colour = [222, 110, 30];

/** The largest cosine between two different classes, in either direction: what the colours reach to. At least 0.1. */
export function colourReach({ cosines, classNames }: NamedCosines): number {
  const classes = classNames.length;
  let reach = 0;
  for (let a = 0; a < classes; a++)
    for (let b = 0; b < a; b++) {
      const size = Math.abs(cosines[a * classes + b] ?? 0);
      if (size > reach) reach = size;
    }
  return Math.min(1, Math.max(0.1, Math.ceil(reach * 10) / 10));
}

/** The colour of a cosine: from what lies behind, at 0, to a hue of its sign. */
export function mixedColour(cosine: number, reach: number, background: Colour): Colour {
  const end = cosine < 0 ? negative : positive;
  const share = Math.min(1, Math.abs(cosine) / reach);
  const at = (part: 0 | 1 | 2) => Math.round(background[part] + (end[part] - background[part]) * share);
  return [at(0), at(1), at(2)];
}

export function colourText(colour: Colour): string {
  return `rgb(${colour.join(' ')})`;
}

export function cosineColour(cosine: number, reach: number, background: Colour): string {
  return colourText(mixedColour(cosine, reach, background));
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
  { cosines, classNames }: NamedCosines,
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
