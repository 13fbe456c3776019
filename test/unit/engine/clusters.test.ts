/** The published `cluster_result/` folder as a bank (fixtures: test/fixtures/formats/make.py). */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readBank } from '../../../src/engine/bankFile';
import { withMembers } from '../../../src/engine/clusterMembers';
import { Engine } from '../../../src/engine/engine';
import { resolveStudy } from '../../../src/engine/study/resolve';
import { clusterFile, readClusterCentres, readClusterIds } from '../../../src/formats/publishedClusters';
import { hasShared, sharedJson, sharedPath } from '../../golden/support/shared';
import { fixture, fixturePath } from '../fixture';
import { tinyClasses, tinyNetwork } from './support/tinyNetwork';

let folder: string;
let path: string;
const at = (...names: string[]) => join(folder, ...names);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lpcam-clusters-'));
  cpSync(fixturePath('formats/cluster'), folder, { recursive: true });
  path = at('cluster_result', 'cluster_centers_0.pt');
  writeFileSync(at('net.onnx'), tinyNetwork());
  writeFileSync(at('train.txt'), 'a\nb\nc\n');
  writeFileSync(at('labels.json'), JSON.stringify({ a: ['red'], b: ['red', 'blue'], c: ['blue'] }));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function members(fields: object = {}, stride = 16) {
  writeFileSync(
    at('lpcam.json'),
    JSON.stringify({ checkpoint: 'net.onnx', classes: tinyClasses, ...fields }),
  );
  const study = await resolveStudy({ file: at('lpcam.json') });
  const bank = await readBank(path, tinyClasses);
  return withMembers(bank, path, study, stride, new AbortController().signal);
}
const places = (patches: readonly { image: string; row: number; column: number }[]) =>
  patches.map(({ image, row, column }) => `${image} ${row} ${column}`);

describe('a folder of clusters', () => {
  it.each(['cluster_centers_0.pt', 'cluster_centers2_2.pt', 'cluster_ids_x_0.pt'])(
    'opens whole by %s, before any gate, with sizes',
    async (name) => {
      const bank = await readBank(at('cluster_result', name), tinyClasses);
      expect(bank).toMatchObject({ alreadyGated: false, channels: 3, classes: tinyClasses });
      expect(bank.centres.map(({ classIndex, set, size }) => [classIndex, set, size])).toEqual([
        [0, 'foreground', 4],
        [0, 'foreground', 2],
        [0, 'background', 2],
        [0, 'background', 3],
        [2, 'foreground', 4],
        [2, 'foreground', 3],
        [2, 'background', 4],
        [2, 'background', 1],
      ]);
    },
  );

  it('without cluster numbers opens without sizes', async () => {
    for (const name of ['x_0', 'x2_0', 'x_2', 'x2_2']) rmSync(at('cluster_result', `cluster_ids_${name}.pt`));
    const bank = await members();
    expect(bank.centres.every(({ size, patches }) => size === 0 && patches.length === 0)).toBe(true);
  });

  it('refuses classes that the classifier does not have', async () => {
    await expect(readBank(path, ['red', 'green'])).rejects.toThrow(
      /cluster_centers_2\.pt is of class 2, but the classifier has 2 classes/,
    );
  });

  it('refuses numbers of other centres', () => {
    cpSync(at('cluster_result', 'cluster_ids_x_0.pt'), at('cluster_result', 'cluster_ids_x_1.pt'));
    const file = at('cluster_result', 'cluster_ids_x_1.pt');
    expect(() => readClusterIds(readFileSync(file), file, 1)).toThrow(
      /it names the centre 1, but there are 1/,
    );
    expect(() => readClusterCentres(readFileSync(file), file)).toThrow(
      /it has shape \(6\); \(centres, channels\)/,
    );
    expect(() => readClusterCentres(fixture('formats/class_context.pt'), 'x.pt')).toThrow(
      /x\.pt: it holds a dict/,
    );
  });

  it('of numbers without centres is no bank', async () => {
    for (const name of ['_0', '2_0', '_2', '2_2']) rmSync(at('cluster_result', `cluster_centers${name}.pt`));
    await expect(readBank(at('cluster_result', 'cluster_ids_x_0.pt'), tinyClasses)).rejects.toThrow(
      /holds no cluster_centers_N\.pt/,
    );
  });

  it('is recognised by the names the published code gives', () => {
    expect(clusterFile('cluster_ids_x2_19.pt')).toEqual({ kind: 'ids', set: 'background', classIndex: 19 });
    for (const name of ['cluster_centers3_1.pt', 'cluster_centers_.pt', 'class_context.pt'])
      expect(clusterFile(name)).toBeNull();
  });

  it.skipIf(!hasShared)('reads the reference files', () => {
    const expected = sharedJson('golden', 'formats', 'expected.json') as Record<string, { values: number[] }>;
    const read = (name: string) => readFileSync(sharedPath('golden', 'formats', name));
    const centres = readClusterCentres(read('cluster_centers_7.pt'), 'c');
    expect([centres.length, centres[0]?.length]).toEqual([12, 16]);
    expect([...(centres[0] ?? [])].slice(0, 8)).toEqual(expected['cluster_centers_7.pt']?.values);
    const ids = readClusterIds(read('cluster_ids_x_7.pt'), 'i', 12);
    expect(ids).toHaveLength(500);
    expect([...ids.subarray(0, 8)]).toEqual(expected['cluster_ids_x_7.pt']?.values);
  });
});

