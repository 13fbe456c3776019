/** Python objects in `.npy` files: label dictionaries and seeds. */
import { fileError } from './fileError';
import { readNpyHeader } from './npyHeader';
import { NumpyArray } from './numpyValue';
import { readPickle } from './pickle';
import type { PickleValue } from './pickleValue';

/**
 * Reads a `|O` file. NumPy wraps a single object (a dict) in an array without axes: that object is returned; otherwise
 * the array of objects.
 * @throws InputError when it holds numbers, or a pickle that is damaged or not harmless
 */
export function readNpyObject(bytes: Uint8Array, file: string): PickleValue {
  const { descr, dataOffset } = readNpyHeader(bytes, file);
  if (!/^\|?O/.test(descr))
    throw fileError(file, `it holds numbers ("${descr}"); a pickled dict (np.save of a dict) is expected.`);
  const value = readPickle(bytes.subarray(dataOffset), file);
  if (value instanceof NumpyArray && value.dtype.isObject && value.shape.length === 0)
    return value.items[0] ?? null;
  return value;
}
