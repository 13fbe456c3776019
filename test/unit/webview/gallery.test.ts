/** What the gallery shows: fates that follow the gates at once, filters, sorting, and only the rows in sight. */
import { describe, expect, it } from 'vitest';
import type { Mark } from '../../../src/lpcam/bank';
import { arrange } from '../../../src/webview/gallery/model/arrangement';
import { gateBank, scoreBank } from '../../../src/webview/gallery/model/gatedCentres';
import {
  fitBank,
  restoreGalleryView,
  type GalleryView,
} from '../../../src/webview/gallery/model/galleryView';
import { GallerySceneMaker } from '../../../src/webview/gallery/model/galleryScene';
import { columnsIn, layOut, rowsWithin, scrollTo } from '../../../src/webview/gallery/model/layout';
import { placeOf, rowOf, step } from '../../../src/webview/gallery/model/steps';
import { galleryBank } from './syntheticGallery';

const { opened, bank } = galleryBank();
const scored = scoreBank(bank, opened.classNames);
const noMarks: ReadonlyMap<number, Mark> = new Map();
const gated = (gates = opened.gates, marks = noMarks) => gateBank(scored, gates, false, marks);
const view = (changes: Partial<GalleryView> = {}): GalleryView => ({
  ...restoreGalleryView(null),
  ...changes,
});
const ids = (changes: Partial<GalleryView>, centres = gated().centres) =>
  arrange(centres, view(changes)).map((section) => section.centres.map(({ centre }) => centre.id));

describe('centres in the gallery', () => {
  it('have their score, the strongest other class and a fate with its reason', () => {
    expect(gated().centres[0]).toMatchObject({ className: 'sea bird', runnerUp: { name: 'train' } });
    expect(gated().centres[0]?.p).toBeCloseTo(0.99, 6);
    expect(
      gated()
        .centres.slice(0, 6)
        .map(({ fate }) => fate.decidedBy),
    ).toEqual(['class', 'class', 'class', 'context', 'contextLow', 'contextHigh']);
    expect(gated().counts).toEqual({
      class: 4,
      context: 2,
      rejected: 6,
      foreground: 6,
      background: 6,
      hand: 0,
      withoutClass: [],
      withoutContext: [],
    });
  });

  it('follow moved gates, and classes left without prototypes are named', () => {
    const { counts } = gated({ class: 0.995, context: [0.5, 0.6] });
    expect(counts).toMatchObject({
      class: 2,
      context: 0,
      withoutClass: ['sea bird', 'boat'],
      withoutContext: ['sea bird', 'boat'],
    });
  });

  it('follow marks before they are saved', () => {
    const { centres, counts } = gated(
      undefined,
      new Map<number, Mark>([
        [0, 'dropped'],
        [4, 'pinned'],
      ]),
    );
    expect(centres[0]).toMatchObject({ centre: { mark: 'dropped' }, fate: { kind: 'rejected' } });
    expect(centres[4]).toMatchObject({ centre: { mark: 'pinned' }, fate: { kind: 'context' } });
    expect(counts.hand).toBe(2);
  });
});

describe('the arrangement', () => {
  it('is a grid per class: class prototypes, context prototypes, rejected, those of highest p first', () => {
    expect(ids({})).toEqual([
      [0, 1, 3, 5, 2, 4],
      [6, 7, 9, 11, 8, 10],
    ]);
  });

  it('is one grid of all classes when asked', () => {
    expect(ids({ grouped: false, sort: 'p', kind: 'class' })).toEqual([[0, 6, 1, 7]]);
  });

  it('finds classes by words, whatever their case', () => {
    expect(ids({ search: 'BIRD sea' })).toHaveLength(1);
    expect(ids({ search: 'boat' })[0]?.[0]).toBe(6);
    expect(ids({ search: 'tram' })).toEqual([]);
  });

  it('filters by fate, by set and by hand', () => {
    expect(ids({ kind: 'context' })).toEqual([[3], [9]]);
    expect(ids({ kind: 'rejected', set: 'foreground' })).toEqual([[2], [8]]);
    expect(ids({ kind: 'hand' })).toEqual([]);
    expect(ids({ kind: 'hand' }, gated(undefined, new Map([[7, 'dropped']])).centres)).toEqual([[7]]);
  });

  it('counts what a section holds, shown or not', () => {
    const [section] = arrange(gated().centres, view({ kind: 'context' }));
    expect(section).toMatchObject({ counts: { class: 2, context: 1, rejected: 3 } });
  });

  it.each([
    ['p', [0, 5, 1, 3, 2, 4]],
    ['runnerUp', [4, 2, 3, 1, 5, 0]],
    ['size', [0, 1, 2, 3, 4, 5]],
    ['spread', [5, 4, 3, 2, 1, 0]],
    ['id', [0, 1, 2, 3, 4, 5]],
  ] as const)('sorts by %s, and the other way round', (sort, expected) => {
    expect(ids({ sort, search: 'bird' })).toEqual([expected]);
    expect(ids({ sort, reversed: true, search: 'bird' })).toEqual([[...expected].reverse()]);
  });

  it('puts what the bank does not say last, either way round', () => {
    const other = galleryBank(({ id }) => (id === 1 ? { spread: null, size: 0 } : {}));
    const { centres } = gateBank(
      scoreBank(other.bank, other.opened.classNames),
      other.opened.gates,
      false,
      noMarks,
    );
    for (const sort of ['spread', 'size'] as const) {
      for (const reversed of [false, true]) {
        expect(ids({ sort, reversed, search: 'bird' }, centres)[0]?.at(-1)).toBe(1);
      }
    }
  });
});

