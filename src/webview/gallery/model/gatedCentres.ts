/** The centres of a bank with what the gates and the person's marks make of them. */
import type { Mark } from '../../../lpcam/bank';
import { gateCentres, type Fate, type FateKind } from '../../../lpcam/gating';
import type { Gates } from '../../../lpcam/presets';
import type { GalleryBank, GalleryCentre } from '../../../protocol/gallery';

export interface GatedCentre {
  /** With the mark as it is now. */
  readonly centre: GalleryCentre;
  readonly className: string;
  /** Score for its own class, 0..1. */
  readonly p: number;
  /** The strongest other class; null where there is only one. */
  readonly runnerUp: { readonly name: string; readonly p: number } | null;
  readonly fate: Fate;
}

/** How many centres pass, and out of how many. */
export interface GateCounts {
  readonly class: number;
  readonly context: number;
  readonly rejected: number;
  readonly foreground: number;
  readonly background: number;
  readonly hand: number;
  /** Classes in which no foreground centre passes. */
  readonly withoutClass: readonly string[];
  /** Classes in which no background centre passes. */
  readonly withoutContext: readonly string[];
}

export interface GatedBank {
  /** In the order of the bank. */
  readonly centres: readonly GatedCentre[];
  readonly counts: GateCounts;
}

type Bank = NonNullable<GalleryBank['bank']>;

function runnerUp(
  scores: Float32Array,
  classIndex: number,
  classNames: readonly string[],
): GatedCentre['runnerUp'] {
  let best = -1;
  scores.forEach((score, index) => {
    if (index !== classIndex && score > (scores[best] ?? -1)) best = index;
  });
  return best < 0 ? null : { name: classNames[best] ?? `class ${best}`, p: scores[best] ?? 0 };
}

/** What of a centre does not depend on gates: made once per bank. */
export interface ScoredCentre {
  readonly centre: GalleryCentre;
  readonly className: string;
  readonly p: number;
  readonly runnerUp: GatedCentre['runnerUp'];
}

/** Centres with their scores, in the order of the bank. */
export function scoreBank(bank: Bank, classNames: readonly string[]): readonly ScoredCentre[] {
  const classes = classNames.length;
  return bank.centres.map((centre, row) => {
    const scores = bank.scores.subarray(row * classes, (row + 1) * classes);
    const { classIndex } = centre;
    return {
      centre,
      className: classNames[classIndex] ?? `class ${classIndex}`,
      p: scores[classIndex] ?? 0,
      runnerUp: runnerUp(scores, classIndex, classNames),
    };
  });
}

/** Centres by class, in the order of the classifier. */
export function classesOf<T extends { readonly centre: GalleryCentre }>(
  centres: readonly T[],
): readonly (readonly T[])[] {
  const classes = new Map<number, T[]>();
  for (const one of centres) {
    const others = classes.get(one.centre.classIndex);
    if (others === undefined) classes.set(one.centre.classIndex, [one]);
    else others.push(one);
  }
  return [...classes].sort(([a], [b]) => a - b).map(([, members]) => members);
}

/**
 * Gates all classes.
 * @param marks of the bank as they are now, by centre id
 */
export function gateBank(
  scored: readonly ScoredCentre[],
  gates: Gates,
  alreadyGated: boolean,
  marks: ReadonlyMap<number, Mark>,
): GatedBank {
  const gated = new Map<number, GatedCentre>();
  const withoutClass: string[] = [];
  const withoutContext: string[] = [];
  for (const members of classesOf(scored)) {
    const centres = members.map((member) => {
      const mark = marks.get(member.centre.id) ?? null;
      return { ...member, centre: { ...member.centre, mark } };
    });
    const judged = centres.map(({ centre, p }) => ({ set: centre.set, p, mark: centre.mark }));
    const { fates, notices } = gateCentres(judged, gates, alreadyGated);
    const className = members[0]?.className ?? '';
    if (notices.includes('no-class-prototype')) withoutClass.push(className);
    if (notices.includes('no-context-prototype')) withoutContext.push(className);
    centres.forEach((one, i) => {
      const fate = fates[i];
      if (fate) gated.set(one.centre.id, { ...one, fate });
    });
  }
  const centres = scored.flatMap(({ centre }) => gated.get(centre.id) ?? []);
  return { centres, counts: { ...countCentres(centres), withoutClass, withoutContext } };
}

/** @returns how many of these centres met which fate */
export function countCentres(
  centres: readonly GatedCentre[],
): Omit<GateCounts, 'withoutClass' | 'withoutContext'> {
  const fates: Record<FateKind, number> = { class: 0, context: 0, rejected: 0 };
  let foreground = 0;
  let hand = 0;
  for (const { centre, fate } of centres) {
    fates[fate.kind]++;
    if (centre.set === 'foreground') foreground++;
    if (centre.mark !== null) hand++;
  }
  return { ...fates, foreground, background: centres.length - foreground, hand };
}
