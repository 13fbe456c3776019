/** What became of the prototypes of one bank in another: matched, drifted, died or born. */
import { assign } from './assignment';
import type { CentreSet } from './bank';
import type { FateKind } from './gating';

/** A centre of one of the two banks. */
export interface ComparedCentre {
  /** Index in its bank. */
  readonly id: number;
  readonly fate: FateKind;
  /** Why it has that fate. */
  readonly reason: string;
}

/** A centre of the first bank and the one of the second that it goes with; one of them null: it goes with none. */
export interface CentrePair {
  readonly className: string;
  readonly set: CentreSet;
  readonly first: ComparedCentre | null;
  readonly second: ComparedCentre | null;
  /** -1..1; null: no pair. */
  readonly cosine: number | null;
}

/** From which cosine on a pair counts; `drifted` is not above `matched`. */
export interface PairBars {
  /** From here on both are the same prototype. */
  readonly matched: number;
  /** From here on it is the same prototype, changed; below, one died and another was born. */
  readonly drifted: number;
}

export const defaultPairBars: PairBars = { matched: 0.95, drifted: 0.8 };

/**
 * What became of a pair; `apart`: it is no pair, so the first died and the second was born, as far as they are
 * prototypes; `rejected`: neither is a prototype, so it does not count.
 */
export type PairFate = 'matched' | 'drifted' | 'apart' | 'rejected';

/** A class, or all of them: counts of prototypes, class and context together. */
export interface ComparisonCounts {
  readonly matched: number;
  readonly drifted: number;
  /** Prototypes of the second bank only. */
  readonly born: number;
  /** Prototypes of the first bank only. */
  readonly died: number;
  /** Of the matched and drifted pairs; null: there is none. */
  readonly medianCosine: number | null;
}

export interface ClassComparison extends ComparisonCounts {
  readonly className: string;
}

/**
 * Pairs the centres of one class and set so that the sum of cosines is largest, each with one of the other bank.
 * @param cosines row-major [first, second]; one that is no number counts as 0, as that of a vector of zeros does in PyTorch
 */
export function pairCentres(
  first: readonly ComparedCentre[],
  second: readonly ComparedCentre[],
  cosines: Float32Array,
  of: { readonly className: string; readonly set: CentreSet },
): CentrePair[] {
  const gains = cosines.map((cosine) => (Number.isFinite(cosine) ? cosine : 0));
  const columns = assign(gains, first.length, second.length);
  const taken = new Set(columns);
  const pairs = first.map((centre, row): CentrePair => {
    const column = columns[row] ?? -1;
    const other = second[column];
    if (other === undefined) return { ...of, first: centre, second: null, cosine: null };
    return { ...of, first: centre, second: other, cosine: gains[row * second.length + column] ?? 0 };
  });
  const alone = second.filter((_, column) => !taken.has(column));
  return [...pairs, ...alone.map((centre) => ({ ...of, first: null, second: centre, cosine: null }))];
}

function isPrototype(centre: ComparedCentre | null): boolean {
  return centre !== null && centre.fate !== 'rejected';
}

export function pairFate({ first, second, cosine }: CentrePair, bars: PairBars): PairFate {
  if (!isPrototype(first) && !isPrototype(second)) return 'rejected';
  // Cosines are float32: a bar of 0.95 means the float next to it, as in the gates.
  if (cosine === null || cosine < Math.fround(bars.drifted)) return 'apart';
  return cosine < Math.fround(bars.matched) ? 'drifted' : 'matched';
}

/** Counts the prototypes among pairs; a pair with one prototype counts as one, whichever side it is on. */
export function countPairs(pairs: readonly CentrePair[], bars: PairBars): ComparisonCounts {
  const counts = { matched: 0, drifted: 0, born: 0, died: 0 };
  const cosines: number[] = [];
  for (const pair of pairs) {
    const fate = pairFate(pair, bars);
    if (fate === 'apart') {
      if (isPrototype(pair.first)) counts.died++;
      if (isPrototype(pair.second)) counts.born++;
    } else if (fate !== 'rejected') {
      counts[fate]++;
      cosines.push(pair.cosine ?? 0);
    }
  }
  return { ...counts, medianCosine: median(cosines) };
}

/** One row per class that has pairs, in their order. */
export function countClasses(pairs: readonly CentrePair[], bars: PairBars): ClassComparison[] {
  const classes = new Map<string, CentrePair[]>();
  for (const pair of pairs) {
    const known = classes.get(pair.className);
    if (known === undefined) classes.set(pair.className, [pair]);
    else known.push(pair);
  }
  return [...classes].map(([className, own]) => ({ className, ...countPairs(own, bars) }));
}

/** The mean of the middle two where there is no middle one. */
function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
