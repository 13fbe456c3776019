/** Files that real NumPy and PyTorch wrote in each WSSS system's manner read as what was stored. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readNpyObject } from '../../src/formats/npyObject';
import { toNumbers, type NumericArray } from '../../src/formats/numericArray';
import { NumpyArray } from '../../src/formats/numpyValue';
import type { PickleValue } from '../../src/formats/pickleValue';
import { FileSource } from '../../src/formats/rangeSource';
import { readSeedMaps } from '../../src/formats/readSeed';
import { readTorchFile } from '../../src/formats/torchFile';
import { TorchTensor } from '../../src/formats/torchValue';
import { InputError } from '../../src/lpcam/inputError';
import { hasShared, sharedJson, sharedPath } from './support/shared';

interface Expected {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly sum: number;
}

const path = (name: string) => sharedPath('golden', 'formats', name);
const bytes = (name: string) => new Uint8Array(readFileSync(path(name)));

function read(name: string): PickleValue {
  return name.endsWith('.npy')
    ? readNpyObject(bytes(name), name)
    : readTorchFile(new FileSource(path(name)), name);
}

function numbers(value: PickleValue | undefined): NumericArray {
  const array = value instanceof NumpyArray || value instanceof TorchTensor ? value.numbers() : null;
  if (array === null) throw new Error('not an array');
  return array;
}

function expectNumbers(value: PickleValue | undefined, expected: Expected): void {
  const array = numbers(value);
  expect(array.dtype).toBe(expected.dtype);
  expect(array.shape).toEqual(expected.shape);
  const values = toNumbers(array);
  expect(values.slice(0, 8)).toEqual(expected.values);
  expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(expected.sum, 6);
}

/** Dicts nest (a checkpoint around a state dict); integer keys are text in JSON. */
function expectValue(value: PickleValue | undefined, expected: unknown): void {
  if (typeof expected !== 'object' || expected === null) {
    expect(value).toBe(expected);
  } else if ('dtype' in expected) {
    expectNumbers(value, expected as Expected);
  } else {
    if (!(value instanceof Map)) throw new Error('not a dict');
    for (const [key, each] of Object.entries(expected))
      expectValue(value.has(key) ? value.get(key) : value.get(Number(key)), each);
  }
}

const isRefused = (name: string) => name.startsWith('hostile') || name === 'torchscript.pt';

describe.skipIf(!hasShared)('files of WSSS systems', () => {
  const expected = (hasShared ? sharedJson('golden', 'formats', 'expected.json') : {}) as Record<
    string,
    unknown
  >;
  const names = hasShared
    ? readdirSync(sharedPath('golden', 'formats')).filter((name) => /\.(npy|pth?)$/.test(name))
    : [];

  it('are all known to this test', () => {
    expect(names.length).toBeGreaterThan(15);
    for (const name of names.filter((name) => !isRefused(name)))
      expect(Object.keys(expected)).toContain(name);
  });

  it.each(names.filter((name) => !isRefused(name)))('%s holds what was stored', (name) => {
    expectValue(read(name), expected[name]);
  });

  it.each(['hostile.npy', 'hostile.pth'])('%s is refused, naming the global it asks for', (name) => {
    let error: unknown;
    try {
      read(name);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toMatch(/refused: .*"(posix|os|nt|builtins|subprocess)\.\w+"/);
    expect((error as InputError).message).toContain(name);
  });

  it('a TorchScript program is refused with advice', () => {
    expect(() => read('torchscript.pt')).toThrow(/TorchScript.*state_dict/);
  });

  it.each([
    ['irn-cam.npy', 'irn', [7, 14]],
    ['lpcam.npy', 'irn', [7, 14]],
    ['lpcam-empty.npy', 'irn', []],
    ['toco.npy', 'toco', [7]],
    ['amn-cam.npy', 'amn', [7, 14]],
    ['sipe.npy', 'sipe', [7, 14]],
    ['clip-es.npy', 'clip-es', [7, 14]],
    ['fpr-empty.npy', 'empty', []],
    ['mctformer.npy', 'dict', [7, 14]],
  ])('the seeds of %s are of dialect %s', (name, dialect, keys) => {
    const seeds = readSeedMaps(bytes(name), name);
    expect(seeds.dialect).toBe(dialect);
    expect(seeds.keys).toEqual(keys);
    expect(seeds.highRes.length).toBe(keys.length);
    for (const map of seeds.highRes)
      expect([map.height, map.width, map.data.length]).toEqual([80, 110, 8800]);
  });

  it('AMN keeps its background channel first, which is no class map', () => {
    const seeds = readSeedMaps(bytes('amn-cam.npy'), 'amn-cam.npy');
    const dict = read('amn-cam.npy') as Map<PickleValue, PickleValue>;
    const all = toNumbers(numbers(dict.get('high_res')));
    expect(Array.from(seeds.highRes[0]?.data.subarray(0, 4) ?? [])).toEqual(all.slice(8800, 8804));
  });
});
