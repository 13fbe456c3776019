/** What NumPy and PyTorch stored in test/fixtures/formats (its make.py). */
import { expect } from 'vitest';
import { toNumbers, type NumericArray } from '../../../src/formats/numericArray';
import { NumpyArray } from '../../../src/formats/numpyValue';
import type { PickleValue } from '../../../src/formats/pickleValue';
import { TorchTensor } from '../../../src/formats/torchValue';
import { fixtureJson } from '../fixture';

export interface ExpectedArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

const all = fixtureJson('formats/expected.json') as Record<
  string,
  ExpectedArray | Record<string, ExpectedArray>
>;

export function expectedArray(name: string): ExpectedArray {
  return all[name] as ExpectedArray;
}

export function expectedDict(name: string): [string, ExpectedArray][] {
  return Object.entries(all[name] as Record<string, ExpectedArray>);
}

export function numbersOf(value: PickleValue | undefined): NumericArray {
  const array = value instanceof NumpyArray || value instanceof TorchTensor ? value.numbers() : null;
  if (array === null) throw new Error('not an array of numbers');
  return array;
}

export function expectNumbers(array: NumericArray, expected: ExpectedArray): void {
  expect(array.dtype).toBe(expected.dtype);
  expect(array.shape).toEqual(expected.shape);
  expect(toNumbers(array)).toEqual(expected.values);
}
