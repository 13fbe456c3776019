import { describe, expect, it } from 'vitest';
import { ConfusionMatrix, ignored } from '../../../src/lpcam/metrics';
import { seedOf, type ClassMap } from '../../../src/lpcam/seeds';
import { suggestConfidence } from '../../../src/lpcam/triage/confidence';
import { bestPlace, datasetScores, datasetTotals } from '../../../src/lpcam/triage/datasetScores';
import {
  agreement,
  countImage,
  isDeadMap,
  labelMapLevels,
  pixelLevels,
  type ImageCounts,
} from '../../../src/lpcam/triage/imageCounts';
import { areaCurve, levelsAround, RowFigures } from '../../../src/lpcam/triage/rowFigures';
import { listOrder, rowOrder } from '../../../src/lpcam/triage/rowOrder';
import { columnsOf, joinColumns, type ScoreColumns } from '../../../src/lpcam/triage/scoreColumns';
import { ThresholdLevels } from '../../../src/lpcam/triage/thresholdLevels';

/** Reproducible numbers in [0, 1). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Equal to six digits, or both not-a-number. */
function expectClose(value: number | undefined, wanted: number): void {
  if (Number.isNaN(wanted)) expect(value).toBeNaN();
  else expect(value).toBeCloseTo(wanted);
}

const classes = 5;
const thresholds = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);

interface MadeImage {
  readonly maps: readonly ClassMap[];
  readonly mask: Uint8Array;
}

/** An image with ties, zeros, values exactly on thresholds, NaN and ignored pixels. */
function madeImage(next: () => number): MadeImage {
  const area = 40 + Math.floor(next() * 60);
  const value = () => {
    const kind = next();
    if (kind < 0.1) return Math.fround(Math.floor(next() * 21) / 20);
    if (kind < 0.15) return 0;
    return kind < 0.17 ? NaN : next();
  };
  const seeded = [0, 1, 2, 3, 4].filter(() => next() < 0.5);
  const maps = seeded.map((classIndex) => ({ classIndex, map: Float32Array.from({ length: area }, value) }));
  const mask = Uint8Array.from({ length: area }, () =>
    next() < 0.1 ? ignored : Math.floor(next() * (classes + 1)),
  );
  return { maps, mask };
}

function counted({ maps, mask }: MadeImage, withMask = true): ImageCounts {
  const pixels = pixelLevels(maps, mask.length, new ThresholdLevels(thresholds));
  return countImage(
    {
      pixels,
      mask: withMask ? mask : null,
      labelled: [],
      seeded: maps.map(({ classIndex }) => classIndex),
      dead: [],
    },
    thresholds.length,
    classes,
  );
}

const images = (() => {
  const next = random(7);
  return Array.from({ length: 30 }, () => madeImage(next));
})();
const columns = columnsOf(
  images.map((image) => counted(image)),
  thresholds.length,
  true,
);

describe('thresholds exceeded', () => {
  it.each([
    [thresholds, 'a sweep'],
    [[0.3], 'one threshold'],
    [[0, 0.001, 0.0015, 0.9999, 1], 'crowded ones'],
  ])('are those strictly below the value: %o', (bounds) => {
    const levels = new ThresholdLevels(bounds);
    const next = random(3);
    const values = [0, -1, NaN, 1, 2, ...bounds, ...Array.from({ length: 500 }, next)].map(Math.fround);
    for (const value of values)
      expect(levels.of(value)).toBe(bounds.filter((bound) => value > Math.fround(bound)).length);
  });
});

describe('scores of many images', () => {
  it('are those of one confusion matrix over the seeds, at every threshold', () => {
    const totals = datasetTotals(columns, classes);
    thresholds.forEach((threshold, k) => {
      const matrix = new ConfusionMatrix(classes);
      for (const { maps, mask } of images) matrix.add(seedOf(maps, threshold, mask.length), mask);
      expect(datasetScores(totals, k)).toEqual(matrix.scores());
    });
  });

  it('are the same when images are counted in parts and joined', () => {
    const part = (from: number, to: number) =>
      columnsOf(
        images.slice(from, to).map((image) => counted(image)),
        thresholds.length,
        true,
      );
    expect(joinColumns([part(0, 7), part(7, 8), part(8, 8), part(8, 30)], thresholds.length, true)).toEqual(
      columns,
    );
  });

  it('take a label map as it is, its 255 as background', () => {
    const map = Uint8Array.of(1, 1, 255, 2, 0);
    const image = {
      pixels: labelMapLevels(map, 1),
      mask: Uint8Array.of(1, 0, 0, 2, 255),
      labelled: [],
      seeded: [],
      dead: [],
    };
    const totals = datasetTotals(columnsOf([countImage(image, 1, 2)], 1, true), 2);
    const matrix = new ConfusionMatrix(2);
    matrix.add(Uint8Array.of(1, 1, 0, 2, 0), Uint8Array.of(1, 0, 0, 2, 255));
    expect(datasetScores(totals, 0)).toEqual(matrix.scores());
  });

  it('are refused for a mask of colours', () => {
    const pixels = labelMapLevels(Uint8Array.of(1), 1);
    expect(() =>
      countImage({ pixels, mask: Uint8Array.of(77), labelled: [], seeded: [], dead: [] }, 1, 2),
    ).toThrow(/label 77/);
  });
});

