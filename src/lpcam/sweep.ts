/** Seed scores over a range of thresholds. */
import { checkLabels, ConfusionMatrix, ignored, labelError, type SeedScores } from './metrics';
import type { ClassMap } from './seeds';

/** Seed scores at one threshold. */
export interface ThresholdScores {
  readonly threshold: number;
  readonly scores: SeedScores;
}

/**
 * Scores many thresholds in one pass over each image, with exactly the scores of `seedOf` at each of them. The winning
 * class of a pixel does not depend on the threshold, only whether it beats the background does: so each pixel is
 * counted once, under the number of thresholds it exceeds.
 */
export class SeedSweep {
  /** Ascending, in float32, as seeds compare them. */
  private readonly bounds: Float32Array;
  private readonly labels: number;
  /** [number of thresholds exceeded, truth, winning label]. */
  private readonly counts: Float64Array;

  /** @param classes foreground classes; @param thresholds in any order */
  constructor(
    readonly classes: number,
    readonly thresholds: readonly number[],
  ) {
    this.bounds = Float32Array.from(thresholds).sort();
    this.labels = classes + 1;
    this.counts = new Float64Array((thresholds.length + 1) * this.labels * this.labels);
  }

  /**
   * Counts one image.
   * @param maps of the image's classes, each [area]; @param mask label ids, [area]; @param file the mask's, for errors
   * @throws InputError when the sizes differ or the mask has an id above `classes` other than 255
   */
  add(maps: readonly ClassMap[], mask: Uint8Array, file?: string): void {
    const { bounds, counts, labels } = this;
    checkLabels(mask, maps[0]?.map.length ?? mask.length, this.classes, file);
    for (const { classIndex } of maps) {
      if (classIndex >= this.classes)
        throw labelError(file, `a seed has class ${classIndex}, but the study has ${this.classes} classes.`);
    }
    const plane = labels * labels;
    for (let i = 0; i < mask.length; i++) {
      const truth = mask[i] as number;
      if (truth === ignored) continue;
      let best = -Infinity;
      let label = 0;
      for (const { classIndex, map } of maps) {
        const value = map[i] as number;
        if (value > best) {
          best = value;
          label = classIndex + 1;
        }
      }
      const at = exceeded(bounds, best) * plane + truth * labels + label;
      counts[at] = (counts[at] as number) + 1;
    }
  }

  /** Scores per threshold, in the order the thresholds were given. */
  scores(): readonly ThresholdScores[] {
    return this.thresholds.map((threshold) => ({ threshold, scores: this.matrix(threshold).scores() }));
  }

  /** The confusion matrix at one of the thresholds. */
  matrix(threshold: number): ConfusionMatrix {
    const matrix = new ConfusionMatrix(this.classes);
    const plane = this.labels * this.labels;
    const bound = Math.fround(threshold);
    for (let exceeds = 0; exceeds <= this.bounds.length; exceeds++) {
      const wins = exceeds > 0 && (this.bounds[exceeds - 1] as number) >= bound;
      for (let truth = 0; truth < this.labels; truth++) {
        for (let label = 0; label < this.labels; label++) {
          const pixels = this.counts[exceeds * plane + truth * this.labels + label] as number;
          if (pixels > 0) matrix.count(truth, wins ? label : 0, pixels);
        }
      }
    }
    return matrix;
  }
}

/** How many of the ascending bounds lie strictly below the value. */
function exceeded(bounds: Float32Array, value: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bounds[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
