/** When the gallery asks for similarity maps: once the selection rests, and never twice for the same. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CentreMap, FromGallery, GalleryCentre } from '../../../src/protocol/gallery';
import { CentreMaps, imagesOf, isMap } from '../../../src/webview/gallery/centreMaps';

type Asked = Extract<FromGallery, { type: 'gallery.maps' }>;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function centre(id: number, images: readonly string[]): GalleryCentre {
  const patches = images.map((image) => ({ image, row: 0, column: 0, cosine: 1 }));
  return { id, classIndex: 0, set: 'foreground', size: 1, spread: null, mark: null, patches };
}

const map: CentreMap = {
  picture: { width: 1, height: 1, rgba: new Uint8Array(4) },
  height: 1,
  width: 1,
  similarity: new Float32Array(1),
  reach: [1, 1],
};

function centreMaps() {
  const asked: Asked[] = [];
  const maps = new CentreMaps(
    160,
    (message) => message.type === 'gallery.maps' && asked.push(message),
    () => undefined,
  );
  const rest = () => vi.advanceTimersByTime(1000);
  const answer = (image: string, given: CentreMap | null = map) =>
    maps.receive({
      type: 'gallery.map',
      ticket: asked.at(-1)?.ticket ?? 0,
      image,
      map: given,
      failure: null,
    });
  return { maps, asked, rest, answer };
}

describe('similarity maps', () => {
  it('are asked for when the selection rests, each image once', () => {
    const { maps, asked, rest } = centreMaps();
    for (const id of [1, 2, 3]) maps.want(centre(id, ['a', 'b', 'a']));
    expect(asked).toEqual([]);
    rest();
    expect(asked).toMatchObject([{ centre: 3, images: ['a', 'b'], side: 160 }]);
    maps.want(centre(3, ['a', 'b', 'a']));
    rest();
    expect(asked).toHaveLength(1);
    expect(imagesOf(centre(1, ['b', 'a', 'b']))).toEqual(['b', 'a']);
  });

  it('are kept, and only what is missing is asked for again', () => {
    const { maps, asked, rest, answer } = centreMaps();
    maps.want(centre(1, ['a', 'b']));
    rest();
    answer('a');
    expect(isMap(maps.get(1, 'a'))).toBe(true);
    expect(maps.get(1, 'b')).toBe('waiting');
    maps.want(centre(2, ['a']));
    rest();
    maps.want(centre(1, ['a', 'b']));
    rest();
    expect(asked.map(({ images }) => images)).toEqual([['a', 'b'], ['a'], ['b']]);
  });

  it('that nobody waits for any more are called off', () => {
    const { maps, asked, rest } = centreMaps();
    maps.want(centre(1, ['a']));
    rest();
    maps.want(null);
    rest();
    expect(asked.map(({ images }) => images)).toEqual([['a'], []]);
  });

  it('of an older wish are not taken for the newer one’s', () => {
    const { maps, asked, rest } = centreMaps();
    maps.want(centre(1, ['a']));
    rest();
    maps.want(centre(2, ['a']));
    rest();
    const ticket = asked[0]?.ticket ?? 0;
    maps.receive({ type: 'gallery.map', ticket, image: 'a', map, failure: null });
    expect([maps.get(1, 'a'), maps.get(2, 'a')]).toEqual(['waiting', 'waiting']);
  });

  it('that failed or lack their image say so, and can be tried again', () => {
    const { maps, asked, rest, answer } = centreMaps();
    maps.want(centre(1, ['a', 'b', 'c']));
    rest();
    answer('a');
    answer('b', null);
    const failure = { kind: 'engine' as const, message: 'Out of memory.' };
    const ticket = asked[0]?.ticket ?? 0;
    maps.receive({ type: 'gallery.map', ticket, image: 'c', map: null, failure });
    expect([maps.get(1, 'b'), maps.get(1, 'c')]).toEqual(['gone', failure]);
    maps.retry();
    expect(asked.at(-1)?.images).toEqual(['b', 'c']);
  });
});
