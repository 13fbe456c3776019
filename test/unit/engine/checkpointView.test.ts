/** Looking into checkpoints without running them: tables, statistics, classifiers, and files that are not as they should be. */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CheckpointView } from '../../../src/engine/checkpointView/checkpointView';
import { writeSafetensors } from '../../../src/formats/safetensors';
import type { NumericArray } from '../../../src/formats/numericArray';
import type { CheckpointTable, TensorStatistics } from '../../../src/protocol/checkpoint';
import type { StudyReference } from '../../../src/protocol/study';
import { fixture, fixturePath } from '../fixture';
import { brokenCheckpoint } from './support/brokenCheckpoint';
import { tinyStudy } from './support/tinyStudy';
import { unknownProvenance } from '../../support/unknownProvenance';

const root = join(__dirname, '../../..');
const demo = (name: string) => join(root, 'demo', name);
const demoStudy = { file: demo('lpcam.json') };
const { signal } = new AbortController();

let folder: string;
let view: CheckpointView;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lpcam-view-'));
  view = new CheckpointView();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

async function opened(checkpoint: string, study: StudyReference | null = null) {
  const tables: CheckpointTable[] = [];
  const identity = await view.open({ checkpoint, study }, ({ table }) => tables.push(table), signal);
  const [table] = tables;
  if (!table) throw new Error('no table was told');
  return { table, identity };
}

async function statisticsOf(table: CheckpointTable, name: string, bins: number | null = null) {
  const found: TensorStatistics[] = [];
  const tensors = [table.tensors.findIndex((tensor) => tensor.name === name)];
  await view.statistics(
    { checkpoint: table.path, version: table.version, tensors, bins },
    ({ statistics }) => found.push(statistics),
    signal,
  );
  return found[0];
}

/** Float32 tensors as a safetensors file. */
function tensorFile(tensors: Readonly<Record<string, readonly number[]>>): Uint8Array {
  const arrays = Object.entries(tensors).map(([name, values]): [string, NumericArray] => [
    name,
    { dtype: 'float32', shape: [values.length], data: Float32Array.from(values) },
  ]);
  return writeSafetensors(new Map(arrays), { format: 'pt' });
}

describe('a checkpoint', () => {
  it('of the published kind is recognised from its weights alone', async () => {
    const { table, identity } = await opened(fixturePath('networks/res50_cam.pth'));
    expect(table).toMatchObject({ format: 'torch', formatName: 'PyTorch (zip)', unlisted: 0 });
    expect(identity.unknown).toBeNull();
    expect(identity.network).toMatchObject({
      system: 'irn',
      stride: 16,
      otherStrides: [8],
      classes: 20,
      channels: 24,
    });
  });

  it('counts weights once that it holds under several names', async () => {
    const { table } = await opened(fixturePath('networks/res50_cam.pth'));
    const aliases = table.tensors.filter(({ alias }) => alias !== null);
    expect(aliases.length).toBeGreaterThan(100);
    const own = table.tensors.filter(({ role, alias }) => role === 'parameter' && alias === null);
    expect(table.parameters).toBe(own.reduce((sum, { elements }) => sum + elements, 0));
    for (const { name, role } of table.tensors)
      if (name.endsWith('running_var')) expect(role).toBe('variance');
  });

  it('in ONNX says its stride and classifier, and its study names the classes', async () => {
    const { table, identity } = await opened(demo('checkpoints/demo_cam.onnx'), demoStudy);
    expect(table.formatName).toMatch(/^ONNX, opset \d+$/);
    expect(table.writer).toMatch(/^pytorch /);
    expect(identity.network).toMatchObject({ stride: 8, classes: 7, channels: 128 });
    expect(identity.study).toMatchObject({ name: 'demo', usesThis: true });
    expect(identity.warnings).toEqual([]);
    const { checkpoint, version } = { checkpoint: table.path, version: table.version };
    const matrix = await view.classifier({ checkpoint, version, study: demoStudy }, signal);
    const names = readFileSync(demo('classes.txt'), 'utf8').trim().split('\n');
    expect(matrix.classNames).toEqual(names);
    expect(matrix.dead).toEqual([]);
    for (let n = 0; n < names.length; n++) expect(matrix.cosines[n * names.length + n]).toBe(1);
  });

  it('holds the same weights as the other file of the same network', async () => {
    const onnx = await opened(demo('checkpoints/demo_cam.onnx'));
    const pth = await opened(demo('checkpoints/demo_cam.pth'));
    const name = 'classifier.weight';
    const [first, second] = [await statisticsOf(onnx.table, name), await statisticsOf(pth.table, name)];
    expect(first?.mean).toBeCloseTo(second?.mean ?? NaN, 6);
    expect(first?.deviation).toBeCloseTo(second?.deviation ?? NaN, 6);
  });

  it('of a network of one’s own takes the graph of the export beside it', async () => {
    const onnx = await opened(demo('checkpoints/demo_cam.onnx'));
    const pth = await opened(demo('checkpoints/demo_cam.pth'));
    expect(pth.identity.unknown).toBeNull();
    expect(pth.identity.network).toEqual(onnx.identity.network);
    expect(pth.identity.network?.channels).toBe(128);
  });

  it('that no network is known for opens with its tensors, and says how to export it', async () => {
    const { table, identity } = await opened(fixturePath('formats/state.pth'));
    expect(table.tensors.map(({ name }) => name)).toContain('weight');
    expect(identity.network).toBeNull();
    expect(identity.unknown?.message).toContain('no network known here');
    expect(identity.unknown?.message).not.toContain(folder);
    expect(identity.unknown?.snippet).toContain('torch.onnx.export');
  });

  it('that is a bank or published prototypes says so', async () => {
    const published = await opened(fixturePath('formats/class_ceneters.pt'));
    expect(published.identity.unknown?.message).toContain('"bank" in lpcam.json');
  });

  it('lists what was saved beside the weights', async () => {
    const { table } = await opened(fixturePath('networks/wrapped-half.legacy.pth'));
    expect(table.facts).toContainEqual({ label: 'epoch', value: '4' });
    expect(table.tensors[0]?.dtype).toBe('float16');
  });

  it('has the SHA-256 of its bytes', async () => {
    const { table } = await opened(demo('checkpoints/demo_cam.pth'));
    const asked = { checkpoint: table.path, version: table.version, study: null };
    const { hash } = await view.hash(asked, () => undefined, signal);
    expect(hash).toBe(createHash('sha256').update(readFileSync(table.path)).digest('hex'));
  });
});

