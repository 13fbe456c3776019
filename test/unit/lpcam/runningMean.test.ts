import { describe, expect, it } from 'vitest';
import { meanSimilarity } from '../../../src/lpcam/attribution';
import { RunningMean } from '../../../src/lpcam/runningMean';

const maps = 24;
const area = 601;

/** Cosines of formulas, [24, 601]; `odd` puts in what float64 sums do not hold exactly. */
function stackOf(odd: (row: number, at: number) => number | null = () => null): Float32Array {
  return Float32Array.from({ length: maps * area }, (_, i) => {
    const [row, at] = [Math.floor(i / area), i % area];
    return odd(row, at) ?? Math.sin(row * 12.9898 + at * 0.377) * Math.cos(at * 0.071);
  });
}

/** Choices of maps as switches, gates and another class make them; by formula, as are the maps. */
function choices(): number[][] {
  const chosen: number[][] = [[0], [0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 4, 5, 6, 7], []];
  for (let step = 0; step < 300; step++) {
    const kept = Array.from({ length: maps }, (_, row) => row);
    chosen.push(
      kept.filter((row) => (row * 37 + (step % 7) * 11 + Math.floor(step / 7) * row * row) % 5 > 1),
    );
  }
  return chosen;
}

const bits = (map: Float32Array) => new Uint32Array(map.buffer.slice(0));

describe('The mean of the prototypes that are switched on', () => {
  it.each([
    ['cosines', stackOf()],
    ['cosines next to zero, of all sizes', stackOf((row, at) => (at % 3 ? null : 2 ** -((row * at) % 140)))],
    [
      'what is no cosine',
      stackOf((_, at) => (at % 50 ? null : ([NaN, Infinity, -0, 1e30][(at / 50) % 4] ?? null))),
    ],
  ])('is what it is when all are added anew, to the last bit, whatever was on before: %s', (_, stack) => {
    const running = new RunningMean(stack, area);
    for (const rows of choices()) {
      expect(bits(running.of(rows))).toEqual(bits(meanSimilarity(stack, area, rows)));
    }
  });

  it('stays as it was handed out', () => {
    const stack = stackOf();
    const running = new RunningMean(stack, area);
    const first = running.of([1, 2, 3]);
    running.of([1, 2]);
    expect(bits(first)).toEqual(bits(meanSimilarity(stack, area, [1, 2, 3])));
  });
});
