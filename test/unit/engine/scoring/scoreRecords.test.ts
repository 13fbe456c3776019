import { mkdtemp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  readScoreRecords,
  scoresFolder,
  writeScoreRecord,
} from '../../../../src/engine/scoring/scoreRecords';
import type { ScoreRecord } from '../../../../src/protocol/scoreRecord';

const record = (when: string, over: Partial<ScoreRecord> = {}): ScoreRecord => ({
  version: 1,
  when,
  seeds: 'out/lpcam_mask',
  kind: 'lpcam',
  list: { name: 'train.txt', path: '/data/train.txt', images: 100, missing: 2 },
  checkpoint: { path: '/data/sess/res50_cam.pth', hash: null },
  settings: { num_cluster: 12, cam_scales: [1, 0.5], cam_eval_thres: 0.3 },
  sweep: [{ threshold: 0.3, miou: 0.5, fp: 0.2, fn: null }],
  best: { threshold: 0.3, miou: 0.5 },
  withMasks: true,
  ...over,
});

describe('the scores a study keeps', () => {
  let study = '';
  beforeEach(async () => (study = await mkdtemp(join(tmpdir(), 'scores-'))));
  afterEach(() => rm(study, { recursive: true, force: true }));

  it('are none before the first scoring', async () => {
    expect(await readScoreRecords(study)).toEqual({ records: [], notices: [] });
  });

  it('come back as they were kept, newest first', async () => {
    const older = record('2026-03-01T10:00:00.000Z');
    const newer = record('2026-03-02T09:00:00.000Z', { kind: 'cam', seeds: null });
    await writeScoreRecord(study, newer);
    await writeScoreRecord(study, older);
    expect(await readScoreRecords(study)).toEqual({ records: [newer, older], notices: [] });
  });

  it('keep two scorings of one moment', async () => {
    const twice = record('2026-03-01T10:00:00.000Z');
    await Promise.all([writeScoreRecord(study, twice), writeScoreRecord(study, twice)]);
    expect((await readScoreRecords(study)).records).toHaveLength(2);
    expect((await readdir(scoresFolder(study))).every((name) => name.endsWith('.json'))).toBe(true);
  });

  it('name a file that cannot be read, and give the others', async () => {
    const good = record('2026-03-01T10:00:00.000Z');
    await writeScoreRecord(study, good);
    await mkdir(scoresFolder(study), { recursive: true });
    await writeFile(join(scoresFolder(study), 'torn.json'), '{ "version": 1, "when');
    await writeFile(
      join(scoresFolder(study), 'later.json'),
      JSON.stringify({ ...good, version: 2, best: { threshold: 0.1, miou: 7 } }),
    );
    const { records, notices } = await readScoreRecords(study);
    expect(records).toEqual([good]);
    expect(notices.map(({ file }) => file).sort()).toEqual([
      join(scoresFolder(study), 'later.json'),
      join(scoresFolder(study), 'torn.json'),
    ]);
    expect(notices.find(({ file }) => file?.endsWith('later.json'))?.message).toMatch(/version/);
  });
});
