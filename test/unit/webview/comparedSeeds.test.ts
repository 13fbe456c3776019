import { describe, expect, it } from 'vitest';
import type { ImageSeed } from '../../../src/protocol/seed';
import type { ComparedFolders, SeedPair } from '../../../src/protocol/seedPair';
import { ComparedSeeds } from '../../../src/webview/imagePanel/model/comparedSeeds';
import { layerOf } from '../../../src/webview/imagePanel/model/layer';
import {
  activeView,
  comparisonViews,
  withComparison,
  withoutComparison,
} from '../../../src/webview/imagePanel/model/panes';
import { emptyPanelState, receive } from '../../../src/webview/imagePanel/model/panelState';
import { readPixel } from '../../../src/webview/imagePanel/model/reading';
import { Scene } from '../../../src/webview/imagePanel/model/scene';
import { shownOutlines } from '../../../src/webview/imagePanel/model/shown';
import {
  initialViewState,
  restoreViewState,
  type ViewState,
} from '../../../src/webview/imagePanel/model/viewState';
import { testScene } from './testScene';

const { header } = testScene();
const { width, height } = header.image;
const area = width * height;
const [shown] = header.classes;
if (!shown) throw new Error('The synthetic image has classes.');
const { index, name } = shown;

const folders: ComparedFolders = { first: '/s/cam', second: '/s/lpcam', thresholds: [0.3, 0.5] };

function maps(value: number, size = { width, height }, keys = [index]): ImageSeed {
  const map = () => new Float32Array(size.width * size.height).fill(value);
  return {
    path: '/s/x.npy',
    kind: '',
    content: { kind: 'maps', keys, maps: keys.map(map) },
    ...size,
  } as ImageSeed;
}

function labels(label: number, count: number): ImageSeed {
  const content = { kind: 'labels' as const, keys: [], labels: new Uint8Array(area).fill(label, 0, count) };
  return { path: '/s/x.png', kind: '', content, width, height };
}

const pairOf = (first: ImageSeed | null, second: ImageSeed | null, problem = 'gone'): SeedPair => ({
  first: { seed: first, problem: first ? null : problem },
  second: { seed: second, problem: second ? null : problem },
});

function sceneOf(pair: SeedPair, view: Partial<ViewState> = {}): Scene {
  const plain = testScene(view);
  const compared = new ComparedSeeds(folders, pair, { width, height }, header.classNames);
  return new Scene(plain.explanation, plain.view, plain.maps, 'highRes', null, compared);
}

