/** Which centres are shown, in which order, in which sections. */
import { fateKinds } from '../../../lpcam/gating';
import type { GalleryView, SortKey } from './galleryView';
import { classesOf, countCentres, type GatedCentre } from './gatedCentres';

/** A grid with its heading. */
export interface Section {
  /** Null: the grid of all classes. */
  readonly className: string | null;
  /** Those shown. */
  readonly centres: readonly GatedCentre[];
  /** Of all the section's centres, shown or not. */
  readonly counts: ReturnType<typeof countCentres>;
}

type Compare = (a: GatedCentre, b: GatedCentre) => number;

/** Larger numbers first; what is unknown comes last either way, so the direction is applied here. */
function by(figure: (centre: GatedCentre) => number | null, descending: boolean): Compare {
  return (a, b) => {
    const [one, other] = [figure(a), figure(b)];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    return descending ? other - one : one - other;
  };
}

const known = (value: number) => (Number.isNaN(value) ? null : value);

/** Each key in its natural direction (`reversed` false): what a person looks for first. */
function comparer(key: SortKey, reversed: boolean): Compare {
  switch (key) {
    case 'fate': {
      const rank = by(({ fate }) => fateKinds.indexOf(fate.kind), reversed);
      const p = by((centre) => known(centre.p), true);
      return (a, b) => rank(a, b) || p(a, b);
    }
    case 'p':
      return by(({ p }) => known(p), !reversed);
    case 'runnerUp':
      return by(({ runnerUp }) => runnerUp && known(runnerUp.p), !reversed);
    case 'size':
      return by(({ centre }) => (centre.size > 0 ? centre.size : null), !reversed);
    case 'spread':
      return by(({ centre }) => centre.spread, !reversed);
    case 'id':
      return by(({ centre }) => centre.id, reversed);
  }
}

function isShown({ centre, fate }: GatedCentre, { kind, set }: GalleryView): boolean {
  if (set !== 'both' && centre.set !== set) return false;
  if (kind === 'all') return true;
  return kind === 'hand' ? centre.mark !== null : fate.kind === kind;
}

/** Words of the search, all of which a class name must hold. */
function matches(className: string, search: string): boolean {
  const name = className.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => name.includes(word));
}

/** Sections with at least one shown centre, classes in the order of the classifier. */
export function arrange(centres: readonly GatedCentre[], view: GalleryView): readonly Section[] {
  const found = centres.filter(({ className }) => matches(className, view.search));
  const compare = comparer(view.sort, view.reversed);
  const section = (className: string | null, members: readonly GatedCentre[]): Section => ({
    className,
    centres: members
      .filter((centre) => isShown(centre, view))
      .sort((a, b) => compare(a, b) || a.centre.id - b.centre.id),
    counts: countCentres(members),
  });
  const groups = view.grouped
    ? classesOf(found).map((members) => section(members[0]?.className ?? '', members))
    : [section(null, found)];
  return groups.filter((group) => group.centres.length > 0);
}
