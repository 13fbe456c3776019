/** How far the prototypes moved from one checkpoint to the next. */
import { countPairs, defaultPairBars, type CentrePair } from './bankComparison';

export interface Drift {
  /** Pairs whose centres are both prototypes. */
  readonly pairs: number;
  /** Cosines of these pairs: the median, and the one that a tenth of them does not reach; null without pairs. */
  readonly median: number | null;
  readonly low: number | null;
  /** Prototypes by what became of them, at the bars that comparing banks begins with. */
  readonly matched: number;
  readonly drifted: number;
  readonly born: number;
  readonly died: number;
}

/** A quantile 0..1 of ascending numbers, linear between neighbours as NumPy's default. */
function quantile(sorted: readonly number[], share: number): number | null {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) return null;
  return below + (above - below) * (place - Math.floor(place));
}

/** @param pairs every centre of two banks, each in one pair (`pairCentres`) */
export function driftOf(pairs: readonly CentrePair[]): Drift {
  const cosines = pairs.flatMap(({ first, second, cosine }) =>
    first && second && first.fate !== 'rejected' && second.fate !== 'rejected' && cosine !== null
      ? [cosine]
      : [],
  );
  cosines.sort((one, other) => one - other);
  const { matched, drifted, born, died } = countPairs(pairs, defaultPairBars);
  return {
    pairs: cosines.length,
    median: quantile(cosines, 0.5),
    low: quantile(cosines, 0.1),
    matched,
    drifted,
    born,
    died,
  };
}
