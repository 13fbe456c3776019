import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSeed, readSeedMaps } from '../../../src/formats/readSeed';
import { noHint, type Seed } from '../../../src/formats/seed';
import { InputError } from '../../../src/lpcam/inputError';
import { fixture, fixtureJson, fixturePath } from '../fixture';

interface Expected {
  readonly dialect: string;
  readonly keys?: readonly number[];
  readonly maps?: readonly number[];
  readonly strided?: readonly number[];
  readonly background?: readonly number[];
  readonly labels?: readonly number[];
  readonly saliency?: readonly number[];
  readonly full?: number;
}

const expected = fixtureJson('seeds/expected.json') as Readonly<Record<string, Expected>>;
const rounded = (values: readonly number[]) => values.map(Math.fround);

/** A seed as make.py tells it. */
function told(seed: Seed): Expected {
  if (seed.kind === 'labels') return { dialect: seed.dialect, keys: seed.keys, labels: [...seed.labels] };
  if (seed.kind === 'saliency')
    return { dialect: seed.dialect, saliency: [...seed.map.data], full: seed.full };
  const { dialect, keys, highRes, strided, background } = seed;
  return {
    dialect,
    keys,
    maps: highRes.flatMap(({ data }) => [...data]),
    ...(strided.length === 0 ? {} : { strided: strided.flatMap(({ data }) => [...data]) }),
    ...(background === null ? {} : { background: [...background.data] }),
  };
}

const seed = (name: string, hint = noHint) => readSeed(fixture(`seeds/${name}`), name, hint);

describe('seeds that NumPy, PyTorch and Pillow wrote', () => {
  const names = readdirSync(fixturePath('seeds')).filter((name) => /\.(npy|png)$/.test(name));

  it('are all known to this test', () => {
    expect(names.sort()).toEqual(Object.keys(expected).sort());
  });

  it.each(names)('%s holds what was stored', (name) => {
    const { maps, background, ...rest } = expected[name] as Expected;
    expect(told(seed(name))).toEqual({
      ...rest,
      ...(maps === undefined ? {} : { maps: rounded(maps) }),
      ...(background === undefined ? {} : { background: rounded(background) }),
    });
  });

  it('tell their arrays as they are stored', () => {
    expect(seed('irn.npy').fields).toEqual([
      { name: 'keys', dtype: 'int64', shape: [2], holder: 'tensor' },
      { name: 'high_res', dtype: 'float32', shape: [2, 6, 8], holder: 'array' },
      { name: 'cam', dtype: 'float32', shape: [2, 2, 2], holder: 'tensor' },
    ]);
    expect(seed('saliency-16.png').fields).toEqual([
      { name: '', dtype: 'uint16', shape: [6, 8], holder: 'pixels' },
    ]);
  });
});

describe('what a seed file leaves open', () => {
  it('is decided by the labels of the image: is 0 the background or the first class?', () => {
    const asStored = seed('class-zero.npy', { ...noHint, labels: [0, 14] });
    expect(asStored).toMatchObject({ keys: [0, 14], background: null, assumption: null });
    const shifted = seed('class-zero.npy', { ...noHint, labels: [13] });
    expect(shifted).toMatchObject({ keys: [13] });
    expect(shifted.assumption).toMatch(/key 0 is taken for the background/);
  });

  it('is decided by the classes of the study: whose maps is a stack?', () => {
    const of = (classes: number | null, labels: readonly number[] | null) => {
      const found = seed('stack-f4.npy', { classes, labels, readAs: null });
      if (found.kind !== 'maps') throw new Error('no maps');
      return { keys: found.keys, background: found.background !== null };
    };
    expect(of(3, null)).toEqual({ keys: [0, 1, 2], background: false });
    expect(of(2, null)).toEqual({ keys: [0, 1], background: true });
    expect(of(20, [3, 7, 11])).toEqual({ keys: [3, 7, 11], background: false });
    expect(of(20, [7, 14])).toEqual({ keys: [7, 14], background: true });
  });

  it('is said: are grey values labels or saliency?', () => {
    expect(seed('grey.png', { ...noHint, classes: 20 }).kind).toBe('labels');
    const odd = seed('grey.png', { ...noHint, classes: 3 });
    expect(odd.kind).toBe('saliency');
    expect(odd.assumption).toMatch(/is no label of the study’s 3 classes/);
  });

  it('is decided by the person, who knows', () => {
    expect(seed('grey.png', { ...noHint, readAs: 'saliency' }).kind).toBe('saliency');
    expect(seed('saliency.png', { ...noHint, readAs: 'labels' }).kind).toBe('labels');
  });
});

describe('files that are no seeds', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(0), /empty: whoever wrote it was interrupted/],
    ['text', new TextEncoder().encode('hello'), /no seed file; \.npy .* and PNG are read/],
    ['one number', fixture('formats/u1-scalar.npy'), /shape \(\) is no seed's/],
    ['a list of numbers', fixture('formats/i8.npy'), /shape \(2\) is no seed's/],
    ['labels of images', fixture('formats/labels-int.npy'), /shape \(4\)/],
    ['a program', fixture('formats/hostile.npy'), /refused: .*posix\.system/],
  ])('%s is refused', (_, bytes, message) => {
    expect(() => readSeed(bytes, 'dir/a.npy')).toThrow(message);
    expect(() => readSeed(bytes, 'dir/a.npy')).toThrow(/^dir\/a\.npy: /);
    expect(() => readSeed(bytes, 'dir/a.npy')).toThrow(InputError);
  });

  it('label maps are no class maps', () => {
    expect(() => readSeedMaps(fixture('seeds/grey.png'), 'a.png')).toThrow(/holds a label map; class maps/);
  });
});
