/** What the stage strip makes of what it is told. */
import { describe, expect, it } from 'vitest';
import type { StageName } from '../../../src/lpcam/stages';
import type { ComputedStages, StageReading, StageStrip } from '../../../src/protocol/stages';
import { emptyText, fromStudy } from '../../../src/webview/stages/model/emptyText';
import { points } from '../../../src/webview/stages/model/points';
import { StagePanes, stripClasses } from '../../../src/webview/stages/model/stagePanes';
import { labelText, stagePixel } from '../../../src/webview/stages/model/stageReading';
import {
  moveThreshold,
  restoreStagesView,
  thresholdOf,
  type StagesView,
} from '../../../src/webview/stages/model/stagesView';

const size = { height: 1, width: 4 };
const first = restoreStagesView(undefined);

function reading(name: StageName, rest: Partial<StageReading> = {}): StageReading {
  return {
    name,
    folder: null,
    from: null,
    lookedIn: [`/study/${name}`],
    lookedFor: [],
    file: null,
    content: null,
    fault: null,
    maker: 'Made by run.py.',
    ...rest,
  };
}
function labels(name: StageName, values: readonly number[], width = values.length): StageReading {
  const content = {
    kind: 'labels',
    dialect: 'png',
    assumption: null,
    height: values.length / width,
    width,
  } as const;
  const file = `/study/${name}/a.png`;
  return reading(name, {
    folder: `/study/${name}`,
    from: 'found',
    file,
    content: { ...content, labels: Uint8Array.from(values) },
  });
}
function soft(name: StageName, values: readonly number[]): StageReading {
  const maps = [Float32Array.from(values)];
  const content = { kind: 'maps', dialect: 'irn', assumption: null, keys: [1], background: null } as const;
  const file = `/study/${name}/a.npy`;
  return reading(name, {
    folder: `/study/${name}`,
    from: 'found',
    file,
    content: { ...content, ...size, maps, keys: [...content.keys] },
  });
}
function strip(stages: StageReading[], rest: Partial<StageStrip> = {}): StageStrip {
  return {
    place: {
      image: '/study/a.jpg',
      id: 'a',
      index: 0,
      count: 2,
      of: 'list',
      previous: null,
      next: '/study/b.jpg',
    },
    encoded: new Uint8Array(),
    study: { file: '/study/lpcam.json', name: 'study', folder: '/study' },
    system: null,
    classNames: ['cat', 'dog'],
    labels: [1],
    threshold: 0.5,
    stages,
    ...rest,
  };
}
const truth = labels('groundTruth', [2, 2, 0, 255]);
const make = (data: StageStrip, view: StagesView = first, computed: ComputedStages | null = null) =>
  new StagePanes().make(data, computed, view);

describe('the panes', () => {
  it('threshold soft stages, score them, and say what each changed', () => {
    const panes = make(strip([soft('cam', [0.9, 0.4, 0.6, 0.9]), labels('pseudoMask', [2, 2, 0, 0]), truth]));
    const [cam, mask, ground] = panes;
    expect([...(cam?.labels ?? [])]).toEqual([2, 0, 2, 2]);
    expect(cam).toMatchObject({ threshold: 0.5, source: 'file', change: null });
    expect(cam?.score?.mean).toBeCloseTo(1 / 3, 12);
    expect(mask).toMatchObject({ threshold: null, score: { mean: 1 } });
    expect(mask?.change?.from).toBe('CAM');
    expect(points(mask?.change?.by ?? NaN)).toBe('+66.7');
    expect(ground).toMatchObject({ score: null, unscored: null });
  });

  it('share a threshold, or have their own', () => {
    const data = strip([soft('cam', [0.9, 0.4, 0.6, 0.9]), soft('lpcam', [0.9, 0.4, 0.6, 0.9]), truth]);
    const shared = { ...first, ...moveThreshold(first, 'cam', 0.7) };
    expect(make(data, shared).map(({ threshold }) => threshold)).toEqual([0.7, 0.7, null]);
    const apart = { ...shared, perStage: true };
    const own = { ...apart, ...moveThreshold(apart, 'lpcam', 0.2) };
    expect(make(data, own).map(({ threshold }) => threshold)).toEqual([0.7, 0.2, null]);
    expect(thresholdOf(first, 'cam', 0.3)).toBe(0.3);
  });

  it('show computed maps where there is no folder, and nowhere else', () => {
    const computed: ComputedStages = {
      ...size,
      keys: [1],
      predicted: false,
      cam: [Float32Array.of(1, 1, 0, 0)],
      lpcam: [Float32Array.of(1, 0, 0, 0)],
      lpcamFault: null,
    };
    const lacking = reading('lpcam', { folder: '/study/lpcam', from: 'found' });
    const panes = make(strip([reading('cam'), lacking, truth]), first, computed);
    expect(panes.map(({ source }) => source)).toEqual(['computed', null, 'file']);
    const gone = reading('cam', { from: 'study' });
    expect(make(strip([gone, truth]), first, computed)[0]?.source).toBeNull();
  });

  it('are not scored against a ground truth of another size', () => {
    const [mask] = make(strip([labels('pseudoMask', [2, 0]), truth]));
    expect(mask).toMatchObject({ score: null, unscored: 'Not scored: 2 × 1, the ground truth 4 × 1.' });
  });

  it('keep labels and scores that have not changed', () => {
    const panes = new StagePanes();
    const data = strip([soft('cam', [0.9, 0.4, 0.6, 0.9]), truth]);
    const [before] = panes.make(data, null, first);
    const [after] = panes.make(data, null, { ...first, opacity: 0.1 });
    expect(after?.labels).toBe(before?.labels);
    expect(after?.score).toBe(before?.score);
  });

  it('offer the classes of the image and of its stages', () => {
    const data = strip([soft('cam', [0, 0, 0, 0]), labels('groundTruth', [1, 0, 0, 0])], { labels: null });
    expect(stripClasses(data, make(data))).toEqual([0, 1]);
  });
});

