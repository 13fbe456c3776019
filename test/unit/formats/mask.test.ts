import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readMask, writeLabelPng } from '../../../src/formats/mask';
import { InputError } from '../../../src/lpcam/inputError';

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

const u32 = (value: number) => [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255];

function chunk(type: string, data: ArrayLike<number>): number[] {
  const body = [...new TextEncoder().encode(type), ...Array.from(data)];
  return [...u32(data.length), ...body, ...u32(crc32(Uint8Array.from(body)))];
}

/** A PNG written by the specification, not by the library under test. `rows` are the unfiltered bytes of each row. */
function png(
  width: number,
  height: number,
  depth: number,
  colour: number,
  rows: readonly number[][],
  extra: number[] = [],
) {
  const data = deflateSync(Uint8Array.from(rows.flatMap((row) => [0, ...row])));
  return Uint8Array.from([
    ...signature,
    ...chunk('IHDR', [...u32(width), ...u32(height), depth, colour, 0, 0, 0]),
    ...extra,
    ...(colour === 3 ? chunk('PLTE', [0, 0, 0, 128, 0, 0, 0, 128, 0, 9, 9, 9]) : []),
    ...chunk('IDAT', data),
    ...chunk('IEND', []),
  ]);
}

describe('masks', () => {
  it('of a palette PNG are its indices, whatever the colours', () => {
    expect(
      readMask(
        png(3, 2, 8, 3, [
          [0, 1, 2],
          [3, 255, 0],
        ]),
        'a.png',
      ),
    ).toEqual({
      width: 3,
      height: 2,
      labels: Uint8Array.of(0, 1, 2, 3, 255, 0),
    });
  });

  it('of a grey PNG are its values', () => {
    expect([...readMask(png(3, 1, 8, 0, [[0, 15, 255]]), 'a.png').labels]).toEqual([0, 15, 255]);
  });

  it.each([
    [1, [0b10100000], [0b01000000], [1, 0, 1, 0, 1, 0]],
    [2, [0b11011000], [0b00011100], [3, 1, 2, 0, 1, 3]],
    [4, [0x1f, 0x30], [0x02, 0xa0], [1, 15, 3, 0, 2, 10]],
  ])('may have %i bits a pixel', (depth, first, second, labels) => {
    for (const colour of [0, 3])
      expect([...readMask(png(3, 2, depth, colour, [first, second]), 'a.png').labels]).toEqual(labels);
  });

  it('may have 16 bits where the ids fit into 8', () => {
    expect([...readMask(png(2, 1, 16, 0, [[0, 7, 0, 255]]), 'a.png').labels]).toEqual([7, 255]);
    expect(() => readMask(png(2, 1, 16, 0, [[0, 7, 1, 0]]), 'a.png')).toThrow(/above 255/);
  });

  it('pay no heed to damaged text and colour profiles', () => {
    const extra = [...chunk('iCCP', [65, 0, 0, 1, 2, 3]), ...chunk('tEXt', [255])];
    expect([...readMask(png(1, 1, 8, 0, [[7]], extra), 'a.png').labels]).toEqual([7]);
  });

  it('that are no masks say so', () => {
    const good = png(3, 2, 8, 3, [
      [0, 1, 2],
      [3, 255, 0],
    ]);
    const flipped = good.slice();
    const at = good.length - 12 - 8;
    flipped[at] = (flipped[at] ?? 0) ^ 255;
    const huge = good.slice();
    huge.set([255, 255, 255, 255], 16);
    const bomb = Uint8Array.from([
      ...signature,
      ...chunk('IHDR', [...u32(1), ...u32(1), 8, 0, 0, 0, 0]),
      ...chunk('IDAT', deflateSync(new Uint8Array(8_000_000))),
      ...chunk('IEND', []),
    ]);
    const cases: [Uint8Array, RegExp][] = [
      [new Uint8Array(0), /no PNG/],
      [Uint8Array.of(0xff, 0xd8, 0xff), /no PNG/],
      [png(1, 1, 8, 2, [[1, 2, 3]]), /colours/],
      [png(1, 1, 8, 6, [[1, 2, 3, 4]]), /colours/],
      [huge, /size/],
      [flipped, /damaged/],
      [bomb, /more packed bytes than pixels/],
    ];
    for (let length = 8; length < good.length; length++)
      cases.push([good.subarray(0, length), /damaged|truncated/]);
    for (const [bytes, message] of cases) {
      expect(() => readMask(bytes, 'dir/a.png')).toThrow(message);
      expect(() => readMask(bytes, 'dir/a.png')).toThrow(/^dir\/a\.png: /);
      expect(() => readMask(bytes, 'dir/a.png')).toThrow(InputError);
    }
  });

  it("are written with VOC's colours and read back", () => {
    const labels = Uint8Array.of(0, 1, 2, 15, 20, 255);
    const bytes = writeLabelPng(labels, 3, 2);
    expect(readMask(bytes, 'a.png')).toEqual({ width: 3, height: 2, labels });
    const palette = bytes.subarray(8 + 25 + 8);
    const colour = (label: number) => [...palette.subarray(label * 3, label * 3 + 3)];
    expect([0, 1, 2, 15, 20, 255].map(colour)).toEqual([
      [0, 0, 0],
      [128, 0, 0],
      [0, 128, 0],
      [192, 128, 128],
      [0, 64, 128],
      [224, 224, 192],
    ]);
  });
});
