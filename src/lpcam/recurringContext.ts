/** Context that recurs over classes: context prototypes of different classes that stand for the same thing. */
import type { CosineMatrix, MatrixMember } from './classAffinity';

export interface RecurringMember {
  /** Id in the bank. */
  readonly id: number;
  readonly classIndex: number;
  /** With the group's first member. */
  readonly cosine: number;
}

export interface RecurringContext {
  /** The one that all others are compared with, then the others, the most alike first. */
  readonly members: readonly RecurringMember[];
  /** Different classes among them, ascending. */
  readonly classes: readonly number[];
}

/**
 * Groups prototypes: a group is one prototype and all that are left whose cosine with it exceeds the threshold
 * (strictly, in float32, as gates compare). The prototype that gathers most classes comes first, then most prototypes,
 * then the first in the order given. Unlike linked chains, a group therefore never holds what its first member is not like.
 * @returns groups of two classes and more, in the order they were found: those of most classes first
 */
export function recurringContext(
  members: readonly MatrixMember[],
  { cosines, side }: CosineMatrix,
  threshold: number,
): readonly RecurringContext[] {
  const least = Math.fround(threshold);
  const free = new Set(members);
  const gathered = (first: MatrixMember): MatrixMember[] =>
    members.filter(
      (one) => one === first || (free.has(one) && (cosines[first.row * side + one.row] ?? NaN) > least),
    );
  const classesOf = (group: readonly MatrixMember[]) => new Set(group.map(({ classIndex }) => classIndex));
  const worthOf = (first: MatrixMember): number => {
    const group = gathered(first);
    return classesOf(group).size * (members.length + 1) + group.length;
  };
  // What a prototype gathers only shrinks as others leave, so an old worth is a bound: only the best is looked at again.
  const bounds = new Map(members.map((one) => [one, worthOf(one)]));
  const groups: RecurringContext[] = [];
  while (bounds.size > 0) {
    const best = largest(bounds);
    if (best === null || (bounds.get(best) ?? 0) < 2 * (members.length + 1)) break;
    const worth = worthOf(best);
    if (worth < (bounds.get(best) ?? 0)) {
      bounds.set(best, worth);
      continue;
    }
    const group = gathered(best);
    for (const one of group) {
      free.delete(one);
      bounds.delete(one);
    }
    groups.push(grouped(best, group, { cosines, side }));
  }
  return groups;
}

function largest(bounds: ReadonlyMap<MatrixMember, number>): MatrixMember | null {
  let best: MatrixMember | null = null;
  let most = -1;
  for (const [one, bound] of bounds) if (bound > most) [best, most] = [one, bound];
  return best;
}

function grouped(
  first: MatrixMember,
  group: readonly MatrixMember[],
  { cosines, side }: CosineMatrix,
): RecurringContext {
  const others = group
    .filter((one) => one !== first)
    .map(({ id, classIndex, row }) => ({ id, classIndex, cosine: cosines[first.row * side + row] ?? NaN }))
    .sort((a, b) => b.cosine - a.cosine || a.id - b.id);
  return {
    members: [{ id: first.id, classIndex: first.classIndex, cosine: 1 }, ...others],
    classes: [...new Set(group.map(({ classIndex }) => classIndex))].sort((a, b) => a - b),
  };
}
