/** What a trial of a clustering setting extracts, where the study's own clustering has left features. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readBank } from '../../../src/engine/bankFile';
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

  it('takes them for select_thres as well, with the very bank that features of its own give', async () => {
    const bank = (name: string) => readFile(join(study.folder, '.lpcam/trials', name));
    const tried = 'select_thres-0.6-lpcam-bank.safetensors';
    expect(await extracted({ split: 0.6 })).toBe(0);
    const lent = await bank(tried);
    expect(await extracted({ split: 0.6, k: 3 })).toBe(0);
    const both = await bank('num_cluster-3-select_thres-0.6-lpcam-bank.safetensors');
    rmSync(join(study.folder, '.lpcam'), { recursive: true });
    rmSync(work(), { recursive: true });
    expect(await extracted({ split: 0.6 })).toBe(2);
    expect(await bank(tried)).toEqual(lent);
    expect(await extracted({ split: 0.6, k: 3 })).toBe(2);
    expect(await bank('num_cluster-3-select_thres-0.6-lpcam-bank.safetensors')).toEqual(both);
    // The threshold does move positions from one set to the other.
    const sizes = async (path: string) => {
      const { centres } = await readBank(path, ['red', 'green', 'blue']);
      return centres.map(({ set, size }) => `${set} ${size}`);
    };
    await extracted();
    expect(await sizes(join(study.folder, '.lpcam/trials', tried))).not.toEqual(
      await sizes(join(study.folder, 'lpcam-bank.safetensors')),
    );
  });

  it('has features of its own where the study has others', async () => {
    study.writeNetwork({ gain: 5 });
    expect(await extracted({ k: 3 })).toBe(2);
  });

  it('does not take what an earlier version left, which had the sides of one threshold', async () => {
    study.writeNetwork({});
    const part = { kind: 'features', shard: null } as const;
    const params = { study: { file: study.file }, deviceChoice: null };
    await engine.clustering.clusterPart(params, part, ignore, signal);
    const index = join(work(), 'features-features.jsonl');
    writeFileSync(index, readFileSync(index, 'utf8').replaceAll('"cams"', '"classes"'));
    expect(await extracted({ split: 0.6 })).toBe(2);
    expect(await extracted()).toBe(2);
  });
});
