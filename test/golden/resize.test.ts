/** Pillow's own results (Pillow 9.4, BICUBIC): every byte must agree. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { resizeBicubic } from '../../src/engine/image/resize';

const folder = fileURLToPath(new URL('../../../shared/golden/resize/', import.meta.url));
const present = existsSync(`${folder}cases.json`);

interface Case {
  readonly case: string;
  readonly scale: number;
  readonly in: readonly [number, number, number];
  readonly out: readonly [number, number, number];
}
const cases = present ? (JSON.parse(readFileSync(`${folder}cases.json`, 'utf8')) as Case[]) : [];

/** The bytes of a uint8 .npy of version 1, whose header ends at 10 + its length. */
function pixels(name: string): Uint8Array {
  const file = readFileSync(`${folder}${name}.npy`);
  return new Uint8Array(file.subarray(10 + file.readUInt16LE(8)));
}

describe.skipIf(!present)('resizing equals Pillow byte for byte', () => {
  it.each(cases)('$case at scale $scale', (entry) => {
    const [height, width] = entry.in;
    const [outHeight, outWidth] = entry.out;
    const expected = pixels(
      `${entry.case}.x${Number.isInteger(entry.scale) ? entry.scale.toFixed(1) : entry.scale}`,
    );
    const got = resizeBicubic(pixels(entry.case), height, width, outHeight, outWidth);
    expect(got.length).toBe(outHeight * outWidth * 3);
    expect(Buffer.compare(got, expected)).toBe(0);
  });

  it('covers the cases the reference lists', () => {
    expect(cases.length).toBeGreaterThan(20);
  });
});
