/** Finds a hyper-parameter again in a text that was edited since. */
import type { HyperParameter, HyperParameterForm } from './hyperParameter';

/** Where it was, with the edits since reckoned in (`movedOffset`). */
export interface Followed {
  readonly name: string;
  readonly form: HyperParameterForm;
  /** Offsets of its name and of its literal. */
  readonly at: number;
  readonly start: number;
}

/**
 * The parameter of the same name and form at the same name, or else at the same literal: a person may rename the one or
 * write the other anew, but who does both has made another one.
 */
export function findAgain(parameters: readonly HyperParameter[], wanted: Followed): HyperParameter | null {
  const alike = parameters.filter(({ name, form }) => name === wanted.name && form === wanted.form);
  return (
    alike.find(({ at }) => at === wanted.at) ?? alike.find(({ start }) => start === wanted.start) ?? null
  );
}
