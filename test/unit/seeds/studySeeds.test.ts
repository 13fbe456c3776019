/** Seeds of a study that no longer belong to its checkpoint are told. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { studySeeds } from '../../../src/engine/seeds/studySeeds';
import { manifestName, type SeedsManifest } from '../../../src/protocol/seeds';

let folder: string;
const checkpoint = { hash: 'new', ownHash: 'own', modified: Date.UTC(2026, 5, 1) };

function seeds(name: string, sha256: string | null, time: number): void {
  const place = join(folder, name);
  mkdirSync(place);
  const seed = join(place, 'a.npy');
  writeFileSync(seed, '');
  utimesSync(seed, time / 1000, time / 1000);
  if (sha256 === null) return;
  const manifest: SeedsManifest = {
    format: 'lpcam-lens seeds',
    version: 1,
    method: 'lpcam',
    schema: 'irn',
    checkpoint: { path: '/c/old.pth', hash: sha256, modified: null },
    bank: null,
    settings: {
      num_cluster: null,
      select_thres: null,
      class_thres: null,
      context_thres: null,
      context_thres_low: null,
      cam_scales: [1],
      mirror: true,
      cam_eval_thres: null,
      fusion: null,
    },
    classes: ['boat'],
    study: null,
    list: null,
    device: 'cpu',
    versions: { lpcam: '0', runtime: '' },
    created: new Date(time).toISOString(),
    updated: new Date(time).toISOString(),
    complete: true,
    counts: { listed: 1, seeds: 1, failed: 0, dead: 0 },
    failed: [],
    dead: [],
  };
  writeFileSync(join(place, manifestName), JSON.stringify(manifest));
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lpcam-seeds-'));
  const [before, after] = [Date.UTC(2026, 4, 1), Date.UTC(2026, 6, 1)];
  seeds('lpcam', 'new', before);
  seeds('cam', 'own', before);
  seeds('other', 'old', after);
  seeds('published', null, before);
  seeds('recent', null, after);
  mkdirSync(join(folder, 'notes'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('by their manifest first, and by time only without one', async () => {
  const found = await studySeeds(folder, checkpoint);
  expect(
    Object.fromEntries(found.map(({ folder: place, stale }) => [place.split('/').at(-1), stale])),
  ).toEqual({
    cam: null,
    lpcam: null,
    other: 'otherCheckpoint',
    published: 'older',
    recent: null,
  });
  expect(found.find(({ stale }) => stale === 'otherCheckpoint')).toMatchObject({
    kind: 'lpcam',
    checkpoint: '/c/old.pth',
  });
  expect(await studySeeds(join(folder, 'none'), checkpoint)).toEqual([]);
});
