/** A prototype bank as a tree: classes, and in each what its centres have become by the study's gates. */
import { fateKinds, gateCentres, type Fate, type FateKind } from '../../lpcam/gating';
import type { GalleryBank, GalleryCentre } from '../../protocol/gallery';

/** A centre with what became of it. */
export interface CentreLeaf {
  readonly centre: GalleryCentre;
  readonly className: string;
  /** Score for its own class, 0..1. */
  readonly p: number;
  readonly fate: Fate;
}

export interface ClassBranch {
  readonly classIndex: number;
  readonly name: string;
  /** Each kind's centres, largest p first. */
  readonly groups: Readonly<Record<FateKind, readonly CentreLeaf[]>>;
  /** No foreground centre passes the class gate. */
  readonly withoutClass: boolean;
}

/** A p that is no number comes last. */
function byP(a: CentreLeaf, b: CentreLeaf): number {
  const [one, other] = [a, b].map(({ p }) => (Number.isNaN(p) ? -Infinity : p)) as [number, number];
  return one === other ? a.centre.id - b.centre.id : other - one;
}

/** Classes that have centres, in the order of the classifier; none without a bank. */
export function bankTree({ bank, classNames, gates }: GalleryBank): readonly ClassBranch[] {
  if (bank === null) return [];
  const classes = new Map<number, CentreLeaf[]>();
  const members = new Map<number, { centre: GalleryCentre; p: number }[]>();
  bank.centres.forEach((centre, row) => {
    const p = bank.scores[row * classNames.length + centre.classIndex] ?? NaN;
    const others = members.get(centre.classIndex);
    if (others === undefined) members.set(centre.classIndex, [{ centre, p }]);
    else others.push({ centre, p });
  });
  const without = new Set<number>();
  for (const [classIndex, centres] of members) {
    const judged = centres.map(({ centre, p }) => ({ set: centre.set, mark: centre.mark, p }));
    const { fates, notices } = gateCentres(judged, gates, bank.summary.alreadyGated);
    if (notices.includes('no-class-prototype')) without.add(classIndex);
    const className = classNames[classIndex] ?? `class ${classIndex}`;
    const leaves = centres.flatMap((one, i) => {
      const fate = fates[i];
      return fate ? [{ ...one, className, fate }] : [];
    });
    classes.set(classIndex, leaves.sort(byP));
  }
  return [...classes]
    .sort(([a], [b]) => a - b)
    .map(([classIndex, leaves]) => ({
      classIndex,
      name: leaves[0]?.className ?? '',
      groups: grouped(leaves),
      withoutClass: without.has(classIndex),
    }));
}

function grouped(leaves: readonly CentreLeaf[]): ClassBranch['groups'] {
  const of = (kind: FateKind) => leaves.filter(({ fate }) => fate.kind === kind);
  return { class: of('class'), context: of('context'), rejected: of('rejected') };
}

/** How many centres of these classes met each fate. */
export function countFates(classes: readonly ClassBranch[]): Readonly<Record<FateKind, number>> {
  const counts: Record<FateKind, number> = { class: 0, context: 0, rejected: 0 };
  for (const { groups } of classes) for (const kind of fateKinds) counts[kind] += groups[kind].length;
  return counts;
}
