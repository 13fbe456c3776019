/** Which values the ends of a colour map stand for. */

export interface ValueRange {
  readonly low: number;
  readonly high: number;
  /** Values lie on both sides of zero: the colour map is diverging and zero is its middle. */
  readonly signed: boolean;
}

export const unitRange: ValueRange = { low: 0, high: 1, signed: false };

interface Extremes {
  readonly min: number;
  readonly max: number;
}

export function extremes(maps: readonly Float32Array[]): Extremes {
  let min = Infinity;
  let max = -Infinity;
  for (const map of maps) {
    // By index: iterators over arrays of millions take several times as long.
    for (let i = 0; i < map.length; i++) {
      const value = map[i] as number;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return { min, max };
}

/** A thousandth below zero is rounding noise of non-negative features, not a sign. */
const isSigned = (min: number) => min < -0.001;

/**
 * A range of cosines to compare maps in: all their values, or, where some are clearly negative, symmetrical about 0;
 * rounded outward to a hundredth so that the colour bar has ends a person can quote.
 */
export function valueRange(maps: readonly Float32Array[]): ValueRange {
  return roundedRange(extremes(maps));
}

/** The same of maps whose extremes are known. */
export function roundedRange({ min, max }: Extremes): ValueRange {
  if (!(max > min)) return unitRange;
  const largest = Math.ceil(Math.max(max, -min) * 100 - 1e-4) / 100;
  if (isSigned(min)) return { low: -largest, high: largest, signed: true };
  return { low: Math.max(0, Math.floor(min * 100 + 1e-4) / 100), high: largest, signed: false };
}

/** Exactly the map's own values: the most contrast, and colours that compare with no other map's. */
export function ownRange(map: Float32Array): ValueRange {
  return rangeBetween(extremes([map]));
}

/** The same of a map whose extremes are known. */
export function rangeBetween({ min, max }: Extremes): ValueRange {
  if (!(max >= min)) return unitRange;
  const largest = Math.max(Math.abs(min), Math.abs(max));
  return isSigned(min)
    ? { low: -largest, high: largest, signed: true }
    : { low: min, high: max, signed: false };
}
