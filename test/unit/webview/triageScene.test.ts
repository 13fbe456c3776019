import { describe, expect, it } from 'vitest';
import { agreement, countImage, pixelLevels } from '../../../src/lpcam/triage/imageCounts';
import { columnsOf } from '../../../src/lpcam/triage/scoreColumns';
import { ThresholdLevels } from '../../../src/lpcam/triage/thresholdLevels';
import type { ScoredSeeds, SeedScores } from '../../../src/protocol/score';
import { TriageScene } from '../../../src/webview/triage/model/triageScene';
import { restoreTriageView, type TriageView } from '../../../src/webview/triage/model/triageView';

const thresholds = [0.2, 0.25, 0.3, 0.35, 0.4];
const levels = new ThresholdLevels(thresholds);
const ids = ['boat_1', 'Boat_2', 'dog_1'];

/** Ten pixels of one class each; how many lie above .2, .25 and so on. */
const maps: readonly (readonly number[])[] = [
  [9, 9, 9, 9, 9],
  [9, 6, 5, 3, 0],
  [4, 4, 2, 2, 2],
];

function mapOf(counts: readonly number[]): Float32Array {
  return Float32Array.from({ length: 10 }, (_, pixel) => {
    const above = counts.filter((count) => pixel < count).length;
    return above === 0 ? 0.1 : (thresholds[above - 1] ?? 0) + 0.02;
  });
}

const label = (image: number) => (image === 2 ? 1 : 0);

function seeds(
  path: string,
  of: readonly (readonly number[])[],
  masks: readonly Uint8Array[] | null,
): ScoredSeeds {
  const counted = of.map((counts, image) => {
    const pixels = pixelLevels([{ classIndex: label(image), map: mapOf(counts) }], 10, levels);
    const mask = masks?.[image] ?? null;
    const labels = [label(image)];
    return countImage({ pixels, mask, labelled: labels, seeded: labels, dead: [] }, thresholds.length, 10);
  });
  const columns = columnsOf(counted, thresholds.length, masks !== null);
  const sweep = thresholds.map((_, place) => place);
  return { path, stage: 'cam', labelMaps: false, thresholds, sweep, own: null, facts: [], columns };
}

const others = maps.map((counts) => counts.map((count) => Math.floor(count / 2)));

function agreements(): Uint16Array<ArrayBuffer> {
  const levelsOf = (counts: readonly number[], image: number) =>
    pixelLevels([{ classIndex: label(image), map: mapOf(counts) }], 10, levels);
  const count = thresholds.length;
  const shares = maps.flatMap((counts, image) => [
    ...agreement(levelsOf(counts, image), levelsOf(others[image] ?? [], image), [count, count]),
  ]);
  return Uint16Array.from(shares);
}

function scores(compared: boolean, masks: readonly Uint8Array[] | null = null): SeedScores {
  return {
    classes: ['boat', 'dog'],
    ids: [...ids],
    masks: masks ? '/masks' : null,
    list: { path: null, name: 'all', listed: 3, found: 3 },
    lists: [],
    first: seeds('/a', maps, masks),
    second: compared ? seeds('/b', others, masks) : null,
    agreement: compared ? agreements() : null,
    missing: [],
    problems: [],
    record: null,
    notices: [],
  };
}

const viewOf = (patch: Partial<TriageView> = {}): TriageView => ({ ...restoreTriageView({}), ...patch });
const rows = (scene: TriageScene, view: TriageView) =>
  [...scene.table(view).order].map((image) => ids[image]);

describe('a table without masks', () => {
  it('has area and stability, and what depends most on the threshold first', () => {
    const scene = new TriageScene(scores(false));
    const view = viewOf({ threshold: 0.3 });
    const table = scene.table(view);
    expect(table.columns).toEqual(['image', 'classes', 'area', 'stability', 'dead', 'missing']);
    expect(table.sorting).toEqual({ column: 'stability', descending: false });
    // 3 of 6, 2 of 4, 9 of 9 pixels stay between .25 and .35.
    expect([...(table.values('stability') ?? [])]).toEqual([1, 0.5, 0.5]);
    expect(rows(scene, view)).toEqual(['Boat_2', 'dog_1', 'boat_1']);
  });

  it('follows the threshold with its areas', () => {
    const scene = new TriageScene(scores(false));
    const area = (threshold: number) => [...(scene.table(viewOf({ threshold })).values('area') ?? [])];
    expect(area(0.2).map((share) => Math.round(10 * share))).toEqual([9, 9, 4]);
    expect(area(0.4).map((share) => Math.round(10 * share))).toEqual([9, 0, 2]);
  });

  it('has the disagreement of two folders, the largest first', () => {
    const scene = new TriageScene(scores(true));
    const view = viewOf({ threshold: 0.3, threshold2: 0.3 });
    const table = scene.table(view);
    expect(table.columns).toEqual(['image', 'classes', 'area', 'area2', 'differs']);
    expect(table.sorting).toEqual({ column: 'differs', descending: true });
    // B has 4 of A's 9 pixels, 2 of 5, 1 of 2.
    const differs = [...(table.values('differs') ?? [])].map((share) => Number(share.toFixed(3)));
    expect(differs).toEqual([0.556, 0.6, 0.5]);
    expect(rows(scene, view)).toEqual(['Boat_2', 'boat_1', 'dog_1']);
    // B alone at another threshold: 4 of A's 5 pixels.
    expect(scene.table(viewOf({ threshold: 0.3, threshold2: 0.2 })).cell('differs', 1)).toBeCloseTo(0.2);
  });
});

describe('the rows of a table', () => {
  it('have the figures that the whole columns have', () => {
    const masks = maps.map((_, image) => new Uint8Array(10).fill(label(image) + 1, 0, 5));
    const scene = new TriageScene(scores(true, masks));
    const view = viewOf({ threshold: 0.25, threshold2: 0.3 });
    const table = scene.table(view);
    for (const column of table.columns) {
      const whole = table.values(column);
      if (whole)
        expect(ids.map((_, image) => table.cell(column, image))).toEqual(
          [...whole].map((value): unknown => expect.closeTo(value, 6)),
        );
    }
  });

  it('are those of a class, and those whose id holds a text in whatever case', () => {
    const scene = new TriageScene(scores(false));
    expect(rows(scene, viewOf({ className: 'dog' }))).toEqual(['dog_1']);
    expect(rows(scene, viewOf({ search: 'BOAT' })).sort()).toEqual(['Boat_2', 'boat_1']);
    expect(rows(scene, viewOf({ search: '1', className: 'boat' }))).toEqual(['boat_1']);
    expect(rows(scene, viewOf({ search: 'cat' }))).toEqual([]);
  });

  it('have no threshold where all seeds are label maps', () => {
    const given = scores(false);
    const scene = new TriageScene({ ...given, first: { ...given.first, labelMaps: true } });
    expect(scene.table(viewOf()).columns).not.toContain('stability');
  });
});
