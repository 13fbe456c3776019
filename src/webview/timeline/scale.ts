/** From figures to places on an axis. Not a library: three functions, where d3-scale and its kin bring a dozen packages. */

/** Round steps: 1, 2 or 5 times a power of ten. */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const share = rough / power;
  return (share > 5 ? 10 : share > 2 ? 5 : share > 1 ? 2 : 1) * power;
}

export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

/**
 * An axis of round ticks around figures.
 * @param span its least length, so that noise does not look like a trend
 * @param bounds it never goes beyond
 */
export function axisOf(
  values: readonly number[],
  span: number,
  bounds: { readonly low: number; readonly high: number },
  steps = 4,
): Axis {
  const least = values.length === 0 ? bounds.low : Math.min(...values);
  const most = values.length === 0 ? least + span : Math.max(...values);
  const middle = (least + most) / 2;
  const half = Math.max(most - least, span) / 2;
  const step = roundStep((2 * half) / steps);
  const low = Math.max(bounds.low, Math.floor((middle - half) / step + 1e-9) * step);
  const high = Math.min(bounds.high, Math.max(Math.ceil((middle + half) / step - 1e-9) * step, low + step));
  const count = Math.round((high - low) / step);
  // Multiples, so that 0.1 + 0.2 is 0.3.
  const ticks = Array.from({ length: count + 1 }, (_, place) => Number((low + place * step).toPrecision(12)));
  return { low, high, ticks: ticks.filter((tick) => tick <= high + step * 1e-9) };
}

/** The place of a value between two others, 0..1. */
export function placeOf(value: number, low: number, high: number): number {
  return high > low ? (value - low) / (high - low) : 0.5;
}
