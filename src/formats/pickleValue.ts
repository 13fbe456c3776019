/** What a pickle is read into: data, and nothing that could run. */
import type { NumpyArray, NumpyDtype } from './numpyValue';
import type { TorchStorage, TorchTensor } from './torchValue';

/** Dicts are Maps, so that a key called `__proto__` is a key. Numbers beyond 2^53 are bigints. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | PickleTuple
  | Map<PickleValue, PickleValue>
  | Set<PickleValue>
  | PickleGlobal
  | PickleStub
  | NumpyDtype
  | NumpyArray
  | TorchStorage
  | TorchTensor;

export class PickleTuple {
  constructor(readonly items: readonly PickleValue[]) {}
}

/** The name of something the pickle refers to; only names on the allow-list come this far. */
export class PickleGlobal {
  constructor(readonly name: string) {}
}

/** A harmless object that plays no part here (a device, an argparse.Namespace): its name and what was stored. */
export class PickleStub {
  state: PickleValue = null;
  constructor(
    readonly name: string,
    readonly args: readonly PickleValue[],
  ) {}
}

/**
 * What the allow-list says about one global: how it is "called" with the arguments the pickle gives. It builds plain
 * data and calls `fail` for arguments that make no sense.
 */
export type GlobalHandler = (args: readonly PickleValue[], fail: (problem: string) => never) => PickleValue;

/** Global names (`module.name`) -> what they build. Everything else is refused. */
export type AllowList = ReadonlyMap<string, GlobalHandler>;

/** Builtin kinds of values, for error messages. */
export function kindOf(value: PickleValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'None';
  if (typeof value !== 'object') return typeof value;
  if (value instanceof Uint8Array) return 'bytes';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Map) return 'a dict';
  if (value instanceof Set) return 'a set';
  if (value instanceof PickleTuple) return 'a tuple';
  if (value instanceof PickleGlobal || value instanceof PickleStub) return value.name;
  return value.kind;
}