describe('the rows in sight', () => {
  const sections = arrange(gated().centres, view());
  const layout = layOut(sections, { columns: 4, headingHeight: 40, rowHeight: 200 });

  it('are few, however many there are', () => {
    const many = Array.from({ length: 500 }, () => sections).flat();
    const long = layOut(many, { columns: 4, headingHeight: 40, rowHeight: 200 });
    expect(long.height).toBe(1000 * (40 + 2 * 200));
    for (const top of [0, 12_345, long.height - 800]) {
      const { from, to } = rowsWithin(long, top, 800);
      expect(to - from).toBeLessThan(9);
      const [first, last] = [long.rows[from], long.rows[to - 1]];
      expect(first?.top).toBeLessThanOrEqual(top);
      expect((last?.top ?? 0) + (last?.height ?? 0)).toBeGreaterThanOrEqual(top + 800);
    }
  });

  it('have headings and as many columns as fit', () => {
    expect(layout.rows.map((row) => row.kind)).toEqual([
      'heading',
      'cards',
      'cards',
      'heading',
      'cards',
      'cards',
    ]);
    expect(columnsIn(900, 220, 8)).toBe(3);
    expect(columnsIn(904, 220, 8)).toBe(4);
    expect(columnsIn(100, 220, 8)).toBe(1);
  });

  it('are none of nothing', () => {
    const empty = layOut([], { columns: 4, headingHeight: 40, rowHeight: 200 });
    expect(rowsWithin(empty, 0, 800)).toEqual({ from: 0, to: 0 });
    expect(step('ArrowDown', [], empty, null)).toBeNull();
  });

  it('are scrolled to no farther than needed', () => {
    const row = layout.rows[4];
    if (!row) throw new Error('no row');
    expect(scrollTo(row, 0, 2000, 40)).toBe(0);
    expect(scrollTo(row, 0, 300, 40)).toBe(row.top + 200 - 300);
    expect(scrollTo(row, row.top + 10, 300, 40)).toBe(row.top - 40);
  });

  it('are walked through by keys: on over rows and classes, up and down in the column', () => {
    const from = (id: number, key: string) => {
      const to = step(key, sections, layout, placeOf(sections, id));
      return to && sections[to.section]?.centres[to.place]?.centre.id;
    };
    expect(from(0, 'ArrowRight')).toBe(1);
    expect(from(4, 'ArrowRight')).toBe(6);
    expect(from(6, 'ArrowLeft')).toBe(4);
    expect(from(0, 'ArrowLeft')).toBe(0);
    expect(from(10, 'ArrowRight')).toBe(10);
    expect(from(1, 'ArrowDown')).toBe(4);
    expect(from(5, 'ArrowDown')).toBe(4);
    expect(from(4, 'ArrowDown')).toBe(7);
    expect(from(0, 'End')).toBe(10);
    expect(from(10, 'Home')).toBe(0);
    expect(from(0, 'PageDown')).toBe(8);
    expect(from(0, 'x')).toBeNull();
    expect(step('ArrowRight', sections, layout, null)).toEqual({ section: 0, place: 0 });
    const place = placeOf(sections, 10);
    expect(place && rowOf(layout, place)).toMatchObject({ section: 1, from: 4, to: 6 });
  });
});

describe('choices', () => {
  it('survive a reload, and what is wrong in them falls back alone', () => {
    const kept = { ...view({ search: 'boat', sort: 'size', selected: 7 }), kind: 'none', top: -5 };
    expect(restoreGalleryView(JSON.parse(JSON.stringify(kept)))).toMatchObject({
      search: 'boat',
      sort: 'size',
      selected: 7,
      kind: 'all',
      top: 0,
    });
    expect(restoreGalleryView('nonsense')).toEqual(view());
  });

  it('about centres end with their bank', () => {
    const chosen = view({ search: 'boat', selected: 7, top: 400, bank: 'one' });
    expect(fitBank(chosen, 'one')).toBe(chosen);
    expect(fitBank(chosen, 'two')).toMatchObject({ search: 'boat', selected: null, top: 0, bank: 'two' });
  });
});

describe('the scene', () => {
  it('gates and arranges anew only when something it depends on changed', () => {
    const maker = new GallerySceneMaker();
    const make = (changes: Partial<GalleryView> = {}, width = 1000) =>
      maker.make(opened, view(changes), noMarks, width);
    const first = make();
    const scrolled = make({ top: 900, selected: 3 });
    expect(scrolled.gated).toBe(first.gated);
    expect(scrolled.sections).toBe(first.sections);
    expect(scrolled.layout).toBe(first.layout);
    const narrow = make({}, 400);
    expect(narrow.sections).toBe(first.sections);
    expect(narrow.layout.columns).toBe(1);
    const moved = make({ gates: { class: 0.97, context: [0.05, 0.9] } });
    expect(moved.gated?.counts.class).toBe(2);
    expect(make().gated?.counts.class).toBe(4);
  });

  it('is empty without a bank', () => {
    const scene = new GallerySceneMaker().make({ ...opened, bank: null }, view(), noMarks, 1000);
    expect(scene).toMatchObject({ gated: null, sections: [], layout: { height: 0 } });
  });
});
