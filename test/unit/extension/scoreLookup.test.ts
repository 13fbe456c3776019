/** What kept scores say of a value in the code. */
import { describe, expect, it } from 'vitest';
import type { HyperParameter } from '../../../src/extension/hyperparameters/hyperParameter';
import { lensText } from '../../../src/extension/hyperparameters/lensText';
import { lookUpScore } from '../../../src/extension/hyperparameters/scoreLookup';
import type { ScoreRecord } from '../../../src/protocol/scoreRecord';

function record(when: string, changes: Partial<ScoreRecord> = {}): ScoreRecord {
  const sweep = [0.1, 0.15, 0.2, 0.25].map((threshold, index) => ({
    threshold,
    miou: 0.4 + 0.02 * index,
    fp: 0.2,
    fn: 0.3,
  }));
  return {
    version: 1,
    when,
    seeds: 'seeds',
    kind: 'lpcam',
    list: { name: 'train', path: 'train.txt', images: 1464, missing: 0 },
    checkpoint: { path: 'a.pth', hash: null },
    settings: { num_cluster: 12 },
    sweep,
    best: { threshold: 0.25, miou: 0.46 },
    withMasks: true,
    ...changes,
  };
}
const parameter = (name: string, value: number): HyperParameter => {
  return { name, form: 'assignment', at: 0, start: 0, end: 0, text: '', value };
};
const text = (records: ScoreRecord[], name: string, value: number) =>
  lensText(parameter(name, value), lookUpScore(records, name, value)).title;

describe('A threshold', () => {
  it('has its score from the sweep, beside the best one', () => {
    expect(text([record('2026-01-02T00:00:00Z')], 'cam_eval_thres', 0.15)).toBe(
      'mIoU 42.00 % · best 46.00 % at 0.25 (LPCAM seeds, train, 1464 images)',
    );
    expect(text([record('2026-01-02T00:00:00Z')], 'cam_eval_thres', 0.25)).toBe(
      'mIoU 46.00 % · the best value found (LPCAM seeds, train, 1464 images)',
    );
  });

  it('that was not in the sweep is not guessed at', () => {
    expect(text([record('2026-01-02T00:00:00Z')], 'cam_eval_thres', 0.17)).toMatch(
      /^not scored at 0.17 · best 46.00 % at 0.25/,
    );
  });

  it('is never given the score of other images or of other seeds', () => {
    const newest = record('2026-02-02T00:00:00Z', {
      list: { name: 'val', path: 'val.txt', images: 10, missing: 2 },
      sweep: [{ threshold: 0.3, miou: 0.5, fp: 0, fn: 0 }],
      best: { threshold: 0.3, miou: 0.5 },
    });
    expect(text([newest, record('2026-01-02T00:00:00Z')], 'cam_eval_thres', 0.15)).toBe(
      'not scored at 0.15 · best 50.00 % at 0.3 (LPCAM seeds, val, 10 images, 2 missing)',
    );
    const cam = record('2026-02-02T00:00:00Z', { kind: 'cam', sweep: [] });
    expect(text([cam, record('2026-01-02T00:00:00Z')], 'cam_eval_thres', 0.15)).toMatch(/^not scored/);
  });

  it('of a later stage is not looked up among the thresholds of seeds', () => {
    expect(text([record('2026-01-02T00:00:00Z')], 'sem_seg_bg_thres', 0.25)).toBe(
      'sem_seg_bg_thres: not scored yet',
    );
  });
});

describe('A setting', () => {
  const records = [
    record('2026-01-03T00:00:00Z', { settings: { num_cluster: 20 }, best: { threshold: 0.2, miou: 0.48 } }),
    record('2026-01-02T00:00:00Z'),
    record('2026-01-01T00:00:00Z', { best: { threshold: 0.2, miou: 0.1 } }),
  ];
  it('has the newest score made with it, beside the best of all', () => {
    expect(text(records, 'num_cluster', 12)).toBe(
      'mIoU 46.00 % · best 48.00 % at 20 (LPCAM seeds, train, 1464 images)',
    );
  });

  it('that no score was made with says so', () => {
    expect(text(records, 'class_thres', 0.9)).toBe('class_thres: not scored yet');
    expect(text([], 'num_cluster', 12)).toBe('num_cluster: not scored yet');
    expect(
      text(
        [record('2026-01-02T00:00:00Z', { withMasks: false, best: null, sweep: [] })],
        'cam_eval_thres',
        0.15,
      ),
    ).toMatch(/not scored yet/);
  });

  it('may be a list', () => {
    const scales = [record('2026-01-02T00:00:00Z', { settings: { cam_scales: [1, 0.5, 1.5, 2] } })];
    const at = (value: number[]) => lookUpScore(scales, 'cam_scales', value).here?.miou ?? null;
    expect([at([1, 0.5, 1.5, 2]), at([1, 0.5])]).toEqual([0.46, null]);
  });
});
