import { describe, expect, it } from 'vitest';
import { classCounts } from '../../../src/lpcam/metrics';
import { seedOf } from '../../../src/lpcam/seeds';
import { iouCurve, seedFigures } from '../../../src/webview/imagePanel/model/figures';
import { figuresSheet } from '../../../src/webview/imagePanel/model/figuresSheet';
import { layerOf } from '../../../src/webview/imagePanel/model/layer';
import { labelName, readPixel } from '../../../src/webview/imagePanel/model/reading';
import { sceneNotices } from '../../../src/webview/imagePanel/model/sceneNotices';
import { MapCache } from '../../../src/webview/imagePanel/model/mapCache';
import { Maps } from '../../../src/webview/imagePanel/model/maps';
import { Scene } from '../../../src/webview/imagePanel/model/scene';
import { initialViewState } from '../../../src/webview/imagePanel/model/viewState';
import { extremesOf, valueAt } from '../../../src/webview/shared/picture/recipe';
import { syntheticHeader, syntheticScale, syntheticTimings } from './syntheticExplanation';
import { testScene } from './testScene';

const allOff = (from: number, to: number) =>
  Object.fromEntries(Array.from({ length: to - from }, (_, i) => [String(from + i), false]));

function maskOf(scene: ReturnType<typeof testScene>): Uint8Array {
  const labels = scene.header.mask?.labels;
  if (!labels) throw new Error('no mask');
  return labels;
}

describe('The figures', () => {
  it('score the seed at the threshold shown, at the image’s size', () => {
    const scene = testScene({ threshold: 0.4 });
    const figures = seedFigures(scene, 'cam');
    const maps = scene.header.classes.map(({ index }, i) => ({
      classIndex: index,
      map: scene.maps.cam(i, 'highRes'),
    }));
    const seed = seedOf(maps, 0.4, 320 * 236);
    expect(figures.counts).toEqual(classCounts(seed, maskOf(scene), 3));
    expect(figures.pixels).toBe(seed.filter((label) => label === 3).length);
    expect(figures.image?.iou[3]).toBe(figures.counts?.iou);
  });

  it('are the same while a large image is drawn reduced', () => {
    expect(seedFigures(testScene({}, { size: 'strided' }), 'lpcam')).toEqual(
      seedFigures(testScene(), 'lpcam'),
    );
  });

  it('change with a prototype switched off and come back with it', () => {
    const all = seedFigures(testScene(), 'lpcam');
    const fewer = seedFigures(testScene({ switches: { 24: false, 25: false } }), 'lpcam');
    expect(fewer.counts?.iou).not.toBe(all.counts?.iou);
    expect(seedFigures(testScene({ switches: {} }), 'lpcam')).toEqual(all);
  });

  it('are shares of the image without a mask', () => {
    const scene = testScene({}, { header: syntheticHeader({ mask: false }) });
    const figures = seedFigures(scene, 'lpcam');
    expect(figures.counts).toBeNull();
    expect(figures.share).toBeCloseTo(figures.pixels / (320 * 236));
  });

  it('refuse a mask with labels the study does not know, naming the file', () => {
    const header = syntheticHeader();
    const mask = { path: '/masks/a.png', labels: new Uint8Array(320 * 236).fill(19) };
    expect(() => seedFigures(testScene({}, { header: { ...header, mask } }), 'cam')).toThrow(/label 19/);
  });
});

describe('The curve of IoU', () => {
  it('has at every threshold what the figures say there', () => {
    const scene = testScene();
    for (const source of ['lpcam', 'cam'] as const) {
      const curve = iouCurve(scene, source, maskOf(scene));
      for (const at of [0.05, 0.3, 0.61, 0.99]) {
        const place = curve.thresholds.indexOf(at);
        expect(curve.iou[place]).toBe(seedFigures(testScene({ threshold: at }), source).counts?.iou);
      }
      const best = curve.iou[curve.best] ?? -1;
      expect(curve.iou.every((iou) => (iou ?? 0) <= best)).toBe(true);
    }
  });

  it('has no best where nothing is ever right', () => {
    const header = syntheticHeader();
    const mask = { path: '/m.png', labels: new Uint8Array(320 * 236) };
    const scene = testScene({}, { header: { ...header, mask } });
    expect(iouCurve(scene, 'cam', mask.labels).best).toBe(-1);
  });
});

