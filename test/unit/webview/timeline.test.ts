/** What the charts of the timeline draw. */
import { describe, expect, it } from 'vitest';
import type { Timeline, TimelineEntry, TimelinePoint } from '../../../src/protocol/timeline';
import { ageText } from '../../../src/webview/shared/age';
import { axisOf, placeOf } from '../../../src/webview/timeline/scale';
import { chartsOf, labelOf, placesOf, pointText } from '../../../src/webview/timeline/series';

function point(miou: number): TimelinePoint {
  return {
    version: 1,
    hash: 'a',
    settings: 's',
    files: [{ path: 'x', version: 'v', modified: 0, number: 1 }],
    computed: '2026-01-01T00:00:00Z',
    device: 'cpu',
    precision: 'full',
    images: 2,
    scored: 2,
    counts: { class: 3, context: 4, rejected: 5 },
    dead: 0,
    threshold: 0.3,
    lpcam: { miou, best: { threshold: 0.25, miou } },
    cam: { miou: miou / 2, best: null },
    bank: 'b.safetensors',
    notices: [],
  };
}
function entry(name: string, number: number | null, of: TimelinePoint | null): TimelineEntry {
  return {
    path: `/c/${name}`,
    modified: 0,
    number,
    onDisk: true,
    problem: null,
    point: of,
    bank: null,
    drift: null,
    driftProblem: null,
  };
}
function timeline(entries: TimelineEntry[], masked = 2): Timeline {
  return {
    study: 's',
    pattern: '/c/e*',
    follows: true,
    probe: { list: null, images: ['a', 'b'], listed: 2, first: null, without: [], masked },
    threshold: 0.3,
    precision: 'full',
    otherPrecision: 0,
    entries,
    notices: [],
  };
}

describe('axes', () => {
  it('have round ticks around what is there, and no less than their span', () => {
    expect(axisOf([38.6, 55.6], 10, { low: 0, high: 100 }).ticks).toEqual([35, 40, 45, 50, 55, 60]);
    expect(axisOf([50.01, 50.02], 10, { low: 0, high: 100 }).ticks).toEqual([45, 50, 55, 60]);
  });

  it('do not go beyond what a figure can be', () => {
    expect(axisOf([0.999, 1], 0.1, { low: -1, high: 1 }).high).toBe(1);
    expect(axisOf([0, 0], 4, { low: 0, high: Infinity }).low).toBe(0);
    const none = axisOf([], 10, { low: 0, high: 100 });
    expect(none.ticks.length).toBeGreaterThan(1);
    expect(none.ticks.every(Number.isFinite)).toBe(true);
  });

  it('place a single value in the middle', () => {
    expect(placeOf(5, 5, 5)).toBe(0.5);
    expect(placeOf(2, 0, 8)).toBe(0.25);
  });
});

describe('checkpoints', () => {
  it('stand at their numbers where each has its own, else one beside the other', () => {
    const at = (...numbers: (number | null)[]) => placesOf(numbers.map((number) => entry('e', number, null)));
    expect(at(1, 2, 5)).toEqual([0, 0.25, 1]);
    expect(at(1, null, 5)).toEqual([0, 0.5, 1]);
    expect(at(3, 3, 5)).toEqual([0, 0.5, 1]);
    expect(at(3)).toEqual([0.5]);
  });

  it('are called by their number, else by their name', () => {
    expect(labelOf(entry('e_4.pth', 4, null))).toBe('4');
    expect(labelOf(entry('best.v2.pth', null, null))).toBe('best.v2');
  });
});

describe('charts', () => {
  it('show shares as percent, and gaps where nothing was computed', () => {
    const shown = timeline([entry('e_1.pth', 1, point(0.5)), entry('e_2.pth', 2, null)]);
    const [seeds, counts, drift] = chartsOf(shown);
    expect(seeds?.series.map(({ name, values }) => [name, values])).toEqual([
      ['LPCAM', [50, null]],
      ['CAM', [25, null]],
    ]);
    expect(counts?.series.map(({ values }) => values[0])).toEqual([3, 4, 5]);
    expect(counts?.axis.low).toBe(0);
    expect(drift?.empty).toBe('Drift needs two computed checkpoints.');
    expect(seeds && pointText(seeds, entry('e_1.pth', 1, null), 0)).toBe(
      'e_1.pth: LPCAM 50.0, CAM 25.0 (mIoU, %)',
    );
    expect(seeds && pointText(seeds, entry('e_2.pth', 2, null), 1)).toBe('e_2.pth: not computed');
  });

  it('say why they are empty', () => {
    expect(chartsOf(timeline([entry('e_1.pth', 1, null)]))[0]?.empty).toBe('No point is computed yet.');
    expect(chartsOf(timeline([entry('e_1.pth', 1, point(0))], 0))[0]?.empty).toMatch(/has a mask/);
  });
});

it.each([
  [0, 'just now'],
  [-5000, 'just now'],
  [30, 'less than a minute ago'],
  [60, '1 minute ago'],
  [7200, '2 hours ago'],
  [200_000, '2 days ago'],
])('an age of %d seconds is "%s"', (seconds, text) => {
  expect(ageText(0, seconds * 1000)).toBe(text);
});
