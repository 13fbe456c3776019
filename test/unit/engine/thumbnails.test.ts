/** Patches as pictures, and what the engine says of a study and a checkpoint. */
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/engine';
import { strideOf } from '../../../src/engine/stride';
import { cropSquare, patchCentre } from '../../../src/engine/thumbnails';
import { parseStudy } from '../../../src/engine/study/read';
import { tinyNetwork } from './support/tinyNetwork';
import { tinyStudy, type TinyStudy } from './support/tinyStudy';

let study: TinyStudy;
let engine: Engine;
const signal = new AbortController().signal;
beforeEach(async () => {
  study = await tinyStudy();
  engine = new Engine();
});
afterEach(async () => {
  await engine.dispose();
  study.remove();
});
const patch = (image: string, row: number, column: number) => ({ image, row, column, cosine: 1 });
const pixel = (crop: Uint8Array | null | undefined, size: number, x: number, y: number) => [
  ...(crop?.subarray((y * size + x) * 4, (y * size + x) * 4 + 4) ?? []),
];

describe('thumbnails', () => {
  it('show the picture around a patch, transparent outside the image', async () => {
    const { crops } = await engine.bank.thumbnails(
      {
        study: { file: study.file },
        patches: [
          patch('red-green', 3, 0),
          patch('red-green', 3, 8),
          patch('gone', 0, 0),
          patch('../tiny', 0, 0),
        ],
        size: 16,
        crop: 16,
      },
      signal,
    );
    expect(crops.map((crop) => crop?.length ?? null)).toEqual([1024, 1024, null, null]);
    // The patch's column 0 is centred near pixel 2, so that the crop's left part lies outside.
    expect(pixel(crops[0], 16, 0, 8)).toEqual([0, 0, 0, 0]);
    expect(pixel(crops[0], 16, 12, 8)).toEqual([255, 0, 0, 255]);
    expect(pixel(crops[1], 16, 8, 8)).toEqual([0, 255, 0, 255]);
    expect(pixel(crops[1], 16, 15, 8)).toEqual([0, 0, 0, 0]);
  });

  it('are scaled to the size asked for', async () => {
    const ask = (size: number, crop: number) =>
      engine.bank.thumbnails(
        { study: { file: study.file }, patches: [patch('blue-blue', 2, 4)], size, crop },
        signal,
      );
    for (const [size, crop] of [
      [8, 12],
      [32, 12],
    ] as const) {
      const { crops } = await ask(size, crop);
      expect(crops[0]?.length).toBe(size * size * 4);
      expect(pixel(crops[0], size, size / 2, size / 2)).toEqual([0, 0, 255, 255]);
    }
  });

  it('of a damaged image are missing, the others are not', async () => {
    writeFileSync(study.image('blue-blue'), 'damaged');
    const { crops } = await engine.bank.thumbnails(
      {
        study: { file: study.file },
        patches: [patch('blue-blue', 0, 0), patch('red-green', 0, 0)],
        size: 8,
        crop: 8,
      },
      signal,
    );
    expect(crops.map((crop) => crop === null)).toEqual([true, false]);
  });

  it('lie where the patch looks: the middle of its cell', () => {
    const image = { height: 24, width: 34 };
    expect(patchCentre({ row: 0, column: 0 }, image, { stride: 16, fixedSize: null })).toEqual({
      x: (0.5 * 34) / 3,
      y: 6,
    });
    expect(patchCentre({ row: 1, column: 1 }, image, { stride: 8, fixedSize: [16, 16] })).toEqual({
      x: 1.5 * 17,
      y: 1.5 * 12,
    });
    const one = { width: 1, height: 1, rgb: Uint8Array.from([9, 8, 7]), notices: [] };
    expect([...cropSquare(one, { x: 0.5, y: 0.5 }, 1)]).toEqual([9, 8, 7, 255]);
    expect(cropSquare(one, { x: 500, y: -500 }, 4).every((value) => value === 0)).toBe(true);
  });
});

describe('stride', () => {
  it.each([
    [375, 500, 24, 32, 16],
    [224, 224, 16, 16, 14],
    [375, 500, 47, 63, 8],
    [333, 500, 20, 31, 16],
    [64, 64, 2, 2, 32],
    [64, 64, 40, 40, null],
  ])('of %i x %i seen as %i x %i is %s', (height, width, h, w, expected) => {
    expect(strideOf({ height, width }, { height: h, width: w })).toBe(expected);
  });
});

