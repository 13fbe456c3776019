/** Which centres become prototypes (lpcam.md, section 3, steps 4 and 5). */
import type { CentreSet, Mark } from './bank';
import type { NoticeKind } from './notice';
import type { Gates } from './presets';

export const fateKinds = ['class', 'context', 'rejected'] as const;
/** Class prototype, context prototype or rejected. */
export type FateKind = (typeof fateKinds)[number];

/**
 * What decided: the class gate; the lower or upper context gate (for those that pass, both); the largest p of a class in
 * which none passes; the person's hand; a p that is no number; or whoever gated the bank before it was published.
 */
export type DecidedBy =
  'class' | 'contextLow' | 'contextHigh' | 'context' | 'largestP' | 'hand' | 'noNumber' | 'published';

/** What became of a centre, and why, for the person. */
export interface Fate {
  readonly kind: FateKind;
  readonly decidedBy: DecidedBy;
  readonly reason: string;
}

/** A centre as far as gates look at it; `p` is its score for its own class, 0..1. */
export interface ScoredCentre {
  readonly set: CentreSet;
  readonly p: number;
  readonly mark: Mark | null;
}

export interface Gating {
  /** One fate per centre, in the order given. */
  readonly fates: readonly Fate[];
  /** `no-class-prototype` and `no-context-prototype`, each at most once. */
  readonly notices: readonly NoticeKind[];
}

/**
 * Applies the gates to the centres of ONE class. All bounds are strict and compared in float32, as PyTorch compares a
 * float tensor with a number. Centres pinned by hand are prototypes and dropped ones are none, whatever their gates say.
 * Where no foreground centre is left, the one of largest p that nobody dropped is kept all the same and
 * `no-class-prototype` says so.
 * @param alreadyGated true for published banks: every centre keeps what its set says and no gate applies
 */
export function gateCentres(centres: readonly ScoredCentre[], gates: Gates, alreadyGated: boolean): Gating {
  const fates = centres.map((centre) =>
    byHand(centre, alreadyGated ? publishedFate(centre.set) : gate(centre, gates)),
  );
  const notices: NoticeKind[] = [];
  if (!fates.some((fate) => fate.kind === 'class')) {
    notices.push('no-class-prototype');
    const best = alreadyGated ? -1 : bestForeground(centres);
    const centre = centres[best];
    if (centre !== undefined) {
      const left = centres.some(({ set, mark }) => set === 'foreground' && mark === 'dropped')
        ? 'no foreground centre that is left has'
        : 'no foreground centre has';
      const reason = `${left} p > ${gates.class}; kept for its p ${show(centre.p)}, the largest`;
      fates[best] = { kind: 'class', decidedBy: 'largestP', reason };
    }
  }
  if (!fates.some((fate) => fate.kind === 'context')) notices.push('no-context-prototype');
  return { fates, notices };
}

function publishedFate(set: CentreSet): Fate {
  return { kind: prototypeKind(set), decidedBy: 'published', reason: 'gated before it was published' };
}

function prototypeKind(set: CentreSet): 'class' | 'context' {
  return set === 'foreground' ? 'class' : 'context';
}

/** The person's mark over what the gates say, which stays in the reason. */
function byHand({ set, mark }: ScoredCentre, gated: Fate): Fate {
  if (mark === null) return gated;
  const kind = mark === 'pinned' ? prototypeKind(set) : 'rejected';
  return { kind, decidedBy: 'hand', reason: `${mark} by hand; ${gated.reason}` };
}

function gate({ set, p }: ScoredCentre, gates: Gates): Fate {
  const value = Math.fround(p);
  if (Number.isNaN(value)) return { kind: 'rejected', decidedBy: 'noNumber', reason: 'p is not a number' };
  const shown = `p ${show(p)}`;
  if (set === 'foreground') {
    return value > Math.fround(gates.class)
      ? { kind: 'class', decidedBy: 'class', reason: `${shown} > ${gates.class}` }
      : { kind: 'rejected', decidedBy: 'class', reason: `${shown} is not above ${gates.class}` };
  }
  const [low, high] = gates.context;
  const rejected = (decidedBy: DecidedBy, bound: string): Fate => ({
    kind: 'rejected',
    decidedBy,
    reason: `${shown} is not ${bound}`,
  });
  if (!(value > Math.fround(low))) return rejected('contextLow', `above ${low}`);
  if (!(value < Math.fround(high))) return rejected('contextHigh', `below ${high}`);
  return { kind: 'context', decidedBy: 'context', reason: `${low} < ${shown} < ${high}` };
}

function bestForeground(centres: readonly ScoredCentre[]): number {
  let best = -1;
  let bestP = -Infinity;
  centres.forEach(({ set, p, mark }, index) => {
    if (set === 'foreground' && mark !== 'dropped' && p > bestP) {
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
