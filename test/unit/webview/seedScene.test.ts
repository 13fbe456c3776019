import { describe, expect, it } from 'vitest';
import type { ShownSeed } from '../../../src/protocol/seed';
import { mapFacts } from '../../../src/webview/seed/model/mapFacts';
import { SeedLabels, SeedScene } from '../../../src/webview/seed/model/seedScene';
import { restoreSeedView, type SeedView } from '../../../src/webview/seed/model/seedView';

const classNames = ['bird', 'boat', 'bus'];

/** Four pixels in a row: bird and boat. */
const maps: ShownSeed = {
  dialect: 'irn',
  fields: [],
  assumption: null,
  height: 1,
  width: 4,
  content: {
    kind: 'maps',
    keys: [0, 1],
    maps: [Float32Array.of(0.9, 0.4, 0.2, 0.1), Float32Array.of(0.1, 0.6, 0.3, 0.1)],
    background: null,
  },
  study: { file: '/s/lpcam.json', name: 's' },
  classNames,
  labelled: [0],
  id: 'a',
  image: '/s/a.jpg',
  withoutImage: null,
  mask: { path: '/s/a.png', width: 4, height: 1, labels: Uint8Array.of(1, 2, 2, 255) },
  threshold: 0.25,
  warnings: [],
};

const sceneOf = (seed: ShownSeed, patch: Partial<SeedView> = {}) =>
  new SeedScene(seed, { ...restoreSeedView({}), ...patch }, new SeedLabels(), null);

describe('a seed of maps', () => {
  it('is the strongest class above the threshold, as IRN makes it', () => {
    expect([...(sceneOf(maps).labels ?? [])]).toEqual([1, 2, 2, 0]);
    expect([...(sceneOf(maps, { threshold: 0.5 }).labels ?? [])]).toEqual([1, 2, 0, 0]);
  });

  it("follows the study's threshold until the person moves it", () => {
    expect(sceneOf(maps).threshold).toBe(0.25);
    expect(sceneOf({ ...maps, threshold: 0.45 }).threshold).toBe(0.45);
    expect(sceneOf(maps, { threshold: 0.7 }).threshold).toBe(0.7);
  });

  it('lists its classes with their shares, scores and what is odd about them', () => {
    const [bird, boat] = sceneOf(maps).classes;
    expect(bird).toMatchObject({ name: 'bird', label: 1, share: 0.25, iou: 1, labelled: true });
    expect(boat).toMatchObject({ name: 'boat', label: 2, share: 0.5, iou: 1, labelled: false });
    // Background is in neither, for the one pixel of it is ignored in the mask.
    expect(sceneOf(maps).miou).toBe(1);
    expect(sceneOf(maps, { threshold: 0.5 }).classes[1]?.iou).toBe(0.5);
  });

  it('shows the first map beside the seed, and what the person chose where it can be had', () => {
    expect(sceneOf(maps).views).toEqual(['image', 'class 0', 'class 1', 'seed', 'mask']);
    expect(sceneOf(maps).panes).toEqual(['class 0', 'seed']);
    expect(sceneOf(maps, { panes: ['class 1', 'mask'] }).panes).toEqual(['class 1', 'mask']);
    expect(sceneOf(maps, { panes: ['class 14', 'saliency'] }).panes).toEqual(['class 0', 'seed']);
  });

  it('draws every map in one range, or each in its own', () => {
    expect(sceneOf(maps).layerOf('class 1')).toMatchObject({ kind: 'heat', range: { low: 0, high: 1 } });
    const own = sceneOf(maps, { range: 'own' }).layerOf('class 1');
    expect(own).toMatchObject({ range: { low: Math.fround(0.1), high: Math.fround(0.6) } });
  });

  it('outlines the class whose map is shown, and every class on the image', () => {
    expect(sceneOf(maps).outlinesOf('class 0')).toHaveLength(1);
    expect(sceneOf(maps).outlinesOf('image')).toHaveLength(2);
    expect(
      sceneOf(maps, { maskOutline: true })
        .outlinesOf('image')
        .map(({ style }) => style),
    ).toEqual(['mask', 'mask', 'seed', 'seed']);
    expect(sceneOf(maps, { seedOutline: false }).outlinesOf('image')).toEqual([]);
  });

  it('without a study calls classes by their numbers', () => {
    const scene = sceneOf({ ...maps, study: null, classNames: null, image: null });
    expect(scene.classes.map(({ name }) => name)).toEqual(['class 0', 'class 1']);
    expect(scene.panes).toEqual(['class 0', 'seed']);
  });
});

describe('a background map of the file', () => {
  const background = Float32Array.of(0.95, 0.1, 0.1, 0.1);
  const withIt = (dialect: ShownSeed['dialect']): ShownSeed => ({
    ...maps,
    dialect,
    content: { ...(maps.content as Extract<ShownSeed['content'], { kind: 'maps' }>), background },
  });

  it('is what SIPE compares the classes with, and AMN leaves aside', () => {
    expect([...(sceneOf(withIt('sipe')).labels ?? [])]).toEqual([0, 2, 2, 0]);
    expect([...(sceneOf(withIt('amn')).labels ?? [])]).toEqual([1, 2, 2, 0]);
  });

  it('can be taken or left by hand', () => {
    expect([...(sceneOf(withIt('sipe'), { ownBackground: false }).labels ?? [])]).toEqual([1, 2, 2, 0]);
    expect([...(sceneOf(withIt('amn'), { ownBackground: true }).labels ?? [])]).toEqual([0, 2, 2, 0]);
    expect(sceneOf(withIt('sipe')).thresholded).toBe(false);
  });
});

describe('label maps', () => {
  const labels: ShownSeed = {
    ...maps,
    dialect: 'png',
    content: { kind: 'labels', keys: [0, 1], labels: Uint8Array.of(1, 2, 255, 0) },
  };

  it('are scored where they and the mask have decided', () => {
    const scene = sceneOf(labels);
    expect(scene.classes.map(({ iou }) => iou)).toEqual([1, 1]);
    expect(scene.panes).toEqual(['image', 'seed']);
  });

  it('of another size than the mask are not scored', () => {
    const scene = sceneOf({
      ...labels,
      mask: { path: '/m', width: 2, height: 2, labels: new Uint8Array(4) },
    });
    expect(scene.miou).toBeNull();
    expect(scene.classes[0]?.iou).toBeNull();
  });
});

describe('soft maps without a class', () => {
  it('have no seed, and the range of their file', () => {
    const scene = sceneOf({
      ...maps,
      dialect: 'png',
      content: { kind: 'saliency', map: Float32Array.of(0, 20, 80, 200), full: 255 },
    });
    expect(scene.labels).toBeNull();
    expect(scene.classes).toEqual([]);
    expect(scene.panes).toEqual(['saliency', 'image']);
    expect(scene.layerOf('saliency')).toMatchObject({ range: { low: 0, high: 255 } });
  });
});

describe('what a map is like', () => {
  it('leaves NaN aside and says so', () => {
    expect(mapFacts(Float32Array.of(1, NaN, 3))).toEqual({ min: 1, max: 3, mean: 2, nan: 1, dead: false });
  });

  it('is dead where nothing is above zero', () => {
    expect(mapFacts(Float32Array.of(0, 0)).dead).toBe(true);
    expect(mapFacts(Float32Array.of(NaN, NaN))).toEqual({
      min: null,
      max: null,
      mean: null,
      nan: 2,
      dead: true,
    });
  });
});
