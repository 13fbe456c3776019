/** Tensors in slices: the same numbers as all at once, whatever the view and the length of a slice. */
import { describe, expect, it } from 'vitest';
import type { NumericData } from '../../../src/formats/numericArray';
import { bytesSource } from '../../../src/formats/rangeSource';
import { writeSafetensors } from '../../../src/formats/safetensors';
import { readSafetensorsTable } from '../../../src/formats/safetensorsTable';
import { readTorchFile, tensorsOf } from '../../../src/formats/torchFile';
import { TorchStorage, TorchTensor } from '../../../src/formats/torchValue';
import { fixture } from '../fixture';

const lengths = [1, 2, 3, 5, 7, 1000];

function sorted(slices: Iterable<NumericData>, most: number): number[] {
  const numbers: number[] = [];
  for (const slice of slices) {
    expect(slice.length).toBeLessThanOrEqual(most);
    for (const value of slice) numbers.push(Number(value));
  }
  return numbers.sort((a, b) => a - b);
}

function fail(problem: string): never {
  throw new Error(problem);
}

describe('a torch tensor in slices', () => {
  it.each(['state.pth', 'state.legacy.pth'])('has all its numbers (%s)', (file) => {
    for (const [name, tensor] of tensorsOf(readTorchFile(fixture(`formats/${file}`), file), file))
      for (const most of lengths)
        expect([name, sorted(tensor.slices(most), most)]).toEqual([
          name,
          sorted([tensor.numbers().data], Infinity),
        ]);
  });

  it.each([
    [[4, 3], [3, 1], 0],
    [[4, 3], [1, 4], 2],
    [[2, 3, 2], [20, 4, 1], 1],
    [[5, 3], [1, 1], 0],
    [[3, 4], [0, 2], 5],
    [[2, 2, 2], [0, 0, 1], 3],
    [[7], [6], 0],
    [[], [], 9],
    [[3, 0], [1, 1], 0],
    [[1, 1, 4], [99, 99, 10], 0],
  ])('has all numbers of shape %j with strides %j', (shape, strides, offset) => {
    const source = bytesSource(Uint8Array.from({ length: 64 }, (_, i) => i));
    const storage = new TorchStorage('0', 'uint8', 64);
    storage.bind(source, 0);
    const tensor = new TorchTensor(storage, offset, shape, strides, fail);
    const all = sorted([tensor.numbers().data], Infinity);
    for (const most of lengths) expect(sorted(tensor.slices(most), most)).toEqual(all);
  });
});

it('a safetensors tensor in slices has all its numbers, in their order', () => {
  const data = Float32Array.from({ length: 11 }, (_, i) => i);
  const bytes = writeSafetensors(new Map([['a', { dtype: 'float32', shape: [11], data }]]), {});
  const tensor = readSafetensorsTable(bytesSource(bytes), 'a').tensors.get('a');
  for (const most of lengths)
    expect([...(tensor?.slices(most) ?? [])].flatMap((slice) => [...slice].map(Number))).toEqual([...data]);
});
