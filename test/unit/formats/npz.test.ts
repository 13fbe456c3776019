import { deflateRawSync, crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readLabels } from '../../../src/formats/labels';
import { writeNpy } from '../../../src/formats/npy';
import { NpzFile } from '../../../src/formats/npz';
import { PickleStub } from '../../../src/formats/pickleValue';
import { readSeed } from '../../../src/formats/readSeed';
import { InputError } from '../../../src/lpcam/inputError';
import { fixture } from '../fixture';
import { expectedDict, expectNumbers, numbersOf } from './expected';
import { zipOf, type ZipMember } from './zipOf';

function member(name: string, content: Uint8Array, more: Partial<ZipMember> = {}): ZipMember {
  const packed = more.packed ?? deflateRawSync(content);
  return { name, packed, size: content.length, crc: crc32(content), method: 8, ...more };
}

const array = writeNpy({ dtype: 'float32', shape: [3], data: Float32Array.from([1, 2, 3]) });

describe('.npz files', () => {
  it.each(['arrays.npz', 'arrays-deflated.npz', 'arrays-zip64.npz'])('%s holds what NumPy saved', (name) => {
    const npz = new NpzFile(fixture(`formats/${name}`), name);
    for (const [key, expected] of expectedDict(name)) expectNumbers(numbersOf(npz.value(key)), expected);
    expect(npz.names.filter((key) => key !== 'text')).toEqual(expectedDict(name).map(([key]) => key));
  });

  it('may carry text, which is no array of numbers', () => {
    const text = new NpzFile(fixture('formats/arrays-deflated.npz'), 'a.npz').value('text');
    expect(text).toMatchObject({ name: 'a numpy array of type "<U4"' });
    expect(text).toBeInstanceOf(PickleStub);
  });

  it('are read by ranges: a member only when it is asked for', () => {
    const megabyte = writeNpy({ dtype: 'uint8', shape: [1 << 20], data: new Uint8Array(1 << 20) });
    const bytes = zipOf(
      ['a', 'b', 'c'].map((name) => member(`${name}.npy`, megabyte, { method: 0, packed: megabyte })),
    );
    let read = 0;
    const source = {
      size: bytes.length,
      read: (offset: number, length: number) => {
        read += length;
        return bytes.subarray(offset, offset + length);
      },
    };
    const npz = new NpzFile(source, 'a.npz');
    expect(read).toBeLessThan(1 << 18);
    npz.value('b');
    expect(read).toBeGreaterThan(1 << 20);
    expect(read).toBeLessThan(1.5 * (1 << 20));
  });

  it('of seeds and of labels read as the .npy files of the same values', () => {
    const seeds = (name: string) => {
      const { fields, ...seed } = readSeed(fixture(`formats/${name}`), name);
      // In a .npz every tensor is an array.
      return { ...seed, fields: fields.map((field) => ({ ...field, holder: 'array' })) };
    };
    expect(seeds('seed-irn.npz')).toEqual(seeds('seed-irn.npy'));
    expect(seeds('seed-dict.npz')).toEqual(seeds('seed-dict.npy'));
    const labels = (name: string) => readLabels(fixture(`formats/${name}`), name, null);
    expect(labels('labels.npz')).toEqual(labels('labels-str.npy'));
    expect(labels('labels-dict.npz')).toEqual(labels('labels-int.npy'));
  });

  it('say what is wrong with them, with the file and the member', () => {
    const zeros = new Uint8Array(1 << 20);
    const bomb = deflateRawSync(zeros);
    const cases: [Uint8Array, RegExp][] = [
      [fixture('formats/f4.npy'), /^dir\/a\.npz: this is no \.npz file/],
      [fixture('formats/state.pth'), /^dir\/a\.npz: this zip file holds no \.npy file/],
      [fixture('formats/arrays.npz').subarray(0, -30), /^dir\/a\.npz: .*truncated/],
      [
        zipOf([member('x.npy', array, { crc: 1 })]),
        /^dir\/a\.npz: its member x\.npy is damaged \(its checksum/,
      ],
      [zipOf([member('x.npy', array, { size: array.length - 1 })]), /x\.npy is damaged/],
      [
        zipOf([member('x.npy', array, { size: array.length + 1 })]),
        /x\.npy is damaged \(it has 140 bytes where 141/,
      ],
      [zipOf([member('x.npy', array, { packed: array })]), /x\.npy is damaged/],
      [zipOf([member('x.npy', array, { method: 14 })]), /x\.npy is encrypted, or compressed in another way/],
      [zipOf([member('x.npy', array.subarray(0, 135))]), /^dir\/a\.npz: x\.npy: .*only 7 bytes/],
      [zipOf([member('x.npy', new Uint8Array(200))]), /^dir\/a\.npz: x\.npy: this is no \.npy file/],
      [zipOf([member('x.npy', array, { size: 2 ** 31 })]), /x\.npy should have 2147483648 bytes/],
      [
        zipOf(
          [1, 2].map((i) =>
            member(`${i}.npy`, zeros, { size: 2 ** 27 + 1, packed: new Uint8Array(2 ** 18) }),
          ),
        ),
        /compressed members have 268435458 bytes; at most 268435456/,
      ],
      [zipOf([member('x.npy', zeros, { packed: bomb, size: 500_000 })]), /x\.npy is damaged/],
      [
        zipOf([member('x.npy', array), member('y.npy', array, { headerOffset: 0 })]),
        /y\.npy lies over another/,
      ],
      [fixture('formats/hostile.npz'), /^dir\/a\.npz: keys\.npy: .*refused: .*posix\.system/],
    ];
    for (const [bytes, message] of cases) {
      const read = () => {
        const npz = new NpzFile(bytes, 'dir/a.npz');
        for (const name of npz.names) npz.value(name);
      };
      expect(read).toThrow(message);
      expect(read).toThrow(InputError);
    }
    const npz = new NpzFile(fixture('formats/arrays.npz'), 'a.npz');
    expect(() => npz.value('g4')).toThrow(/a\.npz: it has no member "g4", only f4, f8-big/);
    expect(() => readSeed(zipOf([member('keys.npy', array)]), 'a.npz')).toThrow(/none of "high_res"/);
    expect(() => readSeed(zipOf([member('arr_0.npy', array)]), 'a.npz')).toThrow(/array without a name/);
  });

  it('name the file, not the member in it, as the place to look', () => {
    try {
      new NpzFile(zipOf([member('x.npy', new Uint8Array(200))]), 'dir/a.npz').value('x');
      expect.unreachable();
    } catch (error) {
      expect((error as InputError).where).toMatchObject({ file: 'dir/a.npz', field: 'x.npy' });
    }
  });
});
