/** The tensors of a safetensors file read one by one: a checkpoint is never held as a whole. */
import { decodeNumbers, itemSizes, type DType, type NumericArray, type NumericData } from './numericArray';
import type { RangeSource } from './rangeSource';
import { readSafetensorsHeader } from './safetensors';

/** A tensor whose numbers are read when asked for. */
export interface ListedTensor extends Pick<NumericArray, 'dtype' | 'shape'> {
  numbers(): NumericArray;
  /** The same in pieces of at most `most` numbers, in their order. */
  slices(most: number): Iterable<NumericData>;
}

/** Numbers that lie one behind the other, in pieces of at most `most`, each read when it is taken. */
export function* denseSlices(
  source: RangeSource,
  { offset, bytes, dtype }: { readonly offset: number; readonly bytes: number; readonly dtype: DType },
  most: number,
): Generator<NumericData> {
  const step = Math.max(1, most) * itemSizes[dtype];
  for (let at = 0; at < bytes; at += step)
    yield decodeNumbers(source.read(offset + at, Math.min(step, bytes - at)), dtype);
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
      slices: (most) => denseSlices(source, { offset, bytes, dtype }, most),
    });
  return { tensors, metadata };
}
