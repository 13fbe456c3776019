/** What a request to the engine ends in. Errors are results: nothing here is thrown. */
import type { Failure } from '../../protocol/failure';

export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** The person, or newer work, asked to stop. */
export const cancelled: Outcome<never> = {
  ok: false,
  failure: { kind: 'cancelled', message: 'Cancelled.' },
};

/** The engine process is at fault, not the person's input. */
export function engineFailure(message: string): Outcome<never> {
  return { ok: false, failure: { kind: 'engine', message } };
}

/** We are at fault. */
export function internalFailure(message: string): Outcome<never> {
  return { ok: false, failure: { kind: 'internal', message } };
}
