import { describe, expect, it } from 'vitest';
import { aggregateSimilarity } from '../../../src/lpcam/aggregate';
import { similaritiesAt } from '../../../src/lpcam/pixel';

const sizes = [
  [5, 7],
  [3, 4],
  [8, 11],
] as const;
const perScale = sizes.map(([height, width], s) => ({
  height,
  width,
  similarity: Float32Array.from({ length: 2 * height * width }, (_, i) => Math.sin(i * 1.7 + s)),
}));

describe('Reading one pixel of the similarity maps', () => {
  it('gives exactly what the whole upsampled map has there, in every pixel', () => {
    const [imageHeight, imageWidth] = [37, 51];
    const whole = [0, 1].map((p) =>
      aggregateSimilarity(
        perScale.map(({ height, width, similarity }) => {
          const area = height * width;
          return { height, width, data: similarity.subarray(p * area, (p + 1) * area) };
        }),
        imageHeight,
        imageWidth,
        'highRes',
      ),
    );
    for (let row = 0; row < imageHeight; row++) {
      for (let column = 0; column < imageWidth; column++) {
        const values = similaritiesAt(perScale, 2, imageHeight, imageWidth, row, column);
        expect([...values]).toEqual(whole.map((map) => map[row * imageWidth + column]));
      }
    }
  });

  it('is zero while no scale has arrived', () => {
    expect([...similaritiesAt([], 2, 10, 10, 3, 3)]).toEqual([0, 0]);
  });
});
