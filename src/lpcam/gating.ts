/** Which centres become prototypes (lpcam.md, section 3, steps 4 and 5). */
import type { CentreSet } from './bank';
import type { NoticeKind } from './notice';
import type { Gates } from './presets';

/** What became of a centre, and why, for the person. */
export interface Fate {
  readonly kind: 'class' | 'context' | 'rejected';
  readonly reason: string;
}

/** A centre as far as gates look at it; `p` is its score for its own class, 0..1. */
export interface ScoredCentre {
  readonly set: CentreSet;
  readonly p: number;
}

export interface Gating {
  /** One fate per centre, in the order given. */
  readonly fates: readonly Fate[];
  /** `no-class-prototype` and `no-context-prototype`, each at most once. */
  readonly notices: readonly NoticeKind[];
}

/**
 * Applies the gates to the centres of ONE class. All bounds are strict and compared in float32, as PyTorch compares a
 * float tensor with a number. Where no foreground centre passes, the one of largest p is kept all the same and
 * `no-class-prototype` says so.
 * @param alreadyGated true for published banks: every centre keeps what its set says and no gate applies
 */
export function gateCentres(centres: readonly ScoredCentre[], gates: Gates, alreadyGated: boolean): Gating {
  const fates = centres.map((centre) => (alreadyGated ? publishedFate(centre.set) : gate(centre, gates)));
  const notices: NoticeKind[] = [];
  if (!fates.some((fate) => fate.kind === 'class')) {
    notices.push('no-class-prototype');
    const best = alreadyGated ? -1 : bestForeground(centres);
    const centre = centres[best];
    if (centre !== undefined) {
      const reason = `no foreground centre has p > ${gates.class}; kept for its p ${show(centre.p)}, the largest`;
      fates[best] = { kind: 'class', reason };
    }
  }
  if (!fates.some((fate) => fate.kind === 'context')) notices.push('no-context-prototype');
  return { fates, notices };
}

function publishedFate(set: CentreSet): Fate {
  return { kind: set === 'foreground' ? 'class' : 'context', reason: 'gated before it was published' };
}

function gate({ set, p }: ScoredCentre, gates: Gates): Fate {
  const value = Math.fround(p);
  if (Number.isNaN(value)) return { kind: 'rejected', reason: 'p is not a number' };
  const shown = `p ${show(p)}`;
  if (set === 'foreground') {
    return value > Math.fround(gates.class)
      ? { kind: 'class', reason: `${shown} > ${gates.class}` }
      : { kind: 'rejected', reason: `${shown} is not above ${gates.class}` };
  }
  const [low, high] = gates.context;
  if (!(value > Math.fround(low))) return { kind: 'rejected', reason: `${shown} is not above ${low}` };
  if (!(value < Math.fround(high))) return { kind: 'rejected', reason: `${shown} is not below ${high}` };
  return { kind: 'context', reason: `${low} < ${shown} < ${high}` };
}

function bestForeground(centres: readonly ScoredCentre[]): number {
  let best = -1;
  let bestP = -Infinity;
  centres.forEach(({ set, p }, index) => {
    if (set === 'foreground' && p > bestP) {
      best = index;
      bestP = p;
    }
  });
  return best;
}

/** Six digits: enough to tell a score from the bound it just misses. */
function show(p: number): string {
  return String(Number(p.toPrecision(6)));
}

/** Softmax of N logits, [N]; the largest is subtracted first, so it never overflows. */
export function softmax(logits: ArrayLike<number>): Float32Array {
  const count = logits.length;
  let max = -Infinity;
  for (let i = 0; i < count; i++) max = Math.max(max, logits[i] as number);
  const exponentials = new Float64Array(count);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const value = Math.exp((logits[i] as number) - max);
    exponentials[i] = value;
    sum += value;
  }
  return Float32Array.from(exponentials, (value) => value / sum);
}

/**
 * Scores of a centre: `softmax(W . centre)`, raw dot products and no bias.
 * @param weight classifier, row-major [classes, C]; @param centre [C]
 * @returns [classes], sums to 1
 */
export function scoreCentre(weight: Float32Array, classes: number, centre: Float32Array): Float32Array {
  const channels = centre.length;
  const logits = new Float64Array(classes);
  for (let n = 0; n < classes; n++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += (weight[n * channels + c] as number) * (centre[c] as number);
    logits[n] = sum;
  }
  return softmax(logits);
}
