/** Ticks of the colour bar. */

/**
 * Round numbers in [low, high], few enough to be read side by side; the ends themselves are always ticks, so that a
 * person sees what the darkest and the brightest colour stand for.
 * @param room share of the bar that a tick's label takes, 0..1, with the gap beside it
 */
export function ticksOf(
  low: number,
  high: number,
  most: number,
  room: (tick: number) => number = () => 0,
): readonly number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / Math.max(1, most - 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough) ?? 10 * power;
  const ticks = [low];
  // Labels stand in the middle of their ticks.
  const clear = (tick: number, end: number) =>
    Math.abs(tick - end) > Math.max(step * 0.45, ((high - low) * (room(tick) + room(end))) / 2);
  for (let i = Math.ceil(low / step); i * step < high; i++) {
    const tick = Number((i * step).toPrecision(12));
    if (clear(tick, low) && clear(tick, high)) ticks.push(tick);
  }
  ticks.push(high);
  return ticks;
}
