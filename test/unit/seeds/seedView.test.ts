import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { seedView } from '../../../src/engine/seedView/seedView';
import { writeLabelPng } from '../../../src/formats/mask';
import { writeDictSeed } from '../../../src/formats/seedWriter';
import type { ReadAs } from '../../../src/protocol/seed';
import { fixturePath } from '../fixture';

let folder: string;
const path = (...names: string[]) => join(folder, ...names);
const classes = Array.from({ length: 20 }, (_, i) => `kind ${i}`);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lpcam view-'));
  await mkdir(path('images/sub'), { recursive: true });
  await mkdir(path('masks'));
  await mkdir(path('seeds/sub'), { recursive: true });
  await writeFile(path('images/boat.jpg'), '');
  await writeFile(path('images/sub/boat.jpg'), '');
  await writeFile(path('net.onnx'), '');
  await writeFile(path('masks/boat.png'), writeLabelPng(new Uint8Array(48), 8, 6));
  await writeFile(path('labels.json'), JSON.stringify({ boat: ['kind 7', 'kind 14'] }));
  await writeStudy({});
  return () => rm(folder, { recursive: true });
});

function writeStudy(changes: object): Promise<void> {
  const dataset = { images: 'images', masks: 'masks', labels: 'labels.json' };
  return writeFile(
    path('lpcam.json'),
    JSON.stringify({ checkpoint: 'net.onnx', classes, dataset, seeds: { threshold: 0.2 }, ...changes }),
  );
}

function view(file: string, study = true, readAs: ReadAs = null, imageHints: string[] = []) {
  const reference = study ? { file: path('lpcam.json') } : null;
  return seedView(
    { path: file, file: null, study: reference, readAs, imageHints },
    new AbortController().signal,
  );
}

describe('a seed file of a study', () => {
  it('brings its image, its mask, its classes and the threshold', async () => {
    await copyFile(fixturePath('seeds/irn.npy'), path('seeds/boat.npy'));
    expect(await view(path('seeds/boat.npy'))).toMatchObject({
      dialect: 'irn',
      height: 6,
      width: 8,
      content: { kind: 'maps', keys: [7, 14] },
      id: 'boat',
      image: path('images/boat.jpg'),
      labelled: [7, 14],
      classNames: classes,
      mask: { path: path('masks/boat.png'), width: 8, height: 6 },
      threshold: 0.2,
      warnings: [],
    });
  });

  it('that its name does not tell belongs to the image that a hint names, as an id or a path', async () => {
    await copyFile(fixturePath('seeds/irn.npy'), path('seeds/cam.npy'));
    const hinted = (...hints: string[]) =>
      view(path('seeds/cam.npy'), true, null, ['../nothing', 'train', ...hints]);
    expect((await hinted()).image).toBeNull();
    expect((await hinted('boat')).image).toBe(path('images/boat.jpg'));
    expect((await hinted('/elsewhere/JPEGImages/sub/boat.jpg')).image).toBe(path('images/sub/boat.jpg'));
  });

  it('belongs to the image whose id has the same folders', async () => {
    await copyFile(fixturePath('seeds/irn.npy'), path('seeds/sub/boat.npy'));
    expect((await view(path('seeds/sub/boat.npy'))).id).toBe('sub/boat');
  });

  it('says what does not fit the image and the study', async () => {
    const map = { height: 6, width: 8, data: new Float32Array(48) };
    await writeFile(path('seeds/boat.npy'), writeDictSeed({ keys: [8, 14, 40], highRes: [map, map, map] }));
    expect((await view(path('seeds/boat.npy'))).warnings).toEqual([
      expect.stringMatching(/maps of class 40, but the study has 20 classes/),
      'It has kind 8, which the image is not labelled with (kind 7, kind 14).',
      'The image is labelled with kind 7, of which it has no map.',
    ]);
  });

  it('without an image says why there is none', async () => {
    await copyFile(fixturePath('seeds/irn.npy'), path('seeds/other.npy'));
    expect(await view(path('seeds/other.npy'))).toMatchObject({
      id: null,
      image: null,
      withoutImage: expect.stringMatching(/No image called other is in .*images/) as unknown,
    });
  });

  it('shows its maps although the study is damaged', async () => {
    await writeFile(path('lpcam.json'), '{');
    const seed = await view(fixturePath('seeds/irn.npy'));
    expect(seed).toMatchObject({ study: null, classNames: null, content: { keys: [7, 14] } });
    expect(seed.warnings[0]).toMatch(/^The study cannot be read/);
  });

  it('is read as the person says', async () => {
    await copyFile(fixturePath('seeds/grey.png'), path('seeds/boat.png'));
    expect((await view(path('seeds/boat.png'))).content.kind).toBe('labels');
    expect((await view(path('seeds/boat.png'), true, 'saliency')).content.kind).toBe('saliency');
  });

  it('that is the mask itself has no mask to be compared with', async () => {
    expect((await view(path('masks/boat.png'))).mask).toBeNull();
  });
});

describe('a seed file without a study', () => {
  it('shows its maps, with numbers for names', async () => {
    expect(await view(fixturePath('seeds/sipe.npy'), false)).toMatchObject({
      study: null,
      classNames: null,
      image: null,
      withoutImage: expect.stringMatching(/No study/) as unknown,
      threshold: 0.3,
      content: { keys: [7, 14] },
    });
  });

  it('can come as bytes, from a place without a disk', async () => {
    const file = new Uint8Array(
      writeDictSeed({ keys: [3], highRes: [{ height: 1, width: 1, data: new Float32Array(1) }] }),
    );
    const params = { path: '/virtual/a.npy', file, study: null, readAs: null, imageHints: [] };
    expect(await seedView(params, new AbortController().signal)).toMatchObject({ content: { keys: [3] } });
  });

  it('that is gone is said to be', async () => {
    await expect(view(path('seeds/gone.npy'), false)).rejects.toThrow(/gone\.npy: no such file/);
  });
});
