/** Gates that a person chose, against the study's. */
import type { Gates } from '../../lpcam/presets';

/** Gates as a page keeps them. */
interface OwnGates {
  class: number;
  context: [low: number, high: number];
}

function sameGates(one: Gates, other: Gates): boolean {
  return (
    one.class === other.class && one.context[0] === other.context[0] && one.context[1] === other.context[1]
  );
}

/** The person's gates, or null where they are the study's. */
export function ownGates(gates: Gates, studys: Gates | undefined): OwnGates | null {
  if (studys && sameGates(gates, studys)) return null;
  return { class: gates.class, context: [gates.context[0], gates.context[1]] };
}
