/** Where the centres of a study's bank lie, as the engine tells the overview. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/engine';
import { readBank } from '../../../src/engine/bankFile';
import { tinyClasses } from './support/tinyNetwork';
import { tinyStudy, type TinyStudy } from './support/tinyStudy';

let study: TinyStudy;
let engine: Engine;
let bankPath: string;
const { signal } = new AbortController();
beforeEach(async () => {
  study = await tinyStudy();
  engine = new Engine();
  bankPath = await study.writeBank();
});
afterEach(async () => {
  await engine.dispose();
  study.remove();
});

async function identity(): Promise<string> {
  const { bank } = await engine.bank.openBank({ study: { file: study.file } }, signal);
  if (bank === null) throw new Error('no bank');
  return bank.identity;
}
const measure = (name: string) =>
  engine.bank.bankGeometry({ study: { file: study.file }, identity: name }, signal);

describe('the geometry of a bank', () => {
  it('holds the cosines of all centres of a set, and a place for every centre', async () => {
    const name = await identity();
    const geometry = await measure(name);
    const { centres } = await readBank(bankPath, tinyClasses);
    expect(geometry.identity).toBe(name);
    for (const set of ['foreground', 'background'] as const) {
      const compared = geometry[set];
      const ids = [...centres.keys()].filter((id) => centres[id]?.set === set);
      expect(compared?.centres).toEqual(ids);
      ids.forEach((a, i) =>
        ids.forEach((b, j) => {
          const [u, v] = [centres[a]?.vector ?? [], centres[b]?.vector ?? []];
          const dot = [...u].reduce((sum, value, c) => sum + value * (v[c] ?? 0), 0);
          const cosine = dot / (Math.hypot(...u) * Math.hypot(...v));
          expect(compared?.cosines[i * ids.length + j]).toBeCloseTo(cosine, 6);
        }),
      );
    }
    // Distances in the plane of all variance are those of the vectors.
    const { coordinates, explained } = geometry.planes.raw;
    expect(coordinates).toHaveLength(centres.length * 2);
    const apart = Math.hypot(
      (coordinates[2] ?? 0) - (coordinates[0] ?? 0),
      (coordinates[3] ?? 0) - (coordinates[1] ?? 0),
    );
    const [first, second] = [centres[0]?.vector ?? [], centres[1]?.vector ?? []];
    const real = Math.hypot(...[...first].map((value, c) => value - (second[c] ?? 0)));
    expect(apart).toBeLessThanOrEqual(real + 1e-5);
    expect(explained[0]).toBeGreaterThanOrEqual(explained[1]);
    expect(explained[0] + explained[1]).toBeLessThanOrEqual(1 + 1e-9);
  });

  it('of another bank than the one that is looked at is refused', async () => {
    await expect(measure('another')).rejects.toThrow(/was clustered anew since it was opened/);
  });

  it('can be cancelled', async () => {
    const stop = new AbortController();
    const name = await identity();
    const asked = engine.bank.bankGeometry({ study: { file: study.file }, identity: name }, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(asked).rejects.toThrow('stopped');
  });
});