describe('figures of a row', () => {
  it('are those of the image alone', () => {
    const at = 5;
    const figures = new RowFigures(columns, levelsAround(thresholds, at), null);
    const [iou, fp, fn] = [figures.column('iou'), figures.column('fp'), figures.column('fn')];
    const area = figures.column('area');
    images.forEach(({ maps, mask }, i) => {
      const matrix = new ConfusionMatrix(classes);
      const seed = seedOf(maps, thresholds[at] ?? 0, mask.length);
      matrix.add(seed, mask);
      const scores = matrix.scores();
      const present = scores.iou.slice(1).filter((value): value is number => value !== null);
      const mean = present.reduce((sum, value) => sum + value, 0) / present.length;
      expectClose(iou[i], mean);
      expectClose(fp[i], scores.fp ?? NaN);
      expectClose(fn[i], scores.fn ?? NaN);
      const kept = [...mask.keys()].filter((pixel) => mask[pixel] !== ignored);
      expectClose(area[i], kept.filter((pixel) => (seed[pixel] ?? 0) > 0).length / kept.length);
    });
  });

  it('are the same for one row as in the whole column', () => {
    const names = ['iou', 'fp', 'fn', 'area', 'stability', 'dead', 'missing'] as const;
    for (const label of [null, 2]) {
      const whole = new RowFigures(columns, levelsAround(thresholds, 7), label);
      const single = new RowFigures(columns, levelsAround(thresholds, 7), label);
      for (const name of names)
        expect(images.map((_, i) => single.of(name, i))).toEqual([...whole.column(name)]);
    }
  });

  it('are of one class when the table is filtered, and none where the image has not got it', () => {
    const iou = new RowFigures(columns, levelsAround(thresholds, 5), 3).column('iou');
    images.forEach(({ maps, mask }, i) => {
      const matrix = new ConfusionMatrix(classes);
      matrix.add(seedOf(maps, 0.3, mask.length), mask);
      expectClose(iou[i], matrix.scores().iou[3] ?? NaN);
    });
  });

  it('tell how much the seed changes around the threshold, and its area, also without masks', () => {
    const blind = columnsOf(
      images.map((image) => counted(image, false)),
      thresholds.length,
      false,
    );
    const figures = new RowFigures(blind, levelsAround(thresholds, 5), null);
    const [iou, stability] = [figures.column('iou'), figures.column('stability')];
    expect([...iou].every(Number.isNaN)).toBe(true);
    images.forEach(({ maps, mask }, i) => {
      const seed = (threshold: number) => seedOf(maps, threshold, mask.length);
      const [low, high] = [seed(0.25), seed(0.35)];
      const both = low.filter((label, pixel) => label > 0 && label === high[pixel]).length;
      const either = low.filter((label, pixel) => label > 0 || (high[pixel] ?? 0) > 0).length;
      expectClose(stability[i], either === 0 ? NaN : both / either);
      const curve = areaCurve(blind, i, null);
      expectClose(curve[5], seed(0.3).filter((label) => label > 0).length / mask.length);
    });
  });

  it('count dead maps, and classes of which nothing is seeded', () => {
    const mask = Uint8Array.of(1, 2, 0);
    const dead = new Float32Array(3);
    const maps = [
      { classIndex: 0, map: Float32Array.of(0.9, 0, 0) },
      { classIndex: 1, map: dead },
    ];
    const pixels = pixelLevels(maps, 3, new ThresholdLevels([0.5]));
    const image = countImage({ pixels, mask, labelled: [0, 1, 2], seeded: [0, 1], dead: [1] }, 1, 3);
    const withMasks = new RowFigures(columnsOf([image], 1, true), { at: 0, below: 0, above: 0 }, null);
    expect([withMasks.column('dead')[0], withMasks.column('missing')[0]]).toEqual([1, 1]);
    const blind = countImage({ pixels, mask: null, labelled: [0, 1, 2], seeded: [0, 1], dead: [1] }, 1, 3);
    expect(
      new RowFigures(columnsOf([blind], 1, false), { at: 0, below: 0, above: 0 }, null).of('missing', 0),
    ).toBe(2);
    expect([isDeadMap(dead), isDeadMap(Float32Array.of(0, NaN)), isDeadMap(Float32Array.of(0, 0.1))]).toEqual(
      [true, true, false],
    );
  });
});

