import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { seedPair } from '../../../src/engine/seedView/seedPair';
import { fixturePath } from '../fixture';

let folder: string;
const path = (...names: string[]) => join(folder, ...names);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lpcam seed pair-'));
  for (const name of ['images', 'a', 'b']) await mkdir(path(name));
  await writeFile(path('images/boat.jpg'), '');
  await writeFile(path('net.onnx'), '');
  const study = { checkpoint: 'net.onnx', classes: ['a', 'b'], dataset: { images: 'images' } };
  await writeFile(path('lpcam.json'), JSON.stringify(study));
  return () => rm(folder, { recursive: true });
});

const put = (...names: string[]) => copyFile(fixturePath('seeds/irn.npy'), path(...names));

function pair(image = path('images/boat.jpg')) {
  const params = { study: { file: path('lpcam.json') }, image, first: path('a'), second: path('b') };
  return seedPair(params, new AbortController().signal);
}

describe('the seeds that two folders have of an image', () => {
  it('are both read', async () => {
    await put('a/boat.npy');
    await put('b/boat.npy');
    const { first, second } = await pair();
    expect(first).toMatchObject({ problem: null, seed: { path: path('a/boat.npy'), height: 6, width: 8 } });
    expect(second.seed?.content).toMatchObject({ kind: 'maps', keys: [7, 14] });
  });

  it('are told apart where one is missing or damaged', async () => {
    await put('a/boat.npy');
    expect((await pair()).second).toEqual({ seed: null, problem: `${path('b')} has no seed of boat.` });
    await writeFile(path('b/boat.npy'), 'this is no seed');
    const { first, second } = await pair();
    expect(first.seed).not.toBeNull();
    expect(second.seed).toBeNull();
    expect(second.problem).toContain(path('b/boat.npy'));
  });

  it('are none of an image outside the study', async () => {
    expect((await pair(path('boat.jpg'))).first.problem).toMatch(/none of the study's images/);
  });
});
