/** Hatches that are told apart without colour, by direction, and without hatching, by colour. */

import type { HatchKind } from './hatchKind';

type Line = readonly [x0: number, y0: number, x1: number, y1: number];

/** Colours that differ for every kind of colour blindness (after Okabe and Ito), alike in every theme: they lie on photographs. */
const looks: Readonly<Record<HatchKind, { line: string; fill: string; lines: readonly Line[] }>> = {
  // Three parallel lines where they are slanted, so that the tile joins itself without gaps at its corners.
  falsePositive: {
    line: 'rgb(0 90 160)',
    fill: 'rgb(86 180 233 / 50%)',
    lines: [-1, 0, 1].map((shift) => [shift, 1, shift + 1, 0]),
  },
  truePositive: {
    line: 'rgb(160 40 0)',
    fill: 'rgb(240 130 40 / 55%)',
    lines: [-1, 0, 1].map((shift) => [shift, 0, shift + 1, 1]),
  },
  // The colours of the ends of the diverging colour map: only A is a negative difference, only B a positive one.
  onlyFirst: {
    line: 'rgb(5 60 130)',
    fill: 'rgb(80 160 220 / 55%)',
    lines: [-1, 0, 1].map((shift) => [shift, 1, shift + 1, 0]),
  },
  onlySecond: {
    line: 'rgb(140 20 20)',
    fill: 'rgb(240 120 90 / 60%)',
    lines: [-1, 0, 1].map((shift) => [shift, 0, shift + 1, 1]),
  },
  unknown: { line: 'rgb(70 70 70)', fill: 'rgb(200 200 200 / 50%)', lines: [[0, 0.5, 1, 0.5]] },
};

const period = 7;
const tiles = new Map<string, HTMLCanvasElement>();

function tile(kind: HatchKind, ratio: number): HTMLCanvasElement {
  const key = `${kind} ${ratio}`;
  const known = tiles.get(key);
  if (known) return known;
  const side = Math.round(period * ratio);
  const canvas = document.createElement('canvas');
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext('2d');
  if (context) {
    const { line, fill, lines } = looks[kind];
    context.fillStyle = fill;
    context.fillRect(0, 0, side, side);
    context.strokeStyle = line;
    context.lineWidth = 1.6 * ratio;
    context.beginPath();
    for (const [x0, y0, x1, y1] of lines) {
      context.moveTo(x0 * side, y0 * side);
      context.lineTo(x1 * side, y1 * side);
    }
    context.stroke();
  }
  tiles.set(key, canvas);
  return canvas;
}

/** @param ratio device pixels per CSS pixel */
export function hatchPattern(
  context: CanvasRenderingContext2D,
  kind: HatchKind,
  ratio: number,
): CanvasPattern | null {
  return context.createPattern(tile(kind, ratio), 'repeat');
}
