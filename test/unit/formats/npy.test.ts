import { describe, expect, it } from 'vitest';
import { readNpy, writeNpy } from '../../../src/formats/npy';
import { readNpyObject } from '../../../src/formats/npyObject';
import { toNumbers, type NumericArray } from '../../../src/formats/numericArray';
import { InputError } from '../../../src/lpcam/inputError';
import { fixture } from '../fixture';
import { expectedArray, expectNumbers } from './expected';

const names = ['f4', 'f8-big', 'f2', 'i8', 'u1-scalar', 'bool', 'fortran', 'empty', 'version2'];

describe('arrays in .npy files', () => {
  it.each(names)('%s.npy reads as NumPy wrote it', (name) => {
    expectNumbers(readNpy(fixture(`formats/${name}.npy`), name), expectedArray(`${name}.npy`));
  });

  it.each(names.filter((name) => !['f8-big', 'fortran', 'version2'].includes(name)))(
    '%s.npy is written byte for byte as NumPy does, but for the padding',
    (name) => {
      const original = fixture(`formats/${name}.npy`);
      const array = readNpy(original, name);
      const written = writeNpy(array);
      expect(readNpy(written, name)).toEqual(array);
      expect(written.length % 64).toBe(original.length % 64);
      expect(written).toEqual(original);
    },
  );

  it('say what is wrong with them', () => {
    const f4 = fixture('formats/f4.npy');
    const cases: [Uint8Array, RegExp][] = [
      [new Uint8Array(0), /a\.npy: this is no \.npy file/],
      [new TextEncoder().encode('{"a": 1}'), /a\.npy: this is no \.npy file/],
      [f4.subarray(0, 60), /a\.npy: .*truncated/],
      [f4.subarray(0, f4.length - 1), /a\.npy: .*shape \(2, 3\).*23 bytes/],
      [fixture('formats/seed-irn.npy'), /a\.npy: it holds pickled objects/],
      [withHeader("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }"), /structured/],
      [withHeader("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }"), /type "<c8"/],
      [
        withHeader("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 99999999999), }"),
        /shape/,
      ],
      [withHeader('nothing'), /header/],
    ];
    for (const [bytes, message] of cases) {
      expect(() => readNpy(bytes, 'a.npy')).toThrow(message);
      expect(() => readNpy(bytes, 'a.npy')).toThrow(InputError);
    }
    expect(() => readNpyObject(f4, 'a.npy')).toThrow(/a\.npy: it holds numbers/);
  });

  it('may have been written by Python 2', () => {
    const bytes = withHeader(
      "{'descr': '<i4', 'fortran_order': False, 'shape': (2L,), }",
      [1, 0, 0, 0, 2, 0, 0, 0],
    );
    expect(toNumbers(readNpy(bytes, 'a.npy'))).toEqual([1, 2]);
  });

  it('cannot hold bfloat16 or a shape that the values do not fill', () => {
    const array: NumericArray = { dtype: 'bfloat16', shape: [1], data: new Uint16Array(1) };
    expect(() => writeNpy(array)).toThrow(/bfloat16/);
    expect(() => writeNpy({ dtype: 'float32', shape: [2], data: new Float32Array(1) })).toThrow(/Shape/);
  });
});

function withHeader(header: string, body: readonly number[] = []): Uint8Array {
  const text = new TextEncoder().encode(header);
  return Uint8Array.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length, 0, ...text, ...body]);
}
