import { describe, expect, it } from 'vitest';
import { labelColours } from '../../../src/lpcam/labelColours';
import { outlineOf } from '../../../src/webview/shared/picture/outline';
import {
  heatPixels,
  labelPixels,
  picturePixels,
  stencilPixels,
} from '../../../src/webview/shared/picture/raster';

const table = Uint8Array.from({ length: 256 * 3 }, (_, i) => Math.floor(i / 3));

describe('A heat map', () => {
  it('gives the ends of its range the ends of the colour map, and clips beyond them', () => {
    const out = new Uint8ClampedArray(6 * 4);
    heatPixels(Float32Array.of(-1, 0, 0.5, 1, 2, NaN), 0, 1, table, out);
    expect([0, 1, 2, 3, 4, 5].map((i) => out[i * 4])).toEqual([0, 0, 128, 255, 255, 0]);
    expect([...out].filter((_, i) => i % 4 === 3)).toEqual([255, 255, 255, 255, 255, 255]);
  });

  it('has one colour where it has one value', () => {
    const out = new Uint8ClampedArray(2 * 4);
    heatPixels(Float32Array.of(0.3, 0.3), 0.3, 0.3, table, out);
    expect(out[0]).toBe(out[4]);
  });
});

describe('A label map', () => {
  it('wears the colours of PASCAL VOC, with a transparent background', () => {
    const out = new Uint8ClampedArray(3 * 4);
    labelPixels(Uint8Array.of(0, 1, 255), labelColours(), out);
    expect([...out]).toEqual([0, 0, 0, 0, 128, 0, 0, 255, 224, 224, 192, 255]);
  });

  it('gives a stencil per label', () => {
    const out = new Uint8ClampedArray(3 * 4);
    stencilPixels(Uint8Array.of(1, 2, 1), 1, out);
    expect([3, 7, 11].map((i) => out[i])).toEqual([255, 0, 255]);
  });
});

describe('The picture', () => {
  it('is the network’s input, byte for byte', () => {
    const out = new Uint8ClampedArray(2 * 4);
    picturePixels(Uint8Array.of(1, 2, 3, 250, 251, 252), out);
    expect([...out]).toEqual([1, 2, 3, 255, 250, 251, 252, 255]);
  });
});

describe('The outline of a seed', () => {
  const segments = (labels: number[], height: number, width: number) => {
    const flat = outlineOf(Uint8Array.from(labels), height, width, 1);
    return Array.from({ length: flat.length / 4 }, (_, i) => [...flat.subarray(i * 4, i * 4 + 4)]);
  };

  it('runs around its pixels with joined sides', () => {
    expect(segments([0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0], 3, 4)).toEqual([
      [1, 1, 3, 1],
      [1, 2, 3, 2],
      [1, 1, 1, 2],
      [3, 1, 3, 2],
    ]);
  });

  it('closes at the border of the image', () => {
    expect(segments([1], 1, 1)).toHaveLength(4);
  });

  it('leaves other labels alone', () => {
    expect(segments([0, 2, 2, 0], 2, 2)).toEqual([]);
  });
});