describe('their patches', () => {
  it('come from the list, the labels and the CAMs, row by row; equal to the split is in neither set', async () => {
    const { centres } = await members();
    expect(centres.map(({ patches }) => places(patches))).toEqual([
      ['a 0 0', 'b 1 2'],
      ['b 0 2'],
      ['b 0 1'],
      ['a 0 2', 'b 0 0'],
      ['c 0 2'],
      ['b 0 0'],
      ['b 0 1', 'c 0 0'],
      ['c 0 1'],
    ]);
    expect(centres.every(({ patches }) => patches.every(({ cosine }) => cosine === null))).toBe(true);
  });

  it.each([
    ['another split', { clustering: { split: 0.01 } }, 16],
    ['another stride', {}, 8],
    ['another list', { dataset: { list: 'part.txt' } }, 16],
  ])('are refused with %s', async (_, fields, stride) => {
    writeFileSync(at('part.txt'), 'a\nc\n');
    await expect(members(fields, stride)).rejects.toThrow(
      /cluster_ids_x2?_0\.pt numbers \d rows, but the CAMs of .*cam_mask have \d+ positions (above|below) 0\.\d+ in the [12] images of .* labelled red: they come from another list/,
    );
  });

  it.each([
    [
      'a CAM that is gone',
      () => rmSync(at('cam_mask', 'b.npy')),
      {},
      /b\.npy does not exist: without the CAM/,
    ],
    [
      'no CAMs at all',
      () => rmSync(at('cam_mask'), { recursive: true }),
      {},
      /the CAMs they were split by are needed, in .*cam_mask/,
    ],
    ['no list', () => rmSync(at('train.txt')), {}, /the list and the labels they were made with are needed/],
    ['images drawn at random', () => undefined, { preset: 'coco' }, /drawn at random/],
  ])('need what the rows were made of: %s', async (_, spoil, fields, message) => {
    spoil();
    await expect(members(fields)).rejects.toThrow(message);
  });

  it('are missing in the gallery with the reason, which shows the centres all the same', async () => {
    await using engine = new Engine();
    const fields = {
      checkpoint: 'net.onnx',
      classes: tinyClasses,
      bank: 'cluster_result/cluster_centers_0.pt',
    };
    writeFileSync(at('lpcam.json'), JSON.stringify(fields));
    const { bank, notices } = await engine.bank.openBank(
      { study: { file: at('lpcam.json') } },
      new AbortController().signal,
    );
    expect(bank?.centres).toHaveLength(8);
    expect(bank?.readOnly).toContain('only read');
    expect([...(bank?.scores ?? [])].slice(0, 3).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    // The tiny network's stride is 4.
    expect(notices.map(({ message }) => message).join()).toMatch(/numbers \d rows, but the CAMs of/);
  });
});