describe('statistics', () => {
  it('are those of the finite numbers, and count the others', async () => {
    const path = written('a.safetensors', tensorFile({ a: [1, 2, NaN, 4, Infinity, 0, -Infinity, NaN] }));
    const { table } = await opened(path);
    const known = await statisticsOf(table, 'a', 4);
    expect(known).toMatchObject({ mean: 1.75, min: 0, max: 4, zeros: 1, nan: 2, infinite: 2 });
    // torch.std of [1, 2, 4, 0]
    expect(known?.deviation).toBeCloseTo(1.707825127659933, 12);
    expect(known?.histogram).toEqual([1, 1, 1, 1]);
  });

  it('have no figure where there is no number', async () => {
    const { table } = await opened(written('a.safetensors', tensorFile({ none: [], nan: [NaN], one: [3] })));
    expect(await statisticsOf(table, 'none', 8)).toMatchObject({
      mean: null,
      deviation: null,
      histogram: null,
    });
    expect(await statisticsOf(table, 'nan', 8)).toMatchObject({ max: null, nan: 1, histogram: null });
    expect(await statisticsOf(table, 'one', 8)).toMatchObject({ mean: 3, deviation: null });
  });

  it('of a large tensor are exact although it is read in slices', async () => {
    const count = 3_000_000;
    const data = Float32Array.from({ length: count }, (_, i) => 1000 + (i % 7));
    const bytes = writeSafetensors(new Map([['a', { dtype: 'float32', shape: [count], data }]]), {});
    const { table } = await opened(written('large.safetensors', bytes));
    const known = await statisticsOf(table, 'a', 7);
    expect(known?.mean).toBeCloseTo(1003, 5);
    expect(known?.deviation).toBeCloseTo(2, 5);
    expect(known?.histogram?.reduce((sum, one) => sum + one, 0)).toBe(count);
  });

  it('stop between two slices when nobody wants them any more', async () => {
    const count = 8_000_000;
    const data = new Float32Array(count);
    const bytes = writeSafetensors(new Map([['a', { dtype: 'float32', shape: [count], data }]]), {});
    const { table } = await opened(written('large.safetensors', bytes));
    const abort = new AbortController();
    const told: unknown[] = [];
    const asked = { checkpoint: table.path, version: table.version, tensors: [0, 0, 0], bins: null };
    const running = view.statistics(asked, (event) => told.push(event), abort.signal);
    setImmediate(() => abort.abort());
    await expect(running).rejects.toThrow();
    expect(told).toEqual([]);
  });

  it('of a view are those of its own numbers, not of its storage', async () => {
    // state.pth holds views: strided, expanded, scalar (test/fixtures/formats/make.py).
    const { table } = await opened(fixturePath('formats/state.pth'));
    for (const { name, elements } of table.tensors) {
      const known = await statisticsOf(table, name, 4);
      const all = known?.histogram?.reduce((sum, one) => sum + one, 0) ?? 0;
      expect([name, all + (known?.nan ?? 0) + (known?.infinite ?? 0)]).toEqual([name, elements]);
    }
  });
});