describe('The views', () => {
  it('say why they cannot be shown', () => {
    const bare = testScene({}, { header: syntheticHeader({ bank: false, mask: false }) });
    expect(bare.unavailable('cam')).toBeNull();
    expect(bare.unavailable('lpcam')).toMatch(/No prototype bank/);
    expect(bare.unavailable('mask')).toMatch(/no mask/);
    expect(testScene().unavailable('prototype')).toMatch(/No prototype is selected/);
    expect(testScene({ selected: 26 }).unavailable('prototype')).toBeNull();
    const noContext = testScene({ switches: allOff(36, 48) });
    expect(noContext.unavailable('suppression')).toMatch(/nothing is taken away/);
    expect(
      testScene({}, { header: { ...syntheticHeader(), classes: [] }, scales: [] }).unavailable('cam'),
    ).toMatch(/add one/);
  });

  it('compare similarity maps in one range, or stretch each to its own', () => {
    const range = (view: 'class' | 'prototype', of: 'shared' | 'own') => {
      const layer = layerOf(testScene({ range: of, selected: 24 }), view);
      return layer.kind === 'heat' ? layer.range : null;
    };
    expect(range('class', 'shared')).toEqual(range('prototype', 'shared'));
    expect(range('class', 'own')).not.toEqual(range('prototype', 'own'));
  });

  it('show one prototype exactly as the class similarity with only it switched on', () => {
    const alone = testScene({ switches: { ...allOff(24, 36), 26: true }, selected: 26 });
    const [one, mean] = [layerOf(alone, 'prototype'), layerOf(alone, 'class')];
    expect(one.kind === 'heat' && one.source).toEqual(mean.kind === 'heat' && mean.source);
  });

  it('make the seed from CAM where no prototype is known', () => {
    const bare = testScene({}, { header: syntheticHeader({ bank: false }) });
    expect(bare.seedFrom).toBe('cam');
    expect(bare.seedSources).toEqual(['cam']);
  });
});

describe('Suppression', () => {
  it('parts what it removes by the mask and counts every pixel once', () => {
    const scene = testScene();
    const { kinds, counts } = scene.maps.suppression(scene.active, 0.3, 2, 'highRes');
    expect(counts.falsePositivesRemoved).toBeGreaterThan(0);
    expect(counts.removed).toBe(kinds.filter((kind) => kind > 0).length);
    const lost = kinds.reduce((sum, kind, i) => sum + Number(kind === 2 && maskOf(scene)[i] === 3), 0);
    expect(counts.truePositivesLost).toBe(lost);
  });
});

describe('What maps are drawn from', () => {
  const fused = syntheticHeader({ fusion: { rule: 'v2', refined: true } });
  const scenes = {
    'an ordinary image': testScene(),
    'a large one': testScene({}, { size: 'strided' }),
    'one scale': testScene({}, { scales: [1] }),
    'a system’s rule': testScene({}, { header: fused, scales: [1, 0.5] }),
    'no class prototype': testScene({ switches: allOff(24, 36) }),
    'no context': testScene({ switches: allOff(36, 48) }),
  };
  it.each(Object.entries(scenes))('has every value of the maps, and their extremes: %s', (_, scene) => {
    const { size, active } = scene;
    const pairs = [
      [scene.recipe('cam', 0), scene.maps.cam(0, size)],
      [scene.recipe('lpcam', 0), scene.lpcam(0).map],
      [scene.recipe('lpcam', 1), scene.lpcam(1).map],
      [
        scene.maps.similarityRecipe(active.contextRows, size),
        scene.maps.similarity(active.contextRows, size),
      ],
    ] as const;
    for (const [recipe, map] of pairs) {
      const { width } = recipe.sum;
      const values = map.map((_value, i) => valueAt(recipe, Math.floor(i / width), i % width));
      expect(values).toEqual(map);
      const { min, max } = extremesOf(recipe);
      expect([min, max]).toEqual([Math.min(...map), Math.max(...map)]);
    }
    expect(scene.recipe('lpcam', 0).dead).toBe(scene.lpcam(0).dead);
  });
});

