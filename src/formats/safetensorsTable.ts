/** The tensors of a safetensors file read one by one: a checkpoint is never held as a whole. */
import { decodeNumbers, type NumericArray } from './numericArray';
import type { RangeSource } from './rangeSource';
import { readSafetensorsHeader } from './safetensors';

/** A tensor whose numbers are read when asked for. */
export interface ListedTensor extends Pick<NumericArray, 'dtype' | 'shape'> {
  numbers(): NumericArray;
}

export interface SafetensorsTable {
  readonly tensors: ReadonlyMap<string, ListedTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads the header alone. `source` has to stay readable until the numbers were read.
 * @throws InputError when the header or a tensor's place is not right
 */
export function readSafetensorsTable(source: RangeSource, file: string): SafetensorsTable {
  const { places, metadata } = readSafetensorsHeader(source, file);
  const tensors = new Map<string, ListedTensor>();
  for (const [name, { dtype, shape, offset, bytes }] of places)
    tensors.set(name, {
      dtype,
      shape,
      numbers: () => ({ dtype, shape, data: decodeNumbers(source.read(offset, bytes), dtype) }),
    });
  return { tensors, metadata };
}
