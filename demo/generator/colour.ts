import type { Random } from './random';

/** A colour as hue (degrees), saturation and lightness (percent). */
export type Hsl = readonly [hue: number, saturation: number, lightness: number];

/** CSS text of a colour. */
export function css([hue, saturation, lightness]: Hsl): string {
  return `hsl(${Math.round((hue + 360) % 360)},${Math.round(limit(saturation))}%,${Math.round(limit(lightness))}%)`;
}

/** The colour moved a little in every direction. */
export function jitter(random: Random, [hue, saturation, lightness]: Hsl, amount = 1): Hsl {
  return [
    hue + random.range(-9, 9) * amount,
    saturation + random.range(-9, 9) * amount,
    lightness + random.range(-6, 6) * amount,
  ];
}

/** The colour, darker (negative) or lighter (positive) by so many points. */
export function shade([hue, saturation, lightness]: Hsl, points: number): Hsl {
  return [hue, saturation, lightness + points];
}

function limit(percent: number): number {
  return Math.min(96, Math.max(4, percent));
}

/** Coats that every animal may wear: no class can be told by its colour. */
export const coats: readonly (readonly [Hsl, Hsl])[] = [
  [
    [38, 45, 86],
    [24, 30, 26],
  ],
  [
    [28, 52, 58],
    [34, 60, 80],
  ],
  [
    [22, 45, 36],
    [36, 42, 72],
  ],
  [
    [215, 10, 56],
    [215, 12, 84],
  ],
  [
    [220, 12, 26],
    [40, 25, 88],
  ],
  [
    [16, 55, 46],
    [40, 50, 88],
  ],
  [
    [40, 24, 70],
    [20, 34, 34],
  ],
  [
    [205, 18, 40],
    [38, 40, 84],
  ],
];

/** Paints that every vehicle may wear. */
export const paints: readonly (readonly [Hsl, Hsl])[] = [
  [
    [4, 64, 48],
    [42, 70, 88],
  ],
  [
    [208, 52, 42],
    [45, 60, 90],
  ],
  [
    [152, 38, 38],
    [44, 62, 86],
  ],
  [
    [36, 78, 56],
    [210, 34, 30],
  ],
  [
    [262, 24, 46],
    [40, 50, 90],
  ],
  [
    [190, 40, 46],
    [20, 60, 92],
  ],
  [
    [20, 30, 34],
    [38, 62, 80],
  ],
  [
    [44, 42, 84],
    [4, 58, 46],
  ],
];
