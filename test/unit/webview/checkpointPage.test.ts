/** The checkpoint page's models: what is shown in which order, what is asked for next, what is warned about. */
import { describe, expect, it } from 'vitest';
import type {
  CheckpointTable,
  ClassifierMatrix,
  ListedTensor,
  TensorStatistics,
} from '../../../src/protocol/checkpoint';
import {
  closestPairs,
  colourReach,
  cosineColour,
  matrixLayout,
  pairAt,
} from '../../../src/webview/checkpoint/model/cosines';
import { barHeights } from '../../../src/webview/checkpoint/model/bars';
import { byteSize, rounded, value } from '../../../src/webview/checkpoint/model/numberText';
import { emptyState, receive, restoreChoices } from '../../../src/webview/checkpoint/model/pageState';
import { matches, pressed, tableRows } from '../../../src/webview/checkpoint/model/tableRows';
import { listOf, warningsOf } from '../../../src/webview/checkpoint/model/warnings';
import { Wishes } from '../../../src/webview/checkpoint/model/wishes';

function tensor(name: string, fields: Partial<ListedTensor> = {}): ListedTensor {
  return {
    name,
    dtype: 'float32',
    shape: [64, 3],
    elements: 192,
    role: 'parameter',
    alias: null,
    unreadable: null,
    ...fields,
  };
}

function figures(place: number, fields: Partial<TensorStatistics> = {}): TensorStatistics {
  return {
    tensor: place,
    mean: 0,
    deviation: 1,
    min: -1,
    max: 1,
    zeros: 0,
    nan: 0,
    infinite: 0,
    histogram: null,
    ...fields,
  };
}

function tableOf(tensors: readonly ListedTensor[], fields: Partial<CheckpointTable> = {}): CheckpointTable {
  return {
    path: '/a.pth',
    version: '1',
    format: 'torch',
    formatName: 'PyTorch (zip)',
    writer: null,
    bytes: 1,
    modified: 0,
    tensors: [...tensors],
    unlisted: 0,
    parameters: 0,
    facts: [],
    ...fields,
  };
}

function matrixOf(
  names: readonly string[],
  cosines: readonly number[],
  fields: Partial<ClassifierMatrix> = {},
) {
  return {
    classifier: 'fc.weight',
    channels: 2,
    classNames: [...names],
    named: true,
    norms: new Float32Array(names.length).fill(1),
    bias: null,
    cosines: Float32Array.from(cosines),
    dead: [],
    ...fields,
  } satisfies ClassifierMatrix;
}

describe('the filter', () => {
  const conv = tensor('layer4.0.conv1.weight', { shape: [512, 1024, 1, 1] });

  it('finds words in any order in name, type and shape', () => {
    for (const filter of [
      '',
      'CONV layer4',
      'float32',
      '512x1024',
      '512 × 1024',
      '[512, 1024, 1, 1]',
      '1x1 conv',
    ])
      expect([filter, matches(conv, filter)]).toEqual([filter, true]);
    for (const filter of ['layer3', 'conv int64', '64x3', 'nan'])
      expect([filter, matches(conv, filter)]).toEqual([filter, false]);
  });

  it('finds what is not finite, once that is known', () => {
    expect(matches(conv, 'nan', figures(0, { nan: 3 }))).toBe(true);
    expect(matches(conv, 'nan', figures(0))).toBe(false);
  });
});

describe('the order of the table', () => {
  const tensors = [
    tensor('b.10', { elements: 5 }),
    tensor('b.9', { elements: 7 }),
    tensor('a', { elements: 6 }),
  ];

  it('is the file’s, then up, then down, then the file’s again', () => {
    const first = pressed('name', null);
    const second = pressed('name', first);
    expect([first, second, pressed('name', second)]).toEqual([
      { column: 'name', descending: false },
      { column: 'name', descending: true },
      null,
    ]);
    expect(pressed('max', null)).toEqual({ column: 'max', descending: true });
  });

  it('counts in names as people do', () => {
    expect(tableRows(tensors, new Map(), '', { column: 'name', descending: false })).toEqual([2, 1, 0]);
    expect(tableRows(tensors, new Map(), '', { column: 'elements', descending: true })).toEqual([1, 2, 0]);
  });

  it('puts last what is not known yet, whichever way it is sorted', () => {
    const known = new Map([
      [0, figures(0, { max: 1 })],
      [2, figures(2, { max: 9 })],
    ]);
    expect(tableRows(tensors, known, '', { column: 'max', descending: true })).toEqual([2, 0, 1]);
    expect(tableRows(tensors, known, '', { column: 'max', descending: false })).toEqual([0, 2, 1]);
  });
});

