import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { imageSeed } from '../../../src/engine/seedView/imageSeed';
import { fixturePath } from '../fixture';

let folder: string;
const path = (...names: string[]) => join(folder, ...names);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lpcam image seed-'));
  for (const name of ['images', 'seeds/cam', 'seeds/lpcam', 'elsewhere'])
    await mkdir(path(name), { recursive: true });
  await writeFile(path('images/boat.jpg'), '');
  await writeFile(path('net.onnx'), '');
  await writeStudy({});
  return () => rm(folder, { recursive: true });
});

function writeStudy(changes: object): Promise<void> {
  const study = { checkpoint: 'net.onnx', classes: ['a', 'b'], dataset: { images: 'images' }, ...changes };
  return writeFile(path('lpcam.json'), JSON.stringify(study));
}

const put = (...names: string[]) => copyFile(fixturePath('seeds/irn.npy'), path(...names));

async function found(image = path('images/boat.jpg')) {
  const params = { study: { file: path('lpcam.json') }, image };
  return (await imageSeed(params, new AbortController().signal)).found;
}

describe("the study's seed of an image", () => {
  it('is none before any was made', async () => {
    expect(await found()).toBeNull();
  });

  it("is LPCAM's where there is one, else CAM's", async () => {
    await put('seeds/cam/boat.npy');
    expect(await found()).toMatchObject({
      kind: 'cam',
      path: path('seeds/cam/boat.npy'),
      height: 6,
      width: 8,
    });
    await put('seeds/lpcam/boat.npy');
    expect(await found()).toMatchObject({ kind: 'lpcam', content: { kind: 'maps', keys: [7, 14] } });
  });

  it('may lie in the folder of seeds itself, wherever the study says it is', async () => {
    await writeStudy({ seeds: { folder: 'elsewhere' } });
    await put('elsewhere/boat.npy');
    expect(await found()).toMatchObject({ kind: '', path: path('elsewhere/boat.npy') });
  });

  it('of an image that is none of the study is none', async () => {
    await put('seeds/lpcam/boat.npy');
    expect(await found(path('boat.jpg'))).toBeNull();
  });
});
