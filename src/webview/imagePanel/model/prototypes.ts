/** A class's centres as the panel shows them: gated, switched and put into groups. */
import { gateCentres, type Fate } from '../../../lpcam/gating';
import type { NoticeKind } from '../../../lpcam/notice';
import type { Gates } from '../../../lpcam/presets';
import type { CentreInfo, ExplanationHeader } from '../../../protocol/explanation';

/** A centre with what the gates and the person made of it. */
export interface Prototype {
  readonly centre: CentreInfo;
  /** Its row in `ScaleMaps.similarity`. */
  readonly row: number;
  readonly fate: Fate;
  /** Takes part in LPCAM: what the gates say, unless the person switched it. */
  readonly on: boolean;
}

export interface ClassPrototypes {
  readonly class: readonly Prototype[];
  readonly context: readonly Prototype[];
  readonly rejected: readonly Prototype[];
  /** Rows that take part: foreground centres add to FG, background centres to BG. */
  readonly classRows: readonly number[];
  readonly contextRows: readonly number[];
  readonly notices: readonly NoticeKind[];
  /** The person switched at least one against its gate. */
  readonly switched: boolean;
}

/** @param switches centre id -> on, only where a person decided */
export function prototypesOf(
  header: ExplanationHeader,
  classIndex: number,
  gates: Gates,
  switches: Readonly<Record<string, boolean>>,
): ClassPrototypes {
  const rows = header.centres.flatMap((centre, row) => (centre.classIndex === classIndex ? [row] : []));
  const centres = rows.map((row) => header.centres[row] as CentreInfo);
  const { fates, notices } =
    centres.length === 0 ? { fates: [], notices: [] } : gateCentres(centres, gates, header.alreadyGated);
  const all = centres.map((centre, i): Prototype => {
    const fate = fates[i] ?? { kind: 'rejected', decidedBy: 'noNumber', reason: '' };
    const on = switches[String(centre.id)] ?? fate.kind !== 'rejected';
    return { centre, row: rows[i] as number, fate, on };
  });
  const group = (kind: Fate['kind']) =>
    all
      .filter((p) => p.fate.kind === kind)
      .sort((a, b) => b.centre.p - a.centre.p || a.centre.id - b.centre.id);
  const rowsOf = (set: CentreInfo['set']) =>
    all.filter((p) => p.on && p.centre.set === set).map((p) => p.row);
  return {
    class: group('class'),
    context: group('context'),
    rejected: group('rejected'),
    classRows: rowsOf('foreground'),
    contextRows: rowsOf('background'),
    notices,
    switched: all.some((p) => p.on !== (p.fate.kind !== 'rejected')),
  };
}

/** All prototypes of a class in the order of the strip. */
export function inStripOrder(prototypes: ClassPrototypes): readonly Prototype[] {
  return [...prototypes.class, ...prototypes.context, ...prototypes.rejected];
}

/** Switches after turning one prototype on or off; a switch that agrees with the gate is forgotten. */
export function switchPrototype(
  switches: Readonly<Record<string, boolean>>,
  prototype: Prototype,
  on: boolean,
): Record<string, boolean> {
  const id = String(prototype.centre.id);
  const rest = Object.fromEntries(Object.entries(switches).filter(([other]) => other !== id));
  return on === (prototype.fate.kind !== 'rejected') ? rest : { ...rest, [id]: on };
}

/** Every prototype that passed its gate on; rejected centres keep their switches. */
export function switchAllOn(
  switches: Readonly<Record<string, boolean>>,
  prototypes: ClassPrototypes,
): Record<string, boolean> {
  return [...prototypes.class, ...prototypes.context].reduce<Record<string, boolean>>(
    (sofar, prototype) => switchPrototype(sofar, prototype, true),
    { ...switches },
  );
}

/** Only this one of its set (class or context); the other set stays as it is. */
export function switchOnly(
  switches: Readonly<Record<string, boolean>>,
  prototypes: ClassPrototypes,
  only: Prototype,
): Record<string, boolean> {
  return inStripOrder(prototypes)
    .filter((prototype) => prototype.centre.set === only.centre.set)
    .reduce<Record<string, boolean>>(
      (sofar, prototype) => switchPrototype(sofar, prototype, prototype.row === only.row),
      { ...switches },
    );
}

/** No switch of this class left. */
export function resetSwitches(
  switches: Readonly<Record<string, boolean>>,
  prototypes: ClassPrototypes,
): Record<string, boolean> {
  const ids = new Set(inStripOrder(prototypes).map((prototype) => String(prototype.centre.id)));
  return Object.fromEntries(Object.entries(switches).filter(([id]) => !ids.has(id)));
}
