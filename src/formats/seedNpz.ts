/** Seeds in `.npz` files: the arrays of a dict as members, or one array. */
import { NpzFile, readNpzDict } from './npz';
import { NumpyArray } from './numpyValue';
import type { PickleValue } from './pickleValue';
import type { Seed, SeedHint } from './seed';
import { seedOfArray } from './seedArray';
import { seedOfDict } from './seedDict';

const isClass = (name: string) => /^\d{1,3}$/.test(name);

/** Reads a `.npz`. @throws InputError as the readers of arrays and dicts */
export function readSeedNpz(bytes: Uint8Array, file: string, hint: SeedHint): Seed {
  const npz = new NpzFile(bytes, file);
  const [only = '', ...others] = npz.names;
  if (others.length === 0 && !isClass(only)) {
    const value = npz.value(only);
    const array = value instanceof NumpyArray ? value.numbers() : null;
    if (array !== null && array.shape.length >= 2) return seedOfArray(array, file, hint);
  }
  return seedOfDict(withClasses(readNpzDict(bytes, file)), file, hint);
}

/** Members have names: classes are their digits. */
function withClasses(dict: ReadonlyMap<PickleValue, PickleValue>): Map<PickleValue, PickleValue> {
  return new Map(
    [...dict].map(([key, value]) => [typeof key === 'string' && isClass(key) ? Number(key) : key, value]),
  );
}
