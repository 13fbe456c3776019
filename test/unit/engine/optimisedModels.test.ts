import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OptimisedModels } from '../../../src/engine/optimisedModels';
import { floatTensor } from '../../../src/formats/onnxValues';
import { lazyTensor } from '../../../src/formats/lazyTensor';
import type { OnnxModel } from '../../../src/formats/onnxModel';
import { InputError } from '../../../src/lpcam/inputError';
import { GraphBuilder } from '../../../src/network/graphBuilder';

const channels = 64;
let folder: string;
let reads: number;
let lines: string[];

/** relu(conv(conv(x))), 1.2 MB of weights. @param sign of the first weights: another checkpoint of the same graph */
function network(sign = 1, width = 512): OnnxModel {
  const builder = new GraphBuilder(13);
  builder.input('x', 'float', [1, channels, 'h', 'w']);
  const wave = (count: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(i) / 64);
  builder.initialisers.push(
    lazyTensor({ name: 'first', type: 1, dims: [width, channels, 3, 3] }, () => {
      reads++;
      return new Uint8Array(wave(width * channels * 9).map((value) => sign * value).buffer);
    }),
    floatTensor('second', [8, width, 1, 1], wave(8 * width)),
  );
  const features = builder.node('Relu', [builder.node('Conv', ['x', 'first'])]);
  builder.node('Conv', [features, 'second'], { to: 'y' });
  builder.output('y', 'float', [1, 8, 'h', 'w']);
  return builder.model('maps', 7);
}

const x = new ort.Tensor(
  'float32',
  Float32Array.from({ length: channels * 81 }, (_, i) => Math.cos(i)),
  [1, channels, 9, 9],
);

/** Opens, runs and closes: the output, and whether the model was kept. */
async function opened(models: OptimisedModels, weights = 'a', model = network()) {
  const { session, kept } = await models.open(weights, model, 'cpu');
  const { y } = await session.run({ x });
  await session.release();
  return { kept, y: y?.data };
}

const models = (more: ConstructorParameters<typeof OptimisedModels>[0] = {}) =>
  new OptimisedModels({ folder, log: (line) => lines.push(line), ...more });

async function onlyEntry(): Promise<string> {
  const names = await readdir(folder);
  expect(names).toHaveLength(1);
  return join(folder, names[0] ?? '');
}

beforeEach(async () => {
  reads = 0;
  lines = [];
  folder = await mkdtemp(join(tmpdir(), 'lpcam-optimised-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a network that was opened before', () => {
  it('opens as it was optimised, without reading its weights, and says the same', async () => {
    const first = await opened(models());
    expect(first.kept).toBe(false);
    const before = reads;
    const second = await opened(models());
    expect(second).toEqual({ kept: true, y: first.y });
    expect(reads).toBe(before);
    expect(lines).toEqual([]);
  });

  it('is not taken for a checkpoint with other weights, nor for another graph', async () => {
    const first = await opened(models());
    const retrained = await opened(models(), 'b', network(-1));
    expect(retrained.kept).toBe(false);
    expect(retrained.y).not.toEqual(first.y);
    expect((await opened(models(), 'a', network(1, 640))).kept).toBe(false);
    expect(await readdir(folder)).toHaveLength(3);
  });

  it.each([
    ['weights with one byte changed', 'weights.bin', (bytes: Buffer) => bytes.fill(1, 5000, 5001)],
    ['weights cut short', 'weights.bin', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['a model that is none', 'model.onnx', () => Buffer.from('no model')],
    ['an entry of another program', 'entry.json', () => Buffer.from('{"format":"other"}')],
    ['an entry cut short', 'entry.json', (bytes: Buffer) => bytes.subarray(0, 9)],
  ])('is made anew from %s', async (_, name, damage) => {
    const first = await opened(models());
    const path = join(await onlyEntry(), name);
    await writeFile(path, damage(await readFile(path)));
    expect(await opened(models())).toEqual(first);
    expect(lines.join()).toMatch(/made anew/);
    expect(await opened(models())).toEqual({ ...first, kept: true });
  });

  it('is forgotten where the folder would outgrow its bound, the one used longest ago first', async () => {
    const mostBytes = 3_000_000;
    await opened(models({ mostBytes }), 'a');
    const long = new Date(Date.now() - 60_000);
    await utimes(join(await onlyEntry(), 'entry.json'), long, long);
    await opened(models({ mostBytes }), 'b');
    await opened(models({ mostBytes }), 'c');
    expect((await opened(models({ mostBytes }), 'b')).kept).toBe(true);
    expect((await opened(models({ mostBytes }), 'c')).kept).toBe(true);
    expect((await opened(models({ mostBytes }), 'a')).kept).toBe(false);
  });
});

describe('where nothing can be kept', () => {
  it('opens networks all the same, and says so once', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const blocked = models({ folder: file });
    const first = await opened(blocked);
    expect(first.kept).toBe(false);
    expect(await opened(blocked)).toEqual(first);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/not kept in .*file/);
  });

  it('tells a weight that cannot be read as it is', async () => {
    const gone = new InputError('The checkpoint is gone.');
    const model = network();
    const first = lazyTensor({ name: 'first', type: 1, dims: [512, channels, 3, 3] }, () => {
      throw gone;
    });
    const initialisers = [first, ...model.graph.initialisers.slice(1)];
    const opening = models().open('a', { ...model, graph: { ...model.graph, initialisers } }, 'cpu');
    await expect(opening).rejects.toBe(gone);
    expect(await readdir(folder)).toEqual([]);
  });
});
