/** The plane in which the centres of a bank are drawn: principal components, exact. */
import { describe, expect, it } from 'vitest';
import { principalPlane, type PrincipalPlane } from '../../../src/lpcam/principalPlane';
import { symmetricEigen } from '../../../src/lpcam/symmetricEigen';

function planeOf(vectors: readonly (readonly number[])[]): PrincipalPlane {
  const rows = vectors.map((vector) => Float32Array.from(vector));
  const steps = principalPlane(rows, rows[0]?.length ?? 3);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Numbers without a pattern, the same in every run. */
function noise(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) / 2 ** 32 - 0.5;
}

describe('the principal plane', () => {
  it('agrees with NumPy: numpy.linalg.svd of the same centred matrix', () => {
    const vectors = Array.from({ length: 9 }, (_, i) =>
      Array.from(
        { length: 5 },
        (__, j) => ((i * 7 + j * 13 + i * i * j) % 23) - 11 + (j === 1 ? i * 1.5 : 0),
      ),
    );
    const { coordinates, explained } = planeOf(vectors);
    expect(explained[0]).toBeCloseTo(0.37382239, 7);
    expect(explained[1]).toBeCloseTo(0.26002322, 7);
    const expected = [
      [-11.83832, 2.22981],
      [4.47921, -6.79214],
      [-8.46196, 12.72132],
      [3.53819, 7.055],
      [-5.65468, -13.53794],
      [-13.54366, -3.58731],
      [9.35389, 4.26328],
      [11.02075, -7.13986],
      [11.10656, 4.78783],
    ];
    expected.flat().forEach((value, i) => expect(coordinates[i]).toBeCloseTo(value, 4));
  });

  it('agrees with a whole decomposition of the covariance, with more channels than centres and with fewer', () => {
    for (const [count, channels] of [
      [24, 60],
      [60, 24],
    ] as const) {
      const next = noise(count);
      const vectors = Array.from({ length: count }, () =>
        Array.from({ length: channels }, (_, c) => Math.fround(next() * (1 + 8 / (c + 1)) + 3)),
      );
      const mean = Array.from(
        { length: channels },
        (_, c) => vectors.reduce((sum, one) => sum + (one[c] ?? 0), 0) / count,
      );
      const covariance = mean.map((ma, a) =>
        Float64Array.from(mean, (mb, b) =>
          vectors.reduce((sum, one) => sum + ((one[a] ?? 0) - ma) * ((one[b] ?? 0) - mb), 0),
        ),
      );
      const pairs = symmetricEigen(covariance);
      const total = pairs.reduce((sum, { value }) => sum + value, 0);
      const { coordinates, explained } = planeOf(vectors);
      for (const axis of [0, 1] as const) {
        expect(explained[axis]).toBeCloseTo((pairs[axis]?.value ?? 0) / total, 9);
        // Up to the axis's sign.
        const along = vectors.map((one) =>
          one.reduce((sum, value, c) => sum + (value - (mean[c] ?? 0)) * (pairs[axis]?.vector[c] ?? 0), 0),
        );
        const sign = Math.sign((along[0] ?? 0) * (coordinates[axis] ?? 0));
        along.forEach((value, i) => expect(coordinates[i * 2 + axis]).toBeCloseTo(value * sign, 4));
      }
    }
  });

  it('explains everything where the vectors lie in a plane, also when both axes are worth the same', () => {
    const { explained, coordinates } = planeOf([
      [1, 0, 0, 5],
      [-1, 0, 0, 5],
      [0, 1, 0, 5],
      [0, -1, 0, 5],
    ]);
    expect(explained[0]).toBeCloseTo(0.5, 9);
    expect(explained[1]).toBeCloseTo(0.5, 9);
    for (let i = 0; i < 4; i++)
      expect(Math.hypot(coordinates[i * 2] ?? 0, coordinates[i * 2 + 1] ?? 0)).toBeCloseTo(1, 5);
  });

  it('of vectors on a line, of equal ones, of one and of none says so and makes up nothing', () => {
    const line = planeOf([
      [0, 0, 0],
      [1, 2, 2],
      [2, 4, 4],
    ]);
    expect([...line.explained]).toEqual([expect.closeTo(1, 9), expect.closeTo(0, 9)]);
    expect([...line.coordinates].map((value) => Math.round(value * 1e5) / 1e5 + 0)).toEqual([
      -3, 0, 0, 0, 3, 0,
    ]);
    for (const vectors of [
      [
        [1, 2, 3],
        [1, 2, 3],
      ],
      [[1, 2, 3]],
      [],
    ]) {
      const { coordinates, explained } = planeOf(vectors);
      expect(explained).toEqual([0, 0]);
      expect([...coordinates]).toEqual(vectors.flatMap(() => [0, 0]));
    }
  });

  it('leaves out vectors that are not finite; the others keep their places', () => {
    const vectors = [
      [0, 0],
      [NaN, 1],
      [3, 4],
      [Infinity, 0],
    ];
    expect([...planeOf(vectors).coordinates].map((value) => Math.round(value * 1e4) / 1e4 + 0)).toEqual([
      -2.5,
      0,
      NaN,
      NaN,
      2.5,
      0,
      NaN,
      NaN,
    ]);
  });
});
