/** What the overview shows: the gated bank seen through its geometry. Each part is made anew only when what it follows from is another. */
import { classAffinity, type ClassAffinity, type MatrixMember } from '../../../lpcam/classAffinity';
import { fateKinds, type FateKind } from '../../../lpcam/gating';
import { recurringContext, type RecurringContext } from '../../../lpcam/recurringContext';
import type { BankGeometry, ComparedSet } from '../../../protocol/overview';
import type { GatedBank, GatedCentre } from '../../gallery/model/gatedCentres';
import { Kept } from '../../shared/kept';
import type { OverviewView } from './overviewView';
import { planeLayout, type PlaneLayout } from './planeLayout';

/** Class prototypes of different classes, compared. */
export interface AffinityMatrix extends ClassAffinity {
  /** Indices of the classes in the classifier, in the order of rows. */
  readonly classes: readonly number[];
  readonly classNames: readonly string[];
}

export interface OverviewScene {
  /** By id. */
  readonly centres: ReadonlyMap<number, GatedCentre>;
  readonly plane: PlaneLayout;
  /** Null: too many centres to compare. */
  readonly affinity: AffinityMatrix | null;
  readonly recurring: readonly RecurringContext[] | null;
}

/** Drawn in this order: what matters most lies on top. */
const drawOrder: Readonly<Record<FateKind, number>> = { rejected: 0, context: 1, class: 2 };

function membersOf(
  { centres: ids }: ComparedSet,
  centres: ReadonlyMap<number, GatedCentre>,
  kind: FateKind,
): readonly MatrixMember[] {
  return ids.flatMap((id, row) => {
    const one = centres.get(id);
    return one?.fate.kind === kind ? [{ id, classIndex: one.centre.classIndex, row }] : [];
  });
}

export class OverviewSceneMaker {
  readonly #centres = new Kept<ReadonlyMap<number, GatedCentre>>();
  readonly #plane = new Kept<PlaneLayout>();
  readonly #affinity = new Kept<AffinityMatrix | null>();
  readonly #recurring = new Kept<{ readonly groups: readonly RecurringContext[] | null }>();

  make(
    gated: GatedBank,
    geometry: BankGeometry,
    { vectors, hidden, threshold }: Pick<OverviewView, 'vectors' | 'hidden' | 'threshold'>,
    size: { readonly width: number; readonly height: number },
  ): OverviewScene {
    const centres = this.#centres.get(
      [gated],
      () => new Map(gated.centres.map((one) => [one.centre.id, one])),
    );
    const shown = fateKinds.filter((kind) => !hidden.includes(kind)).join();
    const plane = this.#plane.get([centres, geometry, vectors, shown, size.width, size.height], () => {
      const ids = gated.centres
        .filter(({ fate }) => !hidden.includes(fate.kind))
        .sort((a, b) => drawOrder[a.fate.kind] - drawOrder[b.fate.kind])
        .map(({ centre }) => centre.id);
      return planeLayout(geometry.planes[vectors].coordinates, ids, size);
    });
    const affinity = this.#affinity.get([centres, geometry], () => affinityOf(centres, geometry));
    const { groups } = this.#recurring.get([centres, geometry, threshold], () => ({
      groups: geometry.background && recurringOf(centres, geometry.background, threshold),
    }));
    return { centres, plane, affinity, recurring: groups };
  }
}

function affinityOf(
  centres: ReadonlyMap<number, GatedCentre>,
  { foreground }: BankGeometry,
): AffinityMatrix | null {
  if (!foreground) return null;
  const names = new Map([...centres.values()].map(({ centre, className }) => [centre.classIndex, className]));
  const classes = [...names.keys()].sort((a, b) => a - b);
  const matrix = { cosines: foreground.cosines, side: foreground.centres.length };
  return {
    ...classAffinity(membersOf(foreground, centres, 'class'), matrix, classes),
    classes,
    classNames: classes.map((index) => names.get(index) ?? `class ${index}`),
  };
}

function recurringOf(
  centres: ReadonlyMap<number, GatedCentre>,
  background: ComparedSet,
  threshold: number,
): readonly RecurringContext[] {
  const matrix = { cosines: background.cosines, side: background.centres.length };
  return recurringContext(membersOf(background, centres, 'context'), matrix, threshold);
}