describe('the order of rows', () => {
  const values = Float32Array.of(0.5, NaN, 0.25, 0.5, 1, 0);
  it('is by figure, ties by list, what does not apply last either way', () => {
    expect([...rowOrder(values, false, null)]).toEqual([5, 2, 0, 3, 4, 1]);
    expect([...rowOrder(values, true, null)]).toEqual([4, 0, 3, 2, 5, 1]);
  });
  it('leaves out what is filtered away', () => {
    expect([...rowOrder(values, false, Uint8Array.of(1, 1, 0, 0, 1, 1))]).toEqual([5, 0, 4, 1]);
    expect([...listOrder(4, true, Uint8Array.of(1, 0, 1, 1))]).toEqual([3, 2, 0]);
  });
  it('is that of a sort that compares, for a hundred thousand figures of either sign', () => {
    const next = random(3);
    const many = Float32Array.from({ length: 100_000 }, (_, i) =>
      i % 50 === 0 ? 0 : i % 51 === 0 ? -0 : next() * 2 - 1,
    );
    const places = [...many.keys()];
    const of = (place: number) => many[place] ?? NaN;
    expect([...rowOrder(many, false, null)]).toEqual([...places].sort((a, b) => of(a) - of(b)));
    expect([...rowOrder(many, true, null)]).toEqual([...places].sort((a, b) => of(b) - of(a)));
  });
  it('takes counts and negative differences', () => {
    expect([...rowOrder(Uint8Array.of(3, 0, 255), true, null)]).toEqual([2, 0, 1]);
    expect([...rowOrder(Float32Array.of(-0.5, 0.1, -1), false, null)]).toEqual([2, 0, 1]);
  });
});

it('two seeds agree where both have the same class, at any pair of thresholds', () => {
  const next = random(11);
  const levels = new ThresholdLevels(thresholds);
  for (const { maps } of images.slice(0, 5)) {
    const area = maps[0]?.map.length ?? 30;
    const others = maps.map(({ classIndex, map }) => ({
      classIndex,
      map: map.map((value) => value * next()),
    }));
    const shares = agreement(pixelLevels(maps, area, levels), pixelLevels(others, area, levels), [19, 19]);
    for (const [a, b] of [
      [0, 0],
      [3, 9],
      [18, 18],
    ] as const) {
      const one = seedOf(maps, thresholds[a] ?? 0, area);
      const other = seedOf(others, thresholds[b] ?? 0, area);
      const either = one.filter((label, i) => label > 0 || (other[i] ?? 0) > 0).length;
      const same = one.filter((label, i) => label > 0 && label === other[i]).length;
      expect(shares[a * 19 + b]).toBe(either === 0 ? 65535 : Math.round((65535 * same) / either));
    }
  }
});

describe('suggestions for conf_fg and conf_bg', () => {
  // One class; the seed at .2 has pixels 0..3 (2 right), at .6 has 0..1 (both right), at .9 none.
  const image: MadeImage = {
    maps: [{ classIndex: 0, map: Float32Array.of(0.7, 0.7, 0.4, 0.4, 0.1, 0.1) }],
    mask: Uint8Array.of(1, 1, 0, 0, 0, 0),
  };
  const totals = (() => {
    const pixels = pixelLevels(image.maps, 6, new ThresholdLevels([0.2, 0.6, 0.9]));
    const one = countImage({ pixels, mask: image.mask, labelled: [], seeded: [0], dead: [] }, 3, 1);
    return datasetTotals(columnsOf([one], 3, true), 1);
  })() satisfies object;

  it('are the lowest threshold with a precise foreground and the highest with a precise background', () => {
    const { fg, bg, ignored: between } = suggestConfidence(totals, { fg: 0.9, bg: 0.9 });
    expect(fg).toEqual({ place: 1, precision: 1, share: 2 / 6, reached: true });
    expect(bg).toEqual({ place: 1, precision: 1, share: expect.closeTo(4 / 6, 12) as number, reached: true });
    expect(between).toBeCloseTo(0, 12);
  });

  it('say when a target is not reached, and give the most precise threshold', () => {
    const pixels = pixelLevels(image.maps, 6, new ThresholdLevels([0.2]));
    const one = countImage({ pixels, mask: image.mask, labelled: [], seeded: [0], dead: [] }, 1, 1);
    const columnsOfOne: ScoreColumns = columnsOf([one], 1, true);
    const { fg } = suggestConfidence(datasetTotals(columnsOfOne, 1), { fg: 0.9, bg: 0.9 });
    expect(fg).toEqual({ place: 0, precision: 0.5, share: 4 / 6, reached: false });
  });
});

it('the best of a sweep is the first of the largest', () => {
  expect(bestPlace([null, 0.2, 0.5, 0.5])).toBe(2);
  expect(bestPlace([null])).toBeNull();
});