describe('a checkpoint with trouble', () => {
  it('shows dead classes, classes that are the same, NaN and zero variance', async () => {
    const { table, identity } = await opened(written('broken.safetensors', brokenCheckpoint(root)));
    expect(identity.network?.classes).toBe(20);
    const asked = { checkpoint: table.path, version: table.version, study: null };
    const matrix = await view.classifier(asked, signal);
    expect(matrix.dead).toEqual([3]);
    expect(matrix.cosines[4 * 20 + 5]).toBeCloseTo(1, 6);
    expect(matrix.cosines[3 * 20 + 1]).toBeNaN();
    expect(await statisticsOf(table, 'resnet50.conv1.weight')).toMatchObject({ nan: 2, infinite: 2 });
    expect(await statisticsOf(table, 'resnet50.layer1.0.bn2.running_var')).toMatchObject({
      min: 0,
      zeros: 1,
    });
  });

  it('is warned about when the study names other classes', async () => {
    const study = written(
      'lpcam.json',
      JSON.stringify({ checkpoint: fixturePath('networks/res50_cam.pth'), classes: ['cat', 'dog'] }),
    );
    const { identity } = await opened(fixturePath('networks/res50_cam.pth'), { file: study });
    expect(identity.warnings).toEqual([
      { kind: 'classes', message: expect.stringContaining('The study names 2 classes') as string },
    ]);
  });

  it('is looked into although its study is damaged', async () => {
    const study = written('lpcam.json', '{');
    const { identity } = await opened(fixturePath('networks/res50_cam.pth'), { file: study });
    expect(identity.network?.classes).toBe(20);
    expect(identity.warnings[0]?.kind).toBe('study');
  });

  it('is newer than the bank that was clustered from it', async () => {
    const study = await tinyStudy();
    try {
      const { table } = await opened(join(study.folder, 'tiny.onnx'), { file: study.file });
      const asked = { checkpoint: table.path, version: table.version, study: { file: study.file } };
      const warnings = async () => (await view.hash(asked, () => undefined, signal)).warnings;
      const { hash } = await view.hash(asked, () => undefined, signal);
      const provenance = { ...unknownProvenance, checkpointHash: hash };
      const bank = await study.writeBank({ provenance });
      expect(await warnings()).toEqual([]);
      await study.writeBank({ provenance: { ...provenance, checkpointHash: 'f'.repeat(64) } });
      utimesSync(bank, 1000, 1000);
      expect(await warnings()).toEqual([
        { kind: 'bank', message: expect.stringContaining('is newer than the prototype bank') as string },
      ]);
      utimesSync(bank, 4e9, 4e9);
      expect((await warnings())[0]?.message).toContain('was clustered from another checkpoint');
    } finally {
      study.remove();
    }
  });

  it.each([
    ['empty.pth', new Uint8Array(), /the file is empty/],
    ['text.onnx', 'these are no weights', /not a readable ONNX model/],
    ['text.pt', 'these are no weights', /none of the files that hold a network's weights/],
    ['text.safetensors', 'these are no weights', /no safetensors file/],
    ['hostile.pth', fixture('formats/hostile.pth'), /posix\.system.*Nothing of it was executed/],
  ])('says what is wrong with %s', async (name, bytes, message) => {
    await expect(opened(written(name, bytes))).rejects.toThrow(message);
  });

  it('says what is wrong with a file that was cut short', async () => {
    for (const name of ['demo_cam.onnx', 'demo_cam.pth']) {
      const path = join(folder, name);
      copyFileSync(demo(`checkpoints/${name}`), path);
      truncateSync(path, 100_000);
      await expect(opened(path)).rejects.toThrow(path);
    }
  });

  it('that is not there is said to be missing', async () => {
    await expect(opened(join(folder, 'none.pth'))).rejects.toThrow('There is no checkpoint');
  });

  it('that changed since it was opened is not mixed with what it was', async () => {
    const path = written('a.safetensors', tensorFile({ a: [1] }));
    const { table } = await opened(path);
    writeFileSync(path, tensorFile({ a: [1, 2], b: [3] }));
    const asked = { checkpoint: path, version: table.version, tensors: [0], bins: null };
    await expect(view.statistics(asked, () => undefined, signal)).rejects.toThrow('changed on disk');
    expect((await opened(path)).table.tensors.map(({ name }) => name)).toEqual(['a', 'b']);
  });
});
