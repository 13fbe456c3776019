import { describe, expect, it } from 'vitest';
import { PickleWriter } from '../../../src/formats/pickleWriter';
import { npyHeader } from '../../../src/formats/npy';
import { readSeedMaps } from '../../../src/formats/readSeed';
import { writeIrnSeed, type SeedMaps } from '../../../src/formats/seedWriter';
import { InputError } from '../../../src/lpcam/inputError';
import { fixture } from '../fixture';
import { expectedDict } from './expected';

const maps = (count: number, height: number, width: number) =>
  Array.from({ length: count }, (_, k) => ({
    height,
    width,
    data: Float32Array.from({ length: height * width }, (_, i) => Math.fround((i + k) / 7)),
  }));
const seeds: SeedMaps = { keys: [1, 14], highRes: maps(2, 6, 9), strided: maps(2, 2, 3) };
const nothing: SeedMaps = { keys: [], highRes: [], strided: [] };

/** A seed file of any dict, as a writer of another dialect would leave it. */
function seedFile(items: (writer: PickleWriter) => void): Uint8Array {
  const writer = new PickleWriter(3);
  writer.objectArray(() => writer.dict(() => items(writer)));
  return Uint8Array.from([...npyHeader('|O', []), ...writer.finish()]);
}

const float32 = (shape: number[], values: readonly number[]) =>
  ({ dtype: 'float32', shape, data: Float32Array.from(values) }) as const;
const int64 = (...values: number[]) =>
  ({ dtype: 'int64', shape: [values.length], data: BigInt64Array.from(values, BigInt) }) as const;

describe('seed files', () => {
  it.each(['seed-irn.npy', 'seed-lpcam.npy'])('%s holds the maps of two classes in two sizes', (name) => {
    const { dialect, keys, highRes, strided } = readSeedMaps(fixture(`formats/${name}`), name);
    const expected = new Map(expectedDict(name));
    expect([dialect, keys]).toEqual(['irn', [1, 3]]);
    expect(highRes.map(({ height, width }) => [height, width])).toEqual([
      [10, 14],
      [10, 14],
    ]);
    expect(highRes.flatMap(({ data }) => [...data])).toEqual(expected.get('high_res')?.values);
    expect(strided.flatMap(({ data }) => [...data])).toEqual(expected.get('cam')?.values);
  });

  it('of EDAM, SEAM and MCTformer are dicts of classes', () => {
    const { dialect, keys, highRes } = readSeedMaps(fixture('formats/seed-dict.npy'), 'a.npy');
    const expected = new Map(expectedDict('seed-dict.npy'));
    expect([dialect, keys]).toEqual(['dict', [1, 3]]);
    expect([...(highRes[1]?.data ?? [])]).toEqual(expected.get('3')?.values);
  });

  it('of CRF probabilities count the background as label 0', () => {
    const bytes = seedFile((writer) => {
      writer.int(0).array(float32([1, 2], [0.25, 0.5]));
      writer.int(9).array(float32([1, 2], [0.75, 0.5]));
    });
    expect(readSeedMaps(bytes, 'a.npy')).toMatchObject({ dialect: 'probabilities', keys: [8] });
  });

  it('that are written read back', () => {
    for (const given of [seeds, nothing]) {
      const found = readSeedMaps(writeIrnSeed(given), 'a.npy');
      expect(found).toMatchObject({ dialect: 'irn', ...given });
    }
  });

  it('say what is wrong with them', () => {
    const cases: [Uint8Array, RegExp][] = [
      [fixture('formats/hostile.npy'), /refused: .*posix\.system/],
      [fixture('formats/f4.npy'), /holds one soft map without a class/],
      [fixture('formats/labels-str.npy'), /key 2007_000032 is no class index/],
      [seedFile((writer) => writer.text('keys').array(int64(1))), /none of "high_res"/],
      [seedFile((writer) => writer.text('keys').text('x')), /"keys" is string/],
      [
        seedFile((writer) =>
          writer
            .text('keys')
            .array(int64(1, 2, 3))
            .text('high_res')
            .array(float32([1, 1, 1], [0])),
        ),
        /"high_res" has 1 maps for 3 classes/,
      ],
      [
        seedFile((writer) =>
          writer
            .text('keys')
            .array(int64(-1))
            .text('high_res')
            .array(float32([1, 1, 1], [0])),
        ),
        /"keys" has -1/,
      ],
      [
        seedFile((writer) =>
          writer
            .text('keys')
            .array(int64(2, 2))
            .text('high_res')
            .array(float32([2, 1, 1], [0, 0])),
        ),
        /a class twice/,
      ],
      [seedFile((writer) => writer.int(3).array(float32([2], [0, 0]))), /"3" has shape \(2\)/],
    ];
    for (const [bytes, message] of cases) {
      expect(() => readSeedMaps(bytes, 'dir/a.npy')).toThrow(message);
      expect(() => readSeedMaps(bytes, 'dir/a.npy')).toThrow(/^dir\/a\.npy: /);
      expect(() => readSeedMaps(bytes, 'dir/a.npy')).toThrow(InputError);
    }
  });
});
