import { describe, expect, it } from 'vitest';
import { networkInput } from '../../../../src/engine/image/input';
import { resizeBicubic } from '../../../../src/engine/image/resize';

const mean = [0.485, 0.456, 0.406] as const;
const std = [0.229, 0.224, 0.225] as const;

describe("the network's input", () => {
  it('is (x/255 - mean)/std, planar, float32', () => {
    const rgb = Uint8Array.from([0, 128, 255, 10, 20, 30]);
    const input = networkInput(rgb, 1, 2, mean, std, false);
    const expected = [0, 10, 128, 20, 255, 30].map((value, i) => {
      const channel = i >> 1;
      return Math.fround((value / 255 - (mean[channel] ?? 0)) / (std[channel] ?? 1));
    });
    expect([...input]).toEqual(expected);
  });

  it('holds the mirror image as the second of the batch', () => {
    const rgb = Uint8Array.from({ length: 2 * 3 * 3 }, (_, i) => i * 9);
    const input = networkInput(rgb, 2, 3, mean, std, true);
    expect(input.length).toBe(2 * 3 * 6);
    for (let channel = 0; channel < 3; channel++) {
      for (let y = 0; y < 2; y++) {
        for (let x = 0; x < 3; x++) {
          const at = (image: number, column: number) => input[((image * 3 + channel) * 2 + y) * 3 + column];
          expect(at(1, x)).toBe(at(0, 2 - x));
        }
      }
    }
  });

  it('refuses pixels that do not fill the image', () => {
    expect(() => networkInput(new Uint8Array(5), 1, 2, mean, std, false)).toThrow('expected 1 x 2 x 3 bytes');
    expect(() => resizeBicubic(new Uint8Array(5), 1, 2, 1, 1)).toThrow('expected 1 x 2 x 3 bytes');
  });
});

describe('resizing', () => {
  it('leaves an image of the same size alone, in a copy', () => {
    const rgb = Uint8Array.from({ length: 27 }, (_, i) => i * 9);
    const same = resizeBicubic(rgb, 3, 3, 3, 3);
    expect([...same]).toEqual([...rgb]);
    expect(same).not.toBe(rgb);
  });

  it('keeps a flat colour flat, larger, smaller and down to one pixel', () => {
    const rgb = new Uint8Array(20 * 30 * 3).fill(201);
    for (const [height, width] of [
      [41, 61],
      [7, 11],
      [1, 1],
    ] as const) {
      const out = resizeBicubic(rgb, 20, 30, height, width);
      expect(out.length).toBe(height * width * 3);
      expect(out.every((value) => value === 201)).toBe(true);
    }
  });
});
