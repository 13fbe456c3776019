/** The same image under two banks, as the comparison shows it. */
import { describe, expect, it } from 'vitest';
import { presets } from '../../../src/lpcam/presets';
import type { ComparedSide, ToComparePanel } from '../../../src/protocol/comparison';
import { ImagePair, pairLayer } from '../../../src/webview/compare/imagePair';
import { MapCache } from '../../../src/webview/imagePanel/model/mapCache';
import { Maps } from '../../../src/webview/imagePanel/model/maps';
import { prototypesOf } from '../../../src/webview/imagePanel/model/prototypes';
import { syntheticHeader, syntheticScale } from './syntheticExplanation';

const { gates } = presets.voc;
type Message = Extract<ToComparePanel, { type: `image.${string}` }>;

const opening = (request: number): Message => ({
  type: 'image.opening',
  request,
  image: '/demo/JPEGImages/val_0001.jpg',
  checkpoints: { first: '/a.onnx', second: '/b.onnx' },
  sameNetwork: false,
});

/** The second bank's centres see a little less; its network's CAM is the same. */
function scale(side: ComparedSide, at: number) {
  const maps = syntheticScale(syntheticHeader(), at);
  return side === 'first'
    ? maps
    : { ...maps, similarity: maps.similarity.map((value, i) => value * (i % 3 === 0 ? 0.8 : 1)) };
}

function told(...sides: ComparedSide[]): ImagePair {
  const pair = new ImagePair();
  pair.receive(opening(1));
  for (const side of sides) {
    pair.receive({ type: 'image.header', request: 1, side, header: syntheticHeader() });
    for (const at of [1, 0.5]) pair.receive({ type: 'image.scale', request: 1, side, maps: scale(side, at) });
    pair.receive({ type: 'image.done', request: 1, side });
  }
  return pair;
}

/** The map as the image panel makes it. */
function panelMap(side: ComparedSide): Float32Array {
  const header = syntheticHeader();
  const maps = new Maps(header, [scale(side, 1), scale(side, 0.5)], new MapCache(1e9));
  return maps.lpcam(prototypesOf(header, 2, gates, {}), 'highRes').map;
}

/** Largest difference of two maps; NaN when they are not of one size. */
function apart(found: Float32Array | undefined, expected: Float32Array): number {
  if (found?.length !== expected.length) return NaN;
  return expected.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (found[i] ?? NaN))), 0);
}

describe('the same image under two banks', () => {
  it('shows the maps that the image panel shows, and their difference', () => {
    const maps = told('first', 'second').maps('lpcam', 'boat', gates);
    const [first, second] = [panelMap('first'), panelMap('second')];
    expect(apart(maps?.first?.map, first)).toBe(0);
    expect(apart(maps?.second?.map, second)).toBe(0);
    const expected = second.map((value, i) => value - (first[i] ?? NaN));
    expect(apart(maps?.difference?.map, expected)).toBe(0);
    expect(maps?.difference?.largest).toBeGreaterThan(0.01);
  });

  it('colours both by one range, and the difference symmetrically about zero', () => {
    const maps = told('first', 'second').maps('lpcam', 'boat', gates);
    if (!maps) throw new Error('no maps');
    const [first, second, difference] = (['first', 'second', 'difference'] as const).map((which) =>
      pairLayer(maps, which),
    );
    if (first?.kind !== 'heat' || second?.kind !== 'heat' || difference?.kind !== 'heat')
      throw new Error('a layer is missing');
    expect(first.range).toEqual({ low: 0, high: 1, signed: false });
    expect(second.range).toEqual(first.range);
    expect(difference.colourMap).toBe('diverging');
    expect(difference.range.low).toBe(-difference.range.high);
    expect(difference.range.high).toBeGreaterThanOrEqual(maps.difference?.largest ?? Infinity);
  });

  it('shows the first map before the second is there, and no difference', () => {
    const pair = told('first');
    const maps = pair.maps('lpcam', 'boat', gates);
    expect(maps?.first).not.toBeNull();
    expect([maps?.second, maps?.difference]).toEqual([null, null]);
    expect(pair.busy).toBe(true);
    expect(told('first', 'second').busy).toBe(false);
  });

  it('knows the CAM as well: here the networks are alike', () => {
    const maps = told('first', 'second').maps('cam', 'dog', gates);
    expect(maps?.difference?.largest).toBe(0);
    expect(maps?.first?.prototypes).toBeNull();
  });

  it('says that the map of a bank without such centres is empty', () => {
    const pair = new ImagePair();
    pair.receive(opening(1));
    const header = syntheticHeader({ bank: false });
    pair.receive({ type: 'image.header', request: 1, side: 'first', header });
    const maps = { ...syntheticScale(header, 1), similarity: new Float32Array(0) };
    pair.receive({ type: 'image.scale', request: 1, side: 'first', maps });
    expect(pair.maps('lpcam', 'boat', gates)?.first?.dead).toBe(true);
  });

  it('forgets what belongs to an older request, and keeps the class that the image has', () => {
    const pair = told('first', 'second');
    expect(pair.shownClass('dog')).toBe('dog');
    expect(pair.shownClass('sheep')).toBe('boat');
    pair.receive(opening(2));
    pair.receive({ type: 'image.header', request: 1, side: 'first', header: syntheticHeader() });
    expect(pair.header).toBeNull();
    expect(pair.shownClass('dog')).toBeNull();
  });

  it('goes on with one side when the other fails, and says why nothing is run', () => {
    const pair = told('first');
    const failure = { kind: 'input' as const, message: 'The bank does not fit.' };
    pair.receive({ type: 'image.failed', request: 1, side: 'second', failure });
    expect(pair.busy).toBe(false);
    expect(pair.maps('lpcam', 'boat', gates)?.first).not.toBeNull();
    pair.receive({ type: 'image.failed', request: 1, side: null, failure });
    expect(pair.failure).toEqual(failure);
  });

  it('refuses maps of another size than announced', () => {
    const pair = told('first');
    const maps = { ...scale('first', 1), cam: new Float32Array(1) };
    expect(() => pair.receive({ type: 'image.scale', request: 1, side: 'first', maps })).toThrow(
      /"cam" has 1/,
    );
  });
});