describe('two compared seeds in the image panel', () => {
  it('show B − A of the class, in a diverging colour map with zero in its middle', () => {
    const scene = sceneOf(pairOf(maps(0.25), maps(0.75)));
    expect(scene.unavailable('seedDifference')).toBeNull();
    const layer = layerOf(scene, 'seedDifference');
    expect(layer).toMatchObject({
      kind: 'heat',
      colourMap: 'diverging',
      range: { low: -0.5, high: 0.5, signed: true },
      width,
      height,
    });
    expect(layer.kind === 'heat' && ArrayBuffer.isView(layer.source) && layer.source[0]).toBe(0.5);
    expect(readPixel(scene, 0, 0).compared).toEqual({ values: true, first: 0.25, second: 0.75 });
  });

  it('show both maps in one range, with the outline at the threshold each was compared at', () => {
    const scene = sceneOf(pairOf(maps(0.4), maps(0.4)));
    for (const view of ['seedA', 'seedB'] as const)
      expect(layerOf(scene, view)).toMatchObject({ kind: 'heat', range: { low: 0, high: 1 } });
    // 0.4 is above A's 0.3 and not above B's 0.5.
    expect(shownOutlines(scene, null, 'seedA').map(({ segments }) => segments.length)).toEqual([16]);
    expect(shownOutlines(scene, null, 'seedB').map(({ segments }) => segments.length)).toEqual([0]);
  });

  it('show which pixels each has at its threshold where the person asks for seeds', () => {
    const scene = sceneOf(pairOf(maps(0.4), maps(0.4)), { differenceOf: 'labels' });
    expect(layerOf(scene, 'seedDifference')).toMatchObject({
      kind: 'agreement',
      agreement: { counts: { onlyFirst: area, both: 0, onlySecond: 0 } },
    });
    expect(layerOf(scene, 'seedA')).toMatchObject({ kind: 'labels', shares: [[index + 1, 1]] });
  });

  it('show the agreement of label maps, which have no values', () => {
    const scene = sceneOf(pairOf(labels(index + 1, 10), labels(index + 1, 4)));
    expect(layerOf(scene, 'seedDifference')).toMatchObject({
      kind: 'agreement',
      agreement: { counts: { both: 4, onlyFirst: 6, onlySecond: 0, neither: area - 10 } },
    });
    expect(readPixel(scene, 0, 5).compared).toEqual({ values: false, first: index + 1, second: 0 });
    // One of them alone has values: labels are compared all the same.
    const mixed = sceneOf(pairOf(maps(0.9), labels(index + 1, 4)));
    expect(layerOf(mixed, 'seedDifference')).toMatchObject({ agreement: { counts: { both: 4 } } });
  });

  it('are resized to the image where they are of another size, and say so', () => {
    const half = { width: Math.round(width / 2), height: Math.round(height / 2) };
    const scene = sceneOf(pairOf(maps(0.25, half), maps(0.75)));
    const layer = layerOf(scene, 'seedDifference');
    expect(layer.kind === 'heat' && ArrayBuffer.isView(layer.source) && layer.source.length).toBe(area);
    expect(scene.compared?.notes(index)).toEqual([
      `A is ${half.width} × ${half.height}, resized bilinearly to the image’s ${width} × ${height}.`,
    ]);
  });

  it('take a map that one of them lacks as zero, and say so', () => {
    const other = header.classNames.length - 1;
    const scene = sceneOf(pairOf(maps(0.25, undefined, [other]), maps(0.75)));
    expect(scene.unavailable('seedA')).toBe(`A has no map of ${name}.`);
    expect(layerOf(scene, 'seedDifference')).toMatchObject({ range: { low: -0.75, high: 0.75 } });
    expect(scene.compared?.notes(index)).toEqual([`A has no map of ${name}: taken as 0.`]);
    const neither = sceneOf(pairOf(maps(0.2, undefined, [other]), maps(0.7, undefined, [other])));
    expect(neither.unavailable('seedDifference')).toBe(`Neither seed has a map of ${name}.`);
  });

  it('show the one that can be read where the other cannot', () => {
    const scene = sceneOf(pairOf(maps(0.5), null, '/s/lpcam has no seed of dog_1.'));
    expect(scene.unavailable('seedB')).toBe('B: /s/lpcam has no seed of dog_1.');
    expect(scene.unavailable('seedDifference')).toBe('B: /s/lpcam has no seed of dog_1.');
    expect(readPixel(scene, 0, 0).compared).toBeNull();
    expect(testScene().unavailable('seedDifference')).toMatch(/still being read/);
  });

  it('take three panes side by side, which outlive a reload and go with the comparison', () => {
    const before = { ...initialViewState(), panes: ['image', 'lpcam'] as const };
    const view = withComparison({ ...before, panes: [...before.panes] }, name);
    expect(view).toMatchObject({ panes: comparisonViews, split: true, className: name });
    expect(activeView(view)).toBe('seedDifference');
    expect(restoreViewState(JSON.parse(JSON.stringify(view)))).toEqual(view);
    expect(withoutComparison(view).panes).toEqual(['cam', 'lpcam']);
    const changed = { ...view, panes: [...view.panes.slice(0, 2), 'mask' as const] };
    expect(withoutComparison(changed).panes).toEqual(['mask', 'lpcam']);
    expect(withoutComparison(initialViewState())).toEqual(initialViewState());
  });

  it('follow the newest message, and are gone when the comparison ends', () => {
    const pair = pairOf(maps(0.1), maps(0.2));
    const told = receive(emptyPanelState, { type: 'seedPair', compared: folders, pair, show: null });
    expect(told).toMatchObject({ compared: folders, seedPair: pair });
    const reading = receive(told, { type: 'seedPair', compared: folders, pair: null, show: null });
    expect(reading.seedPair).toBeNull();
    const ended = receive(told, { type: 'seedPair', compared: null, pair: null, show: null });
    expect(ended).toMatchObject({ compared: null, seedPair: null });
  });
});