describe('under the cursor', () => {
  it('is the same place in a stage of another size', () => {
    const [half] = make(strip([labels('pseudoMask', [0, 2])]));
    if (!half) throw new Error('no pane');
    const at = (column: number) => stagePixel(half, { height: 2, width: 8 }, { row: 1, column }, null);
    expect([0, 3, 4, 7].map((column) => at(column)?.label)).toEqual([0, 0, 2, 2]);
  });

  it('soft stages have a value', () => {
    const [cam] = make(strip([soft('cam', [0.9, 0.4, 0.6, 0.9])]));
    if (!cam) throw new Error('no pane');
    expect(stagePixel(cam, size, { row: 0, column: 2 }, null)?.value).toBeCloseTo(0.6, 6);
    expect(stagePixel(cam, size, { row: 0, column: 1 }, null)).toEqual({ label: 0, value: null });
    expect(stagePixel(cam, size, { row: 0, column: 1 }, 1)?.value).toBeCloseTo(0.4, 6);
  });

  it('255 is ignored in the ground truth and open elsewhere', () => {
    expect(labelText(['cat'], 255, true)).toBe('ignored');
    expect(labelText(['cat'], 255, false)).toBe('open');
    expect(labelText(['cat'], 7, false)).toBe('class 6');
  });
});

describe('an empty pane', () => {
  it('says which folders were looked for, what makes the stage, and the field that names it', () => {
    const text = emptyText(reading('irLabel'), strip([]));
    expect(text.looked).toEqual(['irLabel']);
    expect(text.how).toBe('Made by run.py. A folder elsewhere is named as stages.irLabel in lpcam.json.');
  });

  it('says which files a folder lacks, and what is wrong with one that is there', () => {
    const lookedFor = ['/study/out/a.png'];
    const missing = reading('irLabel', { folder: '/study/out', from: 'found', lookedFor });
    expect(emptyText(missing, strip([]))).toMatchObject({
      why: 'No file of a in out.',
      looked: ['out/a.png'],
    });
    const broken = reading('cam', { file: '/study/a.npy', fault: '/study/a.npy: it ends early.' });
    expect(emptyText(broken, strip([])).why).toBe('it ends early.');
  });

  it('says that a named folder is not there', () => {
    const named = reading('cam', { from: 'study', lookedIn: ['/elsewhere/cam'] });
    expect(emptyText(named, strip([]))).toMatchObject({
      why: 'The study names a folder that is not there (stages.cam).',
      looked: ['/elsewhere/cam'],
    });
    expect(fromStudy('C:\\study\\cam', 'C:\\study')).toBe('cam');
  });
});

it('points have a sign and one decimal', () => {
  expect([0.0309, -0.00321, 0.0004, 0].map(points)).toEqual(['+3.1', '−0.3', '±0.0', '±0.0']);
});

it('a view that cannot be read is as if nothing had been chosen', () => {
  expect(restoreStagesView({ threshold: 7 })).toEqual(first);
  const view = { ...first, threshold: 0.25, ownThresholds: { cam: 0.1 }, perStage: true };
  expect(restoreStagesView({ ...view, version: 1, image: 'a' })).toEqual(view);
});
