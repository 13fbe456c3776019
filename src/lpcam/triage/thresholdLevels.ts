/** How many thresholds of a sweep a map's value exceeds: the one number per pixel that all of them need. */

/** Buckets over [0, 1): enough that a bucket holds at most one bound of a sweep in hundredths. */
const buckets = 1024;

export class ThresholdLevels {
  /** Ascending, in float32, as seeds compare them. */
  readonly bounds: Float32Array;
  /** Bounds that lie below the bucket's lower edge: where the search begins. */
  private readonly starts: Uint16Array;

  /** @param thresholds in any order, each once, 0..1 */
  constructor(thresholds: readonly number[]) {
    this.bounds = Float32Array.from(thresholds).sort();
    this.starts = Uint16Array.from({ length: buckets }, (_, bucket) =>
      this.bounds.reduce((below, bound) => (bound < bucket / buckets ? below + 1 : below), 0),
    );
  }

  get count(): number {
    return this.bounds.length;
  }

  /** Bounds strictly below the value; none for not-a-number. */
  of(value: number): number {
    const { bounds, starts } = this;
    if (!(value > 0)) return value === 0 || Number.isNaN(value) ? 0 : this.slow(value);
    let level = starts[value >= 1 ? buckets - 1 : (value * buckets) | 0] as number;
    while (level < bounds.length && (bounds[level] as number) < value) level++;
    return level;
  }

  /** Below zero, where maps never are and thresholds hardly. */
  private slow(value: number): number {
    let level = 0;
    while (level < this.bounds.length && (this.bounds[level] as number) < value) level++;
    return level;
  }
}
