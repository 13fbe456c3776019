import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeModelFiles } from '../../../src/engine/modelFiles';
import { openSession } from '../../../src/engine/session';
import { lazyTensor } from '../../../src/formats/lazyTensor';
import { encodeModel } from '../../../src/formats/onnx';
import type { OnnxModel } from '../../../src/formats/onnxModel';
import { InputError } from '../../../src/lpcam/inputError';
import { GraphBuilder } from '../../../src/network/graphBuilder';

const width = 1200;
const count = 2;
let folder: string;
let reads: number[];

/** x W V, 11 MB of weights; each tells how often it was read. */
function product(): OnnxModel {
  const builder = new GraphBuilder(13);
  builder.input('x', 'float', [1, width]);
  let x = 'x';
  for (let place = 0; place < count; place++) {
    const name = `weight.${place}`;
    builder.initialisers.push(
      lazyTensor({ name, type: 1, dims: [width, width] }, () => {
        reads[place] = (reads[place] ?? 0) + 1;
        const values = Float32Array.from({ length: width * width }, (_, i) => Math.sin(i + place) / width);
        return new Uint8Array(values.buffer);
      }),
    );
    x = builder.node('MatMul', [x, name]);
  }
  builder.output(x, 'float', [1, width]);
  return builder.model('product', 7);
}

async function outputOf(session: ort.InferenceSession): Promise<ort.Tensor['data'] | undefined> {
  const x = Float32Array.from({ length: width }, (_, i) => Math.cos(i));
  const [output] = Object.values(await session.run({ x: new ort.Tensor('float32', x, [1, width]) }));
  await session.release();
  return output?.data;
}

const sessions = () => join(folder, 'lpcam-lens', 'sessions');

beforeEach(async () => {
  reads = [];
  folder = await mkdtemp(join(tmpdir(), 'lpcam-model-'));
  for (const name of ['XDG_CACHE_HOME', 'LOCALAPPDATA']) vi.stubEnv(name, folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

describe.skipIf(process.platform === 'darwin')('weights on their way to ONNX Runtime', () => {
  it('are read one by one, into a file that is gone once the session is open', async () => {
    const whole = await outputOf(await openSession(encodeModel(product()), 'cpu'));
    reads = [];
    expect(await outputOf(await openSession(product(), 'cpu'))).toEqual(whole);
    expect(reads).toEqual([1, 1]);
    expect(await readdir(sessions())).toEqual([]);
  });

  it('lie beside a small model that only this user can read', async () => {
    const files = await writeModelFiles(product());
    const path = files?.path ?? '';
    expect((await stat(path)).size).toBeLessThan(10_000);
    expect((await stat(join(dirname(path), 'weights.bin'))).size).toBeGreaterThanOrEqual(
      count * width * width * 4,
    );
    if (process.platform !== 'win32') expect((await stat(dirname(path))).mode & 0o077).toBe(0);
    await files?.remove();
    expect(existsSync(dirname(path))).toBe(false);
  });

  it('stay in memory where nothing can be written, which is said', async () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    await writeFile(join(folder, 'lpcam-lens'), '');
    const session = await openSession(product(), 'cpu');
    expect(await outputOf(session)).toBeDefined();
    expect(warned.mock.calls.join()).toMatch(/cannot be written to .*sessions .*out of memory/);
  });

  it('leave nothing behind when they cannot be read any more', async () => {
    const model = product();
    const broken = lazyTensor({ name: 'weight.1', type: 1, dims: [width, width] }, () => {
      throw new InputError('a.pth: the file was written while its network was in use.', { file: 'a.pth' });
    });
    const [first] = model.graph.initialisers;
    const initialisers = first ? [first, broken] : [];
    const opening = openSession({ ...model, graph: { ...model.graph, initialisers } }, 'cpu');
    await expect(opening).rejects.toThrow(/written while its network was in use/);
    expect(await readdir(sessions())).toEqual([]);
  });

  it('that a process left behind hours ago are removed, those of others at work are not', async () => {
    for (const name of ['session-old', 'session-new'])
      await mkdir(join(sessions(), name), { recursive: true });
    const old = new Date(Date.now() - 7_200_000);
    await utimes(join(sessions(), 'session-old'), old, old);
    const files = await writeModelFiles(product());
    await files?.remove();
    expect(await readdir(sessions())).toEqual(['session-new']);
  });

  it('need no file when they are few', async () => {
    const builder = new GraphBuilder(13);
    builder.input('x', 'float', [1]);
    builder.node('Identity', ['x'], { to: 'y' });
    builder.output('y', 'float', [1]);
    expect(await writeModelFiles(builder.model('small', 7))).toBeNull();
  });
});