describe('what is asked for', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => tensor(`t${i}`));
  const huge = hundred.map((one) => ({ ...one, elements: 1e8 }));

  it('is what is on the screen first, then the rest, each once', () => {
    const wishes = new Wishes(hundred);
    const first = wishes.see([90, 91]);
    expect(first?.tensors).toEqual([90, 91]);
    const asked = new Set(first?.tensors);
    let wish = first;
    while (wish) {
      for (const place of wish.tensors) wishes.arrived(place);
      wish = wishes.ended(wish.ticket, true);
      for (const place of wish?.tensors ?? []) {
        expect(asked.has(place)).toBe(false);
        asked.add(place);
      }
    }
    expect(asked.size).toBe(100);
    expect(wishes.open).toBe(0);
  });

  it('of a huge file is only what is on the screen, until the person wants all', () => {
    const wishes = new Wishes(huge);
    expect(wishes.all).toBe(false);
    const first = wishes.see([3]);
    wishes.arrived(3);
    expect(first && wishes.ended(first.ticket, true)).toBeNull();
    expect(wishes.wantAll(true)?.tensors.length).toBeGreaterThan(10);
    // Stopping takes back what is on its way.
    expect(wishes.wantAll(false)?.tensors).toEqual([]);
  });

  it('goes over to what is scrolled to', () => {
    const wishes = new Wishes(huge);
    const first = wishes.see([1]);
    const second = wishes.see([50, 51]);
    expect(second?.tensors).toEqual([50, 51]);
    // The first wish's end is nobody's business any more.
    expect(wishes.ended(first?.ticket ?? 0, true)).toBeNull();
    expect(wishes.see([50])).toBeNull();
  });

  it('is not asked for again and again when it fails', () => {
    const wishes = new Wishes(hundred);
    const wish = wishes.see([0]);
    expect(wishes.ended(wish?.ticket ?? 0, false)).toBeNull();
    expect(wishes.failed).toBe(true);
    expect(wishes.wantAll(true)?.tensors[0]).toBe(0);
  });

  it('leaves out what cannot be read', () => {
    const wishes = new Wishes([tensor('a', { unreadable: 'damaged' }), tensor('b')]);
    expect(wishes.see([0, 1])?.tensors).toEqual([1]);
    expect(wishes.readable).toBe(1);
  });
});