describe('Reading under the cursor', () => {
  it('tells the values of the maps, the labels and the nearest prototypes', () => {
    const scene = testScene();
    const reading = readPixel(scene, 113, 115);
    const at = 113 * 320 + 115;
    expect(reading.cam).toBe(scene.maps.cam(0, 'highRes')[at]);
    expect(reading.lpcam).toBe(scene.lpcam(0).map[at]);
    expect(reading.classSimilarity).toBeCloseTo(
      scene.maps.similarity(scene.active.classRows, 'highRes')[at] ?? NaN,
      5,
    );
    expect(reading.mask).toBe(3);
    expect(reading.best).toHaveLength(3);
    const [first, second] = reading.best;
    expect(first?.cosine).toBeGreaterThanOrEqual(second?.cosine ?? NaN);
    const [best] = reading.best;
    expect(best?.cosine).toBe(scene.maps.similarity([best?.prototype.row ?? -1], 'highRes')[at]);
  });

  it('leaves out what cannot be had', () => {
    const bare = testScene({}, { header: syntheticHeader({ bank: false, mask: false }) });
    const reading = readPixel(bare, 0, 0);
    expect([reading.lpcam, reading.mask, reading.best]).toEqual([null, null, []]);
    expect(readPixel(testScene({}, { scales: [] }), 5, 5).cam).toBeNull();
  });

  it('names labels as the field does', () => {
    expect([0, 1, 255, 9].map((id) => labelName(['bird'], id))).toEqual([
      'background',
      'bird',
      'ignored',
      'label 9',
    ]);
  });
});

describe('Notices', () => {
  const kinds = (scene: ReturnType<typeof testScene>) => sceneNotices(scene).map((notice) => notice.kind);

  it('say when switches leave nothing to attribute', () => {
    expect(kinds(testScene())).toEqual([]);
    expect(kinds(testScene({ switches: allOff(24, 36) }))).toEqual(['no-class-prototype']);
    expect(kinds(testScene({ switches: allOff(36, 48) }))).toEqual(['no-context-prototype']);
  });

  it('say when context takes everything away', () => {
    const header = syntheticHeader();
    // Every centre is equally similar everywhere.
    const scales = [1].map((scale) => syntheticScale(header, scale));
    const [first] = scales;
    if (!first) throw new Error('no scale');
    first.similarity.fill(0.5);
    const explanation = { header, scales, timings: syntheticTimings, notices: [] };
    const scene = new Scene(
      explanation,
      initialViewState(),
      new Maps(header, scales, new MapCache(1e9)),
      'highRes',
    );
    expect(scene.lpcam(0).dead).toBe(true);
    expect(kinds(scene)).toEqual(['dead-seed', 'dead-seed']);
    expect(sceneNotices(scene)[0]?.message).toMatch(/LPCAM of boat is zero everywhere/);
  });

  it('keep the engine’s own', () => {
    const header = syntheticHeader({ bank: false });
    expect(kinds(testScene({}, { header }))).toEqual(['no-bank']);
  });
});

describe('Copied figures', () => {
  it('are a table with one line per source', () => {
    const scene = testScene();
    const text = figuresSheet(scene, [seedFigures(scene, 'lpcam'), seedFigures(scene, 'cam')]);
    const [head, lpcam, cam] = text
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    expect(head?.slice(0, 5)).toEqual(['image', 'class', 'source', 'threshold', 'IoU %']);
    expect(lpcam?.slice(0, 4)).toEqual(['val_0001', 'boat', 'LPCAM', '0.3']);
    expect(cam?.[2]).toBe('CAM');
    expect(new Set([head, lpcam, cam].map((line) => line?.length))).toEqual(new Set([head?.length]));
    expect(lpcam?.[16]).toBe('24 25 26 27 28 29');
  });
});
