import { describe, expect, it } from 'vitest';
import { readLabels } from '../../../src/formats/labels';
import { npyHeader } from '../../../src/formats/npy';
import { PickleWriter } from '../../../src/formats/pickleWriter';
import { InputError } from '../../../src/lpcam/inputError';
import { fixture } from '../fixture';

const classes = ['cat', 'dog', 'traffic light', 'cow'];
const expected = new Map([
  ['2007_000032', [0, 3]],
  ['2008_000001', [2]],
]);

function npy(items: (writer: PickleWriter) => void): Uint8Array {
  const writer = new PickleWriter(3);
  writer.objectArray(() => writer.dict(() => items(writer)));
  return Uint8Array.from([...npyHeader('|O', []), ...writer.finish()]);
}

const vector = (...values: number[]) =>
  ({ dtype: 'float32', shape: [values.length], data: Float32Array.from(values) }) as const;

describe('image-level labels', () => {
  it.each(['labels-int.npy', 'labels-str.npy', 'labels-jpg.npy'])(
    'of %s are those of the same two images',
    (name) => {
      const bytes = fixture(`formats/${name}`);
      expect(readLabels(bytes, name, classes)).toEqual(expected);
      expect(readLabels(bytes, name, null)).toEqual(expected);
    },
  );

  it('with integer ids of COCO have its twelve digits', () => {
    const bytes = npy((writer) => writer.int(57870).array(vector(1, 0)));
    expect([...readLabels(bytes, 'a.npy', null).keys()]).toEqual(['000000057870']);
  });

  it('take only what is above zero: -1 is no label', () => {
    const bytes = npy((writer) => writer.text('a').array(vector(-1, 0, 1)));
    expect(readLabels(bytes, 'a.npy', null).get('a')).toEqual([2]);
  });

  it.each([
    ['JSON', '{"2007_000032.jpg": ["cow", "cat", "cat"], "2008_000001": ["traffic light"]}'],
    [
      'JSON beside class names',
      '{"classes": ["x"], "labels": {"2007_000032": ["cat", "cow"], "2008_000001": ["traffic light"]}}',
    ],
    ['CSV', '2007_000032,cat,cow\r\n\r\n2008_000001,traffic light\n'],
    [
      'CSV with a header and several names in a cell',
      '\uFEFFimage,labels\n2007_000032.jpg,"cow cat"\n2008_000001,traffic light\n',
    ],
    ['a table with semicolons', '2007_000032;cat;cow\n2008_000001;traffic light\n'],
    ['a table of 0 and 1', 'id,cat,dog,traffic light,cow\n2007_000032,1,0,0,1\n2008_000001,0,0,1,0\n'],
  ])('may be %s', (_, text) => {
    expect(readLabels(text, 'a', classes)).toEqual(expected);
    expect(readLabels(new TextEncoder().encode(text), 'a', classes)).toEqual(expected);
  });

  it('of an image without classes are none', () => {
    expect(readLabels('{"a": []}', 'a.json', classes)).toEqual(new Map([['a', []]]));
    expect(readLabels('a\nb,cat\n', 'a.csv', classes)).toEqual(
      new Map([
        ['a', []],
        ['b', [0]],
      ]),
    );
  });

  it('may name images as JavaScript names its insides', () => {
    expect(readLabels('{"__proto__": ["cat"], "labels": ["dog"]}', 'a.json', classes)).toEqual(
      new Map([
        ['__proto__', [0]],
        ['labels', [1]],
      ]),
    );
  });

  it.each<[string, Uint8Array | string, readonly string[] | null, RegExp]>([
    ['an unknown class in JSON', '{"img7": ["cat", "zebra"]}', classes, /img7.*"zebra"/],
    ['an unknown class in CSV', 'img7,cat,zebra\n', classes, /img7.*"zebra"/],
    [
      'an unknown class named like an inside of JavaScript',
      '{"img7": ["constructor"]}',
      classes,
      /img7.*"constructor"/,
    ],
    ['names without known classes', '{"a": ["cat"]}', null, /class names must be known/],
    ['no list', '{"img7": "cat"}', classes, /img7.*list of class names/],
    ['JSON that is none', '{"img7": [', classes, /no valid JSON/],
    ['JSON that is a list', '["cat"]', classes, /object \{image id/],
    ['an unclosed quote', 'a,"cat\n', classes, /table cannot be read/],
    ['nothing', '  \n', classes, /empty/],
    ['bytes', '\0\0', classes, /none of them/],
    ['an array without ids', fixture('formats/f4.npy'), classes, /without image ids/],
    [
      'vectors of another length',
      fixture('formats/labels-str.npy'),
      ['cat', 'dog'],
      /2007_000032 has a vector of 4.*2/,
    ],
    [
      'vectors of two lengths',
      npy((w) => w.text('a').array(vector(1)).text('b').array(vector(1, 0))),
      null,
      /b has a vector of 2/,
    ],
    ['text for a vector', npy((w) => w.text('a').text('cat')), null, /image a has string/],
    ['a hostile pickle', fixture('formats/hostile.npy'), null, /refused: .*posix\.system/],
  ])('say what is wrong: %s', (_, content, names, message) => {
    expect(() => readLabels(content, 'dir/labels', names)).toThrow(message);
    expect(() => readLabels(content, 'dir/labels', names)).toThrow(/^dir\/labels: /);
    expect(() => readLabels(content, 'dir/labels', names)).toThrow(InputError);
  });
});