describe('a study as the engine opens it', () => {
  it('is summed up without running anything', async () => {
    await study.writeBank();
    const summary = await engine.studies.openStudy({ study: { file: study.file } }, signal);
    expect(summary).toMatchObject({
      file: study.file,
      classes: ['red', 'green', 'blue'],
      listed: 2,
      device: 'cpu',
      network: { channels: 3, classes: 3, classifier: 'classifier.weight', fixedSize: null },
      bank: { centres: 4, classes: 3, matchesCheckpoint: null },
    });
    expect(summary.network.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is refused when labels belong to another checkpoint', async () => {
    study.write({ classes: undefined });
    writeFileSync(join(study.folder, 'labels.json'), JSON.stringify({ 'red-green': ['tvmonitor'] }));
    await expect(engine.studies.openStudy({ study: { file: study.file } }, signal)).rejects.toThrow(
      /give red-green the class number 19, but the classifier has 3 outputs/,
    );
  });

  it('is read again when its checkpoint changes', async () => {
    const before = await engine.studies.openStudy({ study: { file: study.file } }, signal);
    study.writeNetwork({ gain: 9 });
    const after = await engine.studies.openStudy({ study: { file: study.file } }, signal);
    expect(after.network.hash).not.toBe(before.network.hash);
  });

  it('opens with a damaged bank, which clustering would make anew, and says so', async () => {
    const bank = join(study.folder, 'lpcam-bank.safetensors');
    writeFileSync(bank, 'damaged');
    const summary = await engine.studies.openStudy({ study: { file: study.file } }, signal);
    expect(summary.bank).toBeNull();
    expect(summary.notices.find(({ file }) => file === bank)?.message).toContain(bank);
  });

  it('names the checkpoint that is no network', async () => {
    writeFileSync(join(study.folder, 'tiny.onnx'), 'no network');
    await expect(engine.studies.openStudy({ study: { file: study.file } }, signal)).rejects.toThrow(
      'tiny.onnx',
    );
  });

  it('never lets clustering write over a published bank', async () => {
    writeFileSync(join(study.folder, 'class_ceneters.pt'), 'x');
    study.write({ bank: 'class_ceneters.pt' });
    await expect(
      engine.clustering.cluster({ study: { file: study.file }, deviceChoice: null }, () => undefined, signal),
    ).rejects.toThrow('which clustering would write over');
  });

  it('inspects a checkpoint, with its stride measured', async () => {
    const summary = await engine.studies.inspect(
      { checkpoint: join(study.folder, 'tiny.onnx'), study: null },
      signal,
    );
    expect(summary).toMatchObject({ stride: 4, channels: 3, classes: 3, bias: false, producer: 'test' });
  });
});

describe('drafting a study', () => {
  it('writes down what was found, and the draft opens', async () => {
    rmSync(study.file);
    writeFileSync(join(study.folder, 'classes.txt'), 'red\ngreen\nblue\n');
    const checkpoint = join(study.folder, 'tiny.onnx');
    const draft = await engine.studies.draftStudy({ checkpoint, folder: study.folder }, signal);
    expect(draft.study).toEqual({
      preset: 'voc',
      checkpoint: 'tiny.onnx',
      classes: 'classes.txt',
      dataset: {
        images: 'JPEGImages',
        list: 'ImageSets/Segmentation/train.txt',
        labels: 'labels.json',
        masks: 'SegmentationClass',
      },
    });
    writeFileSync(study.file, JSON.stringify(draft.study));
    expect(parseStudy(JSON.stringify(draft.study), study.file)).toEqual(draft.study);
    const opened = await engine.studies.openStudy({ study: { file: study.file } }, signal);
    expect(opened.listed).toBe(2);
  });

  it('takes the preset from the number of classes', async () => {
    rmSync(study.file);
    writeFileSync(join(study.folder, 'tiny.onnx'), tinyNetwork({ extraClasses: 77 }));
    const draft = await engine.studies.draftStudy(
      { checkpoint: join(study.folder, 'tiny.onnx'), folder: study.folder },
      signal,
    );
    expect(draft.study.preset).toBe('coco');
    expect(draft.study.classes).toBeUndefined();
  });

  it('says what cannot be found, and still drafts', async () => {
    const bare = join(study.folder, 'bare');
    copyFileSync(join(study.folder, 'labels.json'), join(study.folder, 'broken.onnx'));
    const draft = await engine.studies.draftStudy(
      { checkpoint: join(study.folder, 'broken.onnx'), folder: bare },
      signal,
    );
    expect(draft.study.checkpoint).toBe(join(study.folder, 'broken.onnx'));
    expect(draft.notices.some(({ message }) => message.includes('broken.onnx'))).toBe(true);
  });
});
