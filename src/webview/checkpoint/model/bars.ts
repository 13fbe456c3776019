/** A histogram's bars. */

/** Heights of the bars, 0..1; an empty bin has none, and one number can be seen on a logarithmic scale. */
export function barHeights(counts: readonly number[], logarithmic: boolean): readonly number[] {
  const scaled = counts.map((count) => (logarithmic ? Math.log1p(count) : count));
  const most = Math.max(...scaled, 0);
  return scaled.map((one) => (most > 0 ? one / most : 0));
}