describe('warnings', () => {
  const tensors = [
    tensor('conv.weight'),
    tensor('bn.running_var', { role: 'variance' }),
    tensor('half', { dtype: 'float16' }),
  ];
  const kinds = (statistics: readonly TensorStatistics[], matrix: ClassifierMatrix | null = null) =>
    warningsOf(tableOf(tensors), new Map(statistics.map((one) => [one.tensor, one])), matrix, []).map(
      ({ kind, tensor: place }) => [kind, place],
    );

  it('are none for sound weights', () => {
    expect(
      kinds([figures(0), figures(1, { min: 0.1 }), figures(2)], matrixOf(['a', 'b'], [1, 0.2, 0.2, 1])),
    ).toEqual([]);
  });

  it('name NaN, zero variance and what half precision cannot hold, with the tensor to look at', () => {
    expect(kinds([figures(0, { nan: 1 })])).toEqual([['notFinite', 0]]);
    expect(kinds([figures(1, { min: 0 })])).toEqual([['variance', 1]]);
    expect(kinds([figures(0, { min: -65505 })])).toEqual([['overflow', 0]]);
    expect(kinds([figures(0, { min: -65504 })])).toEqual([]);
    expect(kinds([figures(2, { max: 65504 })])).toEqual([]);
  });

  it('name dead classes and classes that are the same', () => {
    const dead = matrixOf(['cat', 'dog'], [NaN, NaN, NaN, 1], { dead: [0], norms: Float32Array.of(0, 2) });
    const [warning] = warningsOf(tableOf(tensors), new Map(), dead, []);
    expect(warning?.message).toContain('the weights of cat are next to zero (norm 0; others have about 2)');
    const [twins] = warningsOf(tableOf(tensors), new Map(), matrixOf(['cat', 'dog'], [1, 1, 1, 1]), []);
    expect(twins?.message).toContain('cat and dog (cosine 1.00)');
  });

  it('name a few of many', () => {
    expect(listOf(['a'])).toBe('a');
    expect(listOf(['a', 'b', 'c', 'd'])).toBe('a, b, c and d');
    expect(listOf(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c and 2 more');
  });
});

describe('the page', () => {
  it('forgets an older reading of the file, and keeps what is shown while a changed file is read', () => {
    let state = receive(emptyState(), { type: 'opening', request: 1, path: '/a', keep: false });
    state = receive(state, { type: 'table', request: 1, table: tableOf([tensor('a')]) });
    state = receive(state, { type: 'opening', request: 2, path: '/a', keep: true });
    expect(state).toMatchObject({ stale: true, table: { tensors: [{ name: 'a' }] } });
    state = receive(state, { type: 'statistics', request: 1, statistics: figures(0) });
    expect(state.statistics.size).toBe(0);
    state = receive(state, { type: 'table', request: 2, table: tableOf([tensor('b')]) });
    expect(state).toMatchObject({ stale: false, table: { tensors: [{ name: 'b' }] } });
  });

  it('shows the failure and nothing else when the changed file cannot be read', () => {
    let state = receive(emptyState(), { type: 'opening', request: 1, path: '/a', keep: false });
    state = receive(state, { type: 'table', request: 1, table: tableOf([tensor('a')]) });
    state = receive(state, { type: 'opening', request: 2, path: '/a', keep: true });
    state = receive(state, { type: 'failed', request: 2, failure: { kind: 'input', message: 'gone' } });
    expect(state).toMatchObject({ table: null, failure: { message: 'gone' } });
  });

  it('keeps a histogram when figures without one come later', () => {
    let state = receive(emptyState(), { type: 'opening', request: 1, path: '/a', keep: false });
    state = receive(state, { type: 'statistics', request: 1, statistics: figures(0, { histogram: [1, 2] }) });
    state = receive(state, { type: 'statistics', request: 1, statistics: figures(0) });
    expect(state.statistics.get(0)?.histogram).toEqual([1, 2]);
  });

  it('begins anew where what was kept is damaged', () => {
    const fresh = restoreChoices(undefined);
    expect(restoreChoices('nonsense')).toEqual(fresh);
    expect(
      restoreChoices({ section: 'nowhere', filter: 7, sorting: { column: 'x' }, selected: 'a' }),
    ).toEqual({
      ...fresh,
      selected: 'a',
    });
  });
});

describe('the classifier', () => {
  const matrix = matrixOf(['a', 'b', 'c'], [1, 0.5, -0.7, 0.5, 1, NaN, -0.7, NaN, 1]);

  it('has the most alike classes first, and none without a direction', () => {
    expect(closestPairs(matrix, 5)).toEqual([
      { row: 0, column: 1, cosine: 0.5 },
      { row: 0, column: 2, cosine: Math.fround(-0.7) },
    ]);
    expect(closestPairs(matrix, 1)).toHaveLength(1);
  });

  it('is coloured from nothing at 0 to full at the largest cosine', () => {
    expect(colourReach(matrix)).toBeCloseTo(0.7, 6);
    expect(cosineColour(0, 0.8, [1, 2, 3])).toBe('rgb(1 2 3)');
    expect(cosineColour(0.8, 0.8, [1, 2, 3])).toBe(cosineColour(1, 0.8, [9, 9, 9]));
    expect(cosineColour(-0.8, 0.8, [1, 2, 3])).not.toBe(cosineColour(0.8, 0.8, [1, 2, 3]));
  });

  it('says which cell the pointer is on, and none beside them', () => {
    const layout = matrixLayout(['a', 'b', 'c'], 400);
    expect(layout.margin).toBeGreaterThan(0);
    const at = layout.margin + layout.cell * 1.5;
    expect(pairAt(at, layout.margin + 1, layout, 3)).toEqual({ row: 0, column: 1 });
    expect(pairAt(3, 3, layout, 3)).toBeNull();
  });

  it('of a thousand classes fits without names', () => {
    const layout = matrixLayout(
      Array.from({ length: 1000 }, (_, i) => `class ${i}`),
      600,
    );
    expect(layout).toMatchObject({ margin: 0 });
    expect(layout.size).toBeLessThanOrEqual(600);
  });
});

describe('numbers', () => {
  it.each([
    [null, '–'],
    [0, '0'],
    [-0.00249247, '−0.002492'],
    [0.00012345, '1.23e−4'],
    [123456.7, '1.23e5'],
    [65504, '65504'],
    [-70000, '−70000'],
    [0.5, '0.5000'],
  ])('%d is written %s', (number, text) => {
    expect(value(number)).toBe(text);
  });

  it('are rounded where nobody compares them digit by digit', () => {
    expect([rounded(23_528_522), rounded(999), rounded(999_999), byteSize(94_339_103)]).toEqual([
      '23.5 M',
      '999',
      '1 M',
      '94.3 MB',
    ]);
  });

  it('in a histogram are bars up to the fullest bin', () => {
    expect(barHeights([0, 1, 4], false)).toEqual([0, 0.25, 1]);
    expect(barHeights([0, 0], true)).toEqual([0, 0]);
    expect(barHeights([0, 1, 1000], true)[1]).toBeGreaterThan(0.05);
  });
});
