/** Lengths of a classifier's rows and the cosines between them. */
import { pause } from '../pause';

export interface RowComparison {
  /** [classes] */
  readonly norms: Float32Array<ArrayBuffer>;
  /** Row-major [classes, classes]; NaN where a row has no direction. */
  readonly cosines: Float32Array<ArrayBuffer>;
  /** Rows next to nothing beside the median one. */
  readonly dead: number[];
}

/** A trained row is never this much shorter than the others; one that got no gradient but weight decay is. */
const deadShare = 0.01;

/** Multiplications between two looks at whether somebody wants to stop. */
const slice = 20_000_000;

/**
 * @param weight row-major [classes, columns]
 * @throws the signal's reason when somebody asked to stop
 */
export async function compareRows(
  weight: Float32Array,
  classes: number,
  signal: AbortSignal,
): Promise<RowComparison> {
  const columns = classes === 0 ? 0 : weight.length / classes;
  const row = (n: number) => weight.subarray(n * columns, (n + 1) * columns);
  const dot = (a: Float32Array, b: Float32Array): number => {
    let sum = 0;
    for (let i = 0; i < columns; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
    return sum;
  };
  const lengths = Float64Array.from({ length: classes }, (_, n) => Math.sqrt(dot(row(n), row(n))));
  const cosines = new Float32Array(classes * classes);
  let done = 0;
  for (let a = 0; a < classes; a++) {
    for (let b = a; b < classes; b++) {
      const both = (lengths[a] ?? 0) * (lengths[b] ?? 0);
      const cosine = both > 0 && Number.isFinite(both) ? dot(row(a), row(b)) / both : NaN;
      // A row's cosine with itself is 1, whatever rounding makes of it.
      const value = a === b && !Number.isNaN(cosine) ? 1 : Math.max(-1, Math.min(1, cosine));
      cosines[a * classes + b] = value;
      cosines[b * classes + a] = value;
    }
    done += (classes - a) * columns;
    if (done > slice) {
      done = 0;
      await pause(signal);
    }
  }
  return { norms: Float32Array.from(lengths), cosines, dead: deadRows(lengths) };
}

function deadRows(lengths: Float64Array): number[] {
  const sorted = [...lengths].filter(Number.isFinite).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return [...lengths.keys()].filter((n) => (lengths[n] ?? 0) <= median * deadShare);
}
