/** Colour maps of heat maps, as tables of 256 colours. */
import {
  interpolateInferno,
  interpolateRdBu,
  interpolateTurbo,
  interpolateViridis,
} from 'd3-scale-chromatic';

export const colourMapNames = ['turbo', 'viridis', 'inferno', 'grey', 'jet', 'diverging'] as const;
/** `diverging` is for signed values: blue below the middle, red above. */
export type ColourMapName = (typeof colourMapNames)[number];

type Colour = readonly [red: number, green: number, blue: number];

/** d3 answers with "#rrggbb" or "rgb(r, g, b)", depending on the map. */
function parse(text: string): Colour {
  const parts = text.startsWith('#')
    ? [text.slice(1, 3), text.slice(3, 5), text.slice(5, 7)].map((hex) => parseInt(hex, 16))
    : (text.match(/\d+/g) ?? []).map(Number);
  return [parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? 0];
}

/** The classic ramp of CAM papers (matplotlib's and OpenCV's "jet"), which d3 leaves out as perceptually uneven. */
function jet(t: number): Colour {
  const ramp = (centre: number) => Math.round(255 * Math.min(Math.max(1.5 - Math.abs(4 * t - centre), 0), 1));
  return [ramp(3), ramp(2), ramp(1)];
}

function grey(t: number): Colour {
  const value = Math.round(255 * t);
  return [value, value, value];
}

const maps: Readonly<Record<ColourMapName, (t: number) => Colour>> = {
  turbo: (t) => parse(interpolateTurbo(t)),
  viridis: (t) => parse(interpolateViridis(t)),
  inferno: (t) => parse(interpolateInferno(t)),
  grey,
  jet,
  diverging: (t) => parse(interpolateRdBu(1 - t)),
};

/** @returns 256 RGB colours, lowest value first, [256 * 3] */
export function colourTable(name: ColourMapName): Uint8Array {
  const table = new Uint8Array(256 * 3);
  for (let i = 0; i < 256; i++) table.set(maps[name](i / 255), i * 3);
  return table;
}
