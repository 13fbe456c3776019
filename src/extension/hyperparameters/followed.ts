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

/**
 * The same in a text that nobody followed meanwhile, as over a reload of the window: where it was, else the one of that
 * name and form that is nearest to it. Where it stands is told, so that a person sees which one is meant.
 */
export function findNearest(parameters: readonly HyperParameter[], wanted: Followed): HyperParameter | null {
  const found = findAgain(parameters, wanted);
  if (found !== null) return found;
  const alike = parameters.filter(({ name, form }) => name === wanted.name && form === wanted.form);
  const [first, ...others] = alike;
  if (first === undefined) return null;
  const far = ({ at }: HyperParameter) => Math.abs(at - wanted.at);
  return others.reduce((best, one) => (far(one) < far(best) ? one : best), first);
}
