/** The overview: what it makes of a bank, where the centres stand on the screen, and what it keeps. */
import { describe, expect, it } from 'vitest';
import type { BankGeometry } from '../../../src/protocol/overview';
import { gateBank, scoreBank } from '../../../src/webview/gallery/model/gatedCentres';
import { OverviewSceneMaker } from '../../../src/webview/overview/model/overviewScene';
import { fitOverview, restoreOverviewView } from '../../../src/webview/overview/model/overviewView';
import { planeLayout, pointAt, pointToward } from '../../../src/webview/overview/model/planeLayout';
import { galleryBank } from './syntheticGallery';

const size = { width: 600, height: 400 };

/** Twelve centres in a row; foreground 0-2 and 6-8, background 3-5 and 9-11. */
function geometryOf(alike: Readonly<Record<string, number>> = {}): BankGeometry {
  const compared = (centres: number[]) => ({
    centres,
    cosines: Float32Array.from(
      centres.flatMap((a) =>
        centres.map((b) => (a === b ? 1 : (alike[`${a} ${b}`] ?? alike[`${b} ${a}`] ?? 0))),
      ),
    ),
  });
  const coordinates = Float32Array.from({ length: 24 }, (_, i) => (i % 2 === 0 ? i : 0));
  const plane = { coordinates, explained: [0.6, 0.1] as [number, number] };
  return {
    identity: 'one',
    planes: { unit: plane, raw: plane },
    foreground: compared([0, 1, 2, 6, 7, 8]),
    background: compared([3, 4, 5, 9, 10, 11]),
  };
}

function sceneOf(geometry: BankGeometry, changes: Partial<ReturnType<typeof restoreOverviewView>> = {}) {
  const { opened, bank } = galleryBank();
  const gated = gateBank(scoreBank(bank, opened.classNames), opened.gates, false, new Map());
  return new OverviewSceneMaker().make(gated, geometry, { ...restoreOverviewView(null), ...changes }, size);
}

describe('the overview of a bank', () => {
  it('compares class prototypes only: rejected centres share no parts', () => {
    // 2 and 8 are rejected; 0, 1, 6 and 7 pass.
    const { affinity } = sceneOf(geometryOf({ '2 8': 0.99, '1 6': 0.7, '0 7': 0.4 }));
    expect(affinity?.classNames).toEqual(['sea bird', 'boat']);
    expect(affinity?.cosines[1]).toBeCloseTo(0.7, 6);
    expect([affinity?.centres[1], affinity?.centres[2]]).toEqual([1, 6]);
  });

  it('lists context that recurs among context prototypes only, above the slider', () => {
    // Of the background only 3 and 9 pass the context gates.
    const geometry = geometryOf({ '3 9': 0.9, '4 10': 0.99 });
    expect(sceneOf(geometry).recurring).toMatchObject([{ classes: [0, 1], members: [{ id: 3 }, { id: 9 }] }]);
    expect(sceneOf(geometry, { threshold: 0.95 }).recurring).toEqual([]);
  });

  it('says that there are too many centres to compare, rather than showing none', () => {
    const { affinity, recurring, plane } = sceneOf({ ...geometryOf(), foreground: null, background: null });
    expect([affinity, recurring]).toEqual([null, null]);
    expect(plane.points).toHaveLength(12);
  });

  it('draws class prototypes last, and leaves out hidden fates without moving the others', () => {
    const all = sceneOf(geometryOf()).plane.points;
    expect(all.slice(-4).map(({ id }) => id)).toEqual([0, 1, 6, 7]);
    const some = sceneOf(geometryOf(), { hidden: ['rejected'] }).plane.points;
    expect(some.map(({ id }) => id)).toEqual([3, 9, 0, 1, 6, 7]);
    expect(some.at(-1)).toEqual(all.at(-1));
  });
});

describe('the plane on the screen', () => {
  const coordinates = Float32Array.from([0, 0, 4, 0, 0, 2, 4, 2, NaN, NaN]);
  const layout = planeLayout(coordinates, [0, 1, 2, 3, 4], size);
  const at = (id: number) => layout.points.find((point) => point.id === id) ?? { x: NaN, y: NaN };

  it('has one scale for both axes, upwards as upwards, and no place for what is no number', () => {
    expect(layout.points).toHaveLength(4);
    const across = at(1).x - at(0).x;
    const up = at(0).y - at(2).y;
    expect(across / 4).toBeCloseTo(up / 2, 9);
    for (const { x, y } of layout.points) {
      expect(x > layout.frame.left && x < layout.frame.right).toBe(true);
      expect(y > layout.frame.top && y < layout.frame.bottom).toBe(true);
    }
  });

  it('has round ticks within the frame, at the places of their numbers', () => {
    const zero = layout.ticks.across.find(({ text }) => Number(text) === 0);
    expect(zero?.at).toBeCloseTo(at(0).x, 6);
    for (const { at: place } of layout.ticks.across)
      expect(place >= layout.frame.left && place <= layout.frame.right).toBe(true);
    expect(layout.ticks.across.length).toBeGreaterThan(2);
  });

  it('finds the centre under the pointer, and the next one in the direction of an arrow key', () => {
    expect(pointAt(layout, at(3).x + 3, at(3).y, 14)?.id).toBe(3);
    expect(pointAt(layout, at(3).x + 30, at(3).y, 14)).toBeNull();
    expect(pointToward(layout, 'ArrowRight', 0)?.id).toBe(1);
    expect(pointToward(layout, 'ArrowUp', 1)?.id).toBe(3);
    expect(pointToward(layout, 'ArrowLeft', 0)).toBeNull();
    expect(pointToward(layout, 'a', 0)).toBeNull();
    expect(pointToward(layout, 'ArrowDown', null)?.id).toBe(0);
  });

  it('stays usable where all centres are at one place, and where there are none', () => {
    const one = planeLayout(new Float32Array(4), [0, 1], size);
    expect(one.points.map(({ x }) => x)).toEqual([one.points[0]?.x, one.points[0]?.x]);
    expect(one.points.every(({ x, y }) => Number.isFinite(x + y))).toBe(true);
    expect(one.ticks.across.length).toBeLessThan(50);
    expect(planeLayout(new Float32Array(0), [], size).points).toEqual([]);
  });
});

describe('what the overview keeps', () => {
  it('is restored, and whatever is wrong in it falls back by itself', () => {
    const view = restoreOverviewView({ threshold: 0.5, hidden: 'all', pair: [1, 2], highlight: 'boat' });
    expect(view).toMatchObject({
      threshold: 0.5,
      hidden: [],
      pair: [1, 2],
      highlight: 'boat',
      vectors: 'unit',
    });
    expect(restoreOverviewView('nonsense')).toMatchObject({ threshold: 0.85, pair: null });
  });

  it('forgets centres of another bank, but not the slider', () => {
    const view = {
      ...restoreOverviewView(null),
      bank: 'one',
      centre: 4,
      pair: [0, 1] as [number, number],
      threshold: 0.6,
    };
    expect(fitOverview(view, 'one')).toBe(view);
    expect(fitOverview(view, 'two')).toMatchObject({ bank: 'two', centre: null, pair: null, threshold: 0.6 });
  });
});
