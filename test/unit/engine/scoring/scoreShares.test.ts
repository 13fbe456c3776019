/** Scoring in shares, where something changes between two of them. */
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ScoreOptions } from '../../../../src/engine/scoring/scorePlan';
import { mergeShares, scoreShare } from '../../../../src/engine/scoring/scoreShares';
import { ofShard } from '../../../../src/engine/shard';
import { writeLabelPng } from '../../../../src/formats/mask';
import { writeIrnSeed } from '../../../../src/formats/seedWriter';

const [width, height] = [8, 6];
const classes = ['cat', 'dog'];
const ids = Array.from({ length: 12 }, (_, place) => `boat_${place}`);
const halves = [
  { index: 1, of: 2 },
  { index: 2, of: 2 },
] as const;
const [first, second] = halves;

let folder: string;
const work = () => join(folder, 'seeds.work');
const maskOf = (id: string) => join(folder, 'masks', `${id}.png`);

/** @param level of every pixel, 0..1 */
async function writeSeed(id: string, level: number): Promise<void> {
  const map = { width, height, data: new Float32Array(width * height).fill(level) };
  const seed = writeIrnSeed({ keys: [0], highRes: [map], strided: [map] });
  await writeFile(join(folder, 'seeds', `${id}.npy`), seed);
}

/** @param label of the upper half */
async function writeMask(id: string, label: number): Promise<void> {
  const mask = new Uint8Array(width * height).fill(label, 0, (width * height) / 2);
  await writeFile(maskOf(id), writeLabelPng(mask, width, height));
}

async function writeLabels(labels: Readonly<Record<string, readonly string[]>> = {}): Promise<void> {
  const given = Object.fromEntries(ids.map((id) => [id, labels[id] ?? ['cat']]));
  await writeFile(join(folder, 'labels.json'), JSON.stringify(given));
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lpcam shares-'));
  for (const name of ['seeds', 'masks', 'images']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'model.onnx'), 'never read here');
  await writeFile(join(folder, 'list.txt'), ids.join('\n'));
  for (const id of ids) {
    await writeSeed(id, 0.8);
    await writeMask(id, 1);
  }
  await writeLabels();
  const dataset = { images: 'images', list: 'list.txt', labels: 'labels.json', masks: 'masks' };
  const study = { preset: 'voc', checkpoint: 'model.onnx', classes, dataset };
  await writeFile(join(folder, 'lpcam.json'), JSON.stringify(study));
  return () => rm(folder, { recursive: true, force: true });
});

const options = (): ScoreOptions => ({
  study: { file: join(folder, 'lpcam.json') },
  seeds: [join(folder, 'seeds')],
  masks: null,
  list: 'auto',
  thresholds: [0.5],
  keep: false,
  script: null,
  signal: new AbortController().signal,
  onProgress: () => undefined,
});
const ofFirst = () => ids.find((id) => ofShard(id, first)) ?? '';
/** Pixels of cats in the masks. */
const cats = async () => (await mergeShares(options())).totals.truth[1];
const all = (ids.length * width * height) / 2;

describe('A scoring in shares', () => {
  it('says which share to count again where masks changed after it was counted, and counts only that', async () => {
    await scoreShare(options(), first);
    await writeMask(ofFirst(), 2);
    await scoreShare(options(), second);
    const written = (await stat(join(work(), 'score-2-of-2.json'))).mtimeMs;
    await expect(mergeShares(options())).rejects.toThrow(
      /masks, seeds or labels changed after these shares were counted: 1\/2\. Run "lpcam evaluate --shard"/,
    );
    for (const share of halves) await scoreShare(options(), share);
    expect((await stat(join(work(), 'score-2-of-2.json'))).mtimeMs).toBe(written);
    expect(await cats()).toBe(all - (width * height) / 2);
    // What was put together leaves nothing behind.
    expect(await readdir(folder)).not.toContain('seeds.work');
  });

  it('counts nothing again where nothing changed', async () => {
    for (const share of halves) await scoreShare(options(), share);
    const parts = await Promise.all(
      halves.map(({ index }) => stat(join(work(), `score-${index}-of-2.json`))),
    );
    for (const share of halves) expect(await scoreShare(options(), share)).toBe(true);
    for (const { index } of halves)
      expect((await stat(join(work(), `score-${index}-of-2.json`))).mtimeMs).toBe(parts[index - 1]?.mtimeMs);
    expect(await cats()).toBe(all);
  });

  it('sees a mask of the same size by its time, a seed without a manifest, labels, and a mask that went', async () => {
    const id = ofFirst();
    const changes: readonly (() => Promise<unknown>)[] = [
      () => utimes(maskOf(id), new Date(), new Date('2026-01-01')),
      () => writeSeed(id, 0.1),
      () => writeLabels({ [id]: ['dog'] }),
      () => rm(maskOf(id)),
    ];
    for (const change of changes) {
      for (const share of halves) await scoreShare(options(), share);
      await change();
      await expect(mergeShares(options())).rejects.toThrow('counted: 1/2.');
    }
  });

  it('takes shares that hold where older ones of another number do not', async () => {
    for (const share of halves) await scoreShare(options(), share);
    await writeMask(ofFirst(), 2);
    for (const index of [1, 2, 3]) await scoreShare(options(), { index, of: 3 });
    expect(await cats()).toBe(all - (width * height) / 2);
  });

  it('counts again what an older version left, which does not say what it counted', async () => {
    await scoreShare(options(), first);
    const path = join(work(), 'score-1-of-2.json');
    const { inputs, ...rest } = JSON.parse(await readFile(path, 'utf8')) as { inputs: string };
    await writeFile(path, JSON.stringify(rest));
    await scoreShare(options(), first);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ inputs });
  });
});
