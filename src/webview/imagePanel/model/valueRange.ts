/** Which values the ends of a colour map stand for. */

export interface ValueRange {
  readonly low: number;
  readonly high: number;
  /** Values lie on both sides of zero: the colour map is diverging and zero is its middle. */
  readonly signed: boolean;
}

export const unitRange: ValueRange = { low: 0, high: 1, signed: false };

function extremes(maps: readonly Float32Array[]): { min: number; max: number } {
  let min = Infinity;
  let max = -Infinity;
  for (const map of maps) {
    for (const value of map) {
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return { min, max };
}

/**
 * A range of cosines to compare maps in: from 0 (or, where some values are clearly negative, symmetrical about 0) to
 * the largest value, rounded outward to a hundredth so that the colour bar has ends a person can quote.
 */
export function valueRange(maps: readonly Float32Array[]): ValueRange {
  const { min, max } = extremes(maps);
  if (!(max > min) && !(max > 0)) return unitRange;
  const largest = Math.ceil(Math.max(max, -min) * 100 - 1e-6) / 100;
  // A thousandth below zero is rounding noise of non-negative features, not a sign.
  const signed = min < -0.001;
  return { low: signed ? -largest : 0, high: largest, signed };
}

/** Exactly the map's own values: the most contrast, and colours that compare with no other map's. */
export function ownRange(map: Float32Array): ValueRange {
  const { min, max } = extremes([map]);
  if (!(max >= min)) return unitRange;
  const signed = min < -0.001;
  const largest = Math.max(Math.abs(min), Math.abs(max));
  return signed ? { low: -largest, high: largest, signed } : { low: min, high: max, signed };
}
