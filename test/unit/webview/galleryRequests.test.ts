/** What the gallery asks the host for: pictures of what is in sight, and marks that show before they are saved. */
import { describe, expect, it } from 'vitest';
import type { Patch } from '../../../src/lpcam/bank';
import type { FromGallery } from '../../../src/protocol/gallery';
import { ChosenMarks } from '../../../src/webview/gallery/chosenMarks';
import { PatchPictures } from '../../../src/webview/gallery/patchPictures';
import { galleryBank } from './syntheticGallery';

type Asked = Extract<FromGallery, { type: 'gallery.thumbnails' }>;

const patches = (from: number, to: number): Patch[] =>
  Array.from({ length: to - from }, (_, i) => ({ image: `${from + i}`, row: 0, column: 0, cosine: 1 }));

function pictures() {
  const asked: Asked[] = [];
  let arrivals = 0;
  const kept = new PatchPictures(
    8,
    (message) => message.type === 'gallery.thumbnails' && asked.push(message),
    (rgba, side) => ({ bytes: rgba.length, side }),
    () => arrivals++,
  );
  const answer = (of: Asked | undefined, crop: (image: string) => Uint8Array<ArrayBuffer> | null) => {
    if (!of) throw new Error('nothing was asked');
    const crops = of.patches.map(({ image }) => crop(image));
    kept.receive({ type: 'gallery.thumbnails', ticket: of.ticket, size: 8, crops });
  };
  return { kept, asked, answer, arrivals: () => arrivals };
}
const whole = () => new Uint8Array(8 * 8 * 4);
const images = (request: Asked | undefined) => request?.patches.map(({ image }) => Number(image)) ?? [];

describe('pictures of patches', () => {
  it('are asked for a few at a time, and what was scrolled past never', () => {
    const { kept, asked, answer } = pictures();
    kept.want(patches(0, 500), 64);
    expect(asked).toHaveLength(2);
    expect(asked.flatMap((request) => request.patches).length).toBeLessThan(120);
    kept.want(patches(1000, 1010), 64);
    answer(asked[0], whole);
    expect(images(asked[2])).toEqual(Array.from({ length: 10 }, (_, i) => 1000 + i));
    answer(asked[1], whole);
    answer(asked[2], whole);
    expect(asked).toHaveLength(3);
  });

  it('are asked for once, also while they are on their way', () => {
    const { kept, asked, answer, arrivals } = pictures();
    const [patch] = patches(0, 1);
    if (!patch) throw new Error('no patch');
    kept.want([patch, patch], 64);
    kept.want([patch], 64);
    expect(asked.map((request) => request.patches.length)).toEqual([1]);
    expect(kept.get(patch)).toBeUndefined();
    answer(asked[0], whole);
    expect(kept.get(patch)).toEqual({ bytes: 256, side: 8 });
    expect(arrivals()).toBe(1);
    kept.want([patch], 64);
    expect(asked).toHaveLength(1);
  });

  it('that cannot be had are not asked for again and again', () => {
    const { kept, asked, answer } = pictures();
    const [gone, broken] = patches(0, 2);
    if (!gone || !broken) throw new Error('no patch');
    kept.want([gone, broken], 64);
    answer(asked[0], (image) => (image === '0' ? null : new Uint8Array(3)));
    expect([kept.get(gone), kept.get(broken)]).toEqual([null, null]);
    kept.want([gone, broken], 64);
    expect(asked).toHaveLength(1);
    kept.clear();
    kept.want([gone], 64);
    expect(asked).toHaveLength(2);
  });

  it('of a failed request are missing, not awaited for ever', () => {
    const { kept, asked } = pictures();
    const [patch] = patches(0, 1);
    if (!patch) throw new Error('no patch');
    kept.want([patch], 64);
    kept.receive({ type: 'gallery.thumbnails', ticket: asked[0]?.ticket ?? 0, size: 8, crops: [] });
    expect(kept.get(patch)).toBeNull();
  });
});

describe('marks', () => {
  function marks() {
    const sent: FromGallery[] = [];
    const chosen = new ChosenMarks(
      (message) => sent.push(message),
      () => undefined,
    );
    chosen.meet(galleryBank().bank);
    return { chosen, sent };
  }

  it('show at once, and stay when they are saved', () => {
    const { chosen, sent } = marks();
    chosen.mark('one', [3], 'pinned');
    expect([...chosen.now]).toEqual([[3, 'pinned']]);
    expect(sent).toEqual([
      { type: 'gallery.mark', ticket: 1, identity: 'one', centres: [3], mark: 'pinned' },
    ]);
    const marked = [{ id: 3, mark: 'pinned' as const }];
    chosen.receive({ type: 'gallery.marked', ticket: 1, marked, failure: null });
    expect([...chosen.now]).toEqual([[3, 'pinned']]);
  });

  it('that are not saved go back, and say why', () => {
    const { chosen } = marks();
    chosen.mark('one', [3], 'pinned');
    const failure = { kind: 'input' as const, message: 'The disk is full.' };
    chosen.receive({ type: 'gallery.marked', ticket: 1, marked: null, failure });
    expect([...chosen.now]).toEqual([]);
    expect(chosen.failure).toEqual(failure);
    chosen.mark('one', [4], 'dropped');
    expect(chosen.failure).toBeNull();
  });

  it('on their way survive that the bank is read again, but not another bank', () => {
    const { chosen } = marks();
    chosen.mark('one', [3], 'pinned');
    chosen.meet(galleryBank().bank);
    expect([...chosen.now]).toEqual([[3, 'pinned']]);
    chosen.meet({ ...galleryBank().bank, identity: 'two' });
    expect([...chosen.now]).toEqual([]);
    const marked = [{ id: 3, mark: 'pinned' as const }];
    chosen.receive({ type: 'gallery.marked', ticket: 1, marked, failure: null });
    expect([...chosen.now]).toEqual([]);
  });

  it('are another map whenever one changed, and the same while none did', () => {
    const { chosen } = marks();
    const before = chosen.now;
    expect(chosen.now).toBe(before);
    chosen.mark('one', [3], null);
    expect(chosen.now).not.toBe(before);
  });
});
