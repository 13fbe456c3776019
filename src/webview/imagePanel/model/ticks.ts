/** Ticks of the colour bar. */

/**
 * Round numbers in [low, high], few enough to be read side by side; the ends themselves are always ticks, so that a
 * person sees what the darkest and the brightest colour stand for.
 */
export function ticksOf(low: number, high: number, most: number): readonly number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / Math.max(1, most - 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough) ?? 10 * power;
  const ticks = [low];
  for (let i = Math.ceil(low / step); i * step < high; i++) {
    const tick = i * step;
    // Too close to an end to be written beside it.
    if (tick - low > step * 0.45 && high - tick > step * 0.45) ticks.push(Number(tick.toPrecision(12)));
  }
  ticks.push(high);
  return ticks;
}
