/** What a trial of a clustering setting extracts, where the study's own clustering has left features. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { FeatureExtractor } from '../../../src/engine/clustering/imageFeatures';
import { Engine } from '../../../src/engine/engine';
import type { StudyTrial } from '../../../src/protocol/studyTrial';
import { tinyStudy, type TinyStudy } from './support/tinyStudy';

const { signal } = new AbortController();
const ignore = () => undefined;

describe('A setting of clustering that is tried', () => {
  let study: TinyStudy;
  const engine = new Engine();
  const extract = vi.spyOn(FeatureExtractor.prototype, 'extract');
  const work = () => join(study.folder, 'lpcam-bank.safetensors.work');
  const extracted = async (trial?: StudyTrial): Promise<number> => {
    extract.mockClear();
    const reference = { file: study.file, ...(trial && { trial }) };
    await engine.clustering.cluster({ study: reference, deviceChoice: null }, ignore, signal);
    return extract.mock.calls.length;
  };

  beforeAll(async () => {
    study = await tinyStudy();
    study.write({ clustering: { k: 2 } });
  });
  beforeEach(async () => {
    const part = { kind: 'features', shard: null } as const;
    const params = { study: { file: study.file }, deviceChoice: null };
    await engine.clustering.clusterPart(params, part, ignore, signal);
  });
  afterAll(async () => {
    extract.mockRestore();
    await engine.dispose();
    study.remove();
  });

  it('takes the features that the study has, as num_cluster does not change them, and leaves them there', async () => {
    const held = readdirSync(work());
    expect(held).toContain('features-features.jsonl');
    expect(await extracted({ k: 3 })).toBe(0);
    expect(readdirSync(work())).toEqual(held);
    // Its own bank, and nothing else.
    const trials = join(study.folder, '.lpcam/trials');
    expect(readdirSync(trials)).toEqual(['num_cluster-3-lpcam-bank.safetensors']);
    expect(await extracted()).toBe(0);
    expect(existsSync(work())).toBe(false);
  });

  it('has features of its own where it changes them, or the study has others', async () => {
    expect(await extracted({ split: 0.3 })).toBe(2);
    study.writeNetwork({ gain: 5 });
    expect(await extracted({ k: 3 })).toBe(2);
  });
});
