/** What a study leaves out is found where people keep it; what it names must be there. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nameClasses, presetClasses } from '../../../../src/engine/study/classNames';
import { imageId, imagePath, labelsOf, maskPath } from '../../../../src/engine/study/images';
import { resolveStudy } from '../../../../src/engine/study/resolve';
import type { StudyTrial } from '../../../../src/protocol/studyTrial';
import { presets } from '../../../../src/lpcam/presets';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lpcam-resolve-'));
  put('net.onnx', 'not opened by resolving');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
}
function study(fields: object = {}, file = 'lpcam.json'): Promise<Awaited<ReturnType<typeof resolveStudy>>> {
  put(file, JSON.stringify({ checkpoint: 'net.onnx', ...fields }));
  return resolveStudy({ file: at(file) });
}
const messages = (resolved: { readonly notices: readonly { readonly message: string }[] }) =>
  resolved.notices.map(({ message }) => message).join('\n');

describe('defaults', () => {
  it('are the published ones of VOC, and of the preset named', async () => {
    const voc = await study();
    expect(voc.settings).toEqual(presets.voc);
    expect(voc.network).toEqual({
      features: null,
      classifier: null,
      stride: null,
      predictor: null,
      graph: null,
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
    });
    expect(voc.device).toBe('auto');
    const coco = await study({ preset: 'coco', clustering: { k: 8 }, seeds: { threshold: 0.2 } });
    expect(coco.settings).toEqual({
      ...presets.coco,
      clustering: { ...presets.coco.clustering, k: 8 },
      seeds: { threshold: 0.2 },
    });
  });

  it('keep null where null means something', async () => {
    const { settings } = await study({ preset: 'coco', clustering: { imagesPerClass: null } });
    expect(settings.clustering.imagesPerClass).toBeNull();
  });

  it('give way to what is tried, whose bank is another file than the study’s own', async () => {
    const own = await study({ clustering: { k: 4 } });
    const tried = (trial: StudyTrial) => resolveStudy({ file: at('lpcam.json'), trial });
    const scales = await tried({ scales: [1, 0.5] });
    expect(scales.settings.inference).toEqual({ ...own.settings.inference, scales: [1, 0.5] });
    expect([scales.settings.clustering, scales.bankPath]).toEqual([own.settings.clustering, own.bankPath]);
    const clusters = await tried({ k: 8 });
    expect(clusters.settings.clustering).toEqual({ ...own.settings.clustering, k: 8 });
    expect(clusters.bankPath).toBe(at('.lpcam/trials/num_cluster-8-lpcam-bank.safetensors'));
    expect((await tried({ split: 0.25 })).bankPath).toBe(
      at('.lpcam/trials/select_thres-0.25-lpcam-bank.safetensors'),
    );
    const checkpoint = { checkpoint: at('net.onnx'), folder };
    const bare = await resolveStudy(checkpoint);
    expect((await resolveStudy({ ...checkpoint, trial: { k: 8 } })).bankPath).not.toBe(bare.bankPath);
  });

  it('put the bank beside the study, one per study file', async () => {
    expect((await study()).bankPath).toBe(at('lpcam-bank.safetensors'));
    expect((await study({}, 'voc.json')).bankPath).toBe(at('voc-bank.safetensors'));
    expect((await study({ bank: 'banks/b.safetensors' })).bankPath).toBe(at('banks/b.safetensors'));
    expect((await study({ bank: '~/b.safetensors' })).bankPath).toBe(join(homedir(), 'b.safetensors'));
  });

  it('name the study after its folder, or after its own file', async () => {
    expect((await study()).name).toBe(folder.split('/').at(-1));
    expect((await study({}, 'voc.json')).name).toBe('voc');
  });

  it('do without a file: a checkpoint and a folder', async () => {
    put('runs/a/cam.onnx', '');
    put('classes.txt', 'cat\ndog\n');
    const resolved = await resolveStudy({ checkpoint: at('runs/a/cam.onnx'), folder });
    expect(resolved).toMatchObject({
      file: null,
      name: 'cam.onnx',
      classes: ['cat', 'dog'],
      classesFrom: 'found',
      seedsFolder: at('cam.lpcam-seeds'),
      bankPath: at('cam.lpcam-bank.safetensors'),
    });
  });
});

describe('finding', () => {
  it('a VOCdevkit', async () => {
    const root = 'VOCdevkit/VOC2012';
    mkdirSync(at(root, 'JPEGImages'), { recursive: true });
    mkdirSync(at(root, 'SegmentationClass'));
    put(`${root}/ImageSets/Segmentation/train.txt`, '2007_000032\n2007_000039\n');
    put(
      'labels.json',
      JSON.stringify({ '2007_000032': ['aeroplane', 'person'], '2007_000039': ['tvmonitor'] }),
    );
    const { dataset, classes, classesFrom } = await study();
    expect(dataset).toMatchObject({
      images: at(root, 'JPEGImages'),
      list: at(root, 'ImageSets/Segmentation/train.txt'),
      ids: ['2007_000032', '2007_000039'],
      labelsFile: at('labels.json'),
      masks: at(root, 'SegmentationClass'),
    });
    expect(dataset.labels?.get('2007_000032')).toEqual([0, 14]);
    expect(classes).toEqual(presetClasses.voc);
    expect(classesFrom).toBe('preset');
  });

  it('an IRN workspace: lists and labels in voc12, images named by the study, the masks beside them', async () => {
    put('voc12/train.txt', '2007_000032\n');
    put('voc12/labels.json', JSON.stringify({ '2007_000032': ['cat'] }));
    mkdirSync(at('elsewhere/VOC2012/JPEGImages'), { recursive: true });
    mkdirSync(at('elsewhere/VOC2012/SegmentationClass'));
    const { dataset } = await study({ dataset: { images: 'elsewhere/VOC2012/JPEGImages' } });
    expect(dataset).toMatchObject({
      list: at('voc12/train.txt'),
      labelsFile: at('voc12/labels.json'),
      masks: at('elsewhere/VOC2012/SegmentationClass'),
    });
  });

  it('takes the augmented masks for the augmented list', async () => {
    mkdirSync(at('SegmentationClass'));
    mkdirSync(at('SegmentationClassAug'));
    put('train_aug.txt', 'a\n');
    expect((await study()).dataset.masks).toBe(at('SegmentationClassAug'));
    put('train.txt', 'a\n');
    expect((await study()).dataset.masks).toBe(at('SegmentationClass'));
  });

  it('says when there are masks but no labels, and derives nothing', async () => {
    mkdirSync(at('SegmentationClass'));
    const resolved = await study();
    expect(resolved.dataset.labels).toBeNull();
    expect(messages(resolved)).toContain('No image-level labels were found');
    expect(messages(resolved)).toContain('Masks are never turned into labels.');
  });

  it('uses all labelled images where there is no list', async () => {
    put('classes.txt', 'cat\ndog\n');
    put('labels.json', JSON.stringify({ b: ['dog'], a: ['cat'] }));
    const { dataset } = await study();
    expect(dataset.list).toBeNull();
    expect([...dataset.ids]).toEqual(['b', 'a']);
  });

  it('passes over a found file that is of no use, and says so; a named one is an error', async () => {
    put('classes.txt', 'cat\n');
    put('labels.json', '{ "a": ["zebra"] }');
    expect(messages(await study())).toContain(`${at('labels.json')} was found but is not used`);
    await expect(study({ dataset: { labels: 'labels.json' } })).rejects.toThrow('zebra');
  });
});

describe('lists and labels that do not meet', () => {
  beforeEach(() => put('classes.txt', 'cat\ndog\ncow\n'));

  it('classes without images are named', async () => {
    put('train.txt', 'a\nb\n');
    put('labels.json', JSON.stringify({ a: ['dog'], b: ['dog'], c: ['cat'] }));
    const resolved = await study();
    expect(resolved.notices).toEqual([
      {
        kind: 'class-without-images',
        message: 'No image of the list is labelled cat, cow: left out of clustering and of seeds.',
      },
    ]);
  });

  it('images without labels are counted', async () => {
    put('train.txt', 'a\nb\nc\n');
    put('labels.json', JSON.stringify({ a: ['dog', 'cat', 'cow'] }));
    expect(messages(await study())).toBe(
      `2 of 3 images of ${at('train.txt')} have no labels in ${at('labels.json')}.`,
    );
  });

  it('labels of other data are recognised', async () => {
    put('train.txt', 'a\n');
    put('labels.json', JSON.stringify({ x: ['dog'] }));
    expect(messages(await study())).toContain('the two belong to different data');
  });
});

describe('what is named must be there', () => {
  it.each([
    [{ checkpoint: 'gone.onnx' }, /gone\.onnx does not exist \(`checkpoint` of .*lpcam\.json\)/],
    [{ classes: 'gone.txt' }, /gone\.txt does not exist \(`classes` of /],
    [{ dataset: { images: 'net.onnx' } }, /net\.onnx is a file, not a folder \(`dataset\.images` of /],
    [{ dataset: { list: '.' } }, /is a folder, not a file \(`dataset\.list` of /],
    [{ classes: ['cat', 'dog', 'cat'] }, /names the class "cat" twice/],
    [{ gates: { context: [0.9, 0.1] } }, /`gates\.context` of .* must be \[lower, upper\]/],
  ])('%j', async (fields, expected) => {
    await expect(study(fields)).rejects.toThrow(expected);
  });

  it('a bank that was asked for', async () => {
    put('lpcam.json', JSON.stringify({ checkpoint: 'net.onnx' }));
    await expect(resolveStudy({ file: at('lpcam.json'), bank: at('no.safetensors') })).rejects.toThrow(
      'no.safetensors does not exist',
    );
  });

  it("a checkpoint that was asked for instead of the study's own", async () => {
    put('lpcam.json', JSON.stringify({ checkpoint: 'net.onnx' }));
    put('runs/old.onnx', '');
    const asked = (weights: string) => resolveStudy({ file: at('lpcam.json'), weights: at(weights) });
    expect((await asked('runs/old.onnx')).checkpoint).toBe(at('runs/old.onnx'));
    await expect(asked('runs/gone.onnx')).rejects.toThrow('gone.onnx does not exist');
  });
});

describe('class names', () => {
  it('of a file lose a leading background', async () => {
    put('classes.txt', '\uFEFF_background_\r\ncat\r\n\r\ndog\r\n');
    expect((await study()).classes).toEqual(['cat', 'dog']);
  });

  it('are the preset of the classifier size, else numbers, where nothing names them', async () => {
    const resolved = await study();
    expect(nameClasses(resolved, 20).classNames).toEqual(presetClasses.voc);
    expect(nameClasses(resolved, 80).classNames).toEqual(presetClasses.coco);
    const numbered = nameClasses(resolved, 3);
    expect(numbered.classNames).toEqual(['class 0', 'class 1', 'class 2']);
    expect(numbered.notices[0]?.message).toContain('has 3 outputs and nothing names them');
  });

  it('that the study gives must match the classifier', async () => {
    const resolved = await study({ classes: ['cat', 'dog'] });
    expect(() => nameClasses(resolved, 20)).toThrow(
      /The study names 2 classes, but the classifier of .*net\.onnx has 20 outputs/,
    );
  });

  it('of VOC and COCO are 20 and 80', () => {
    expect([presetClasses.voc.length, presetClasses.coco.length]).toEqual([20, 80]);
    expect(new Set(presetClasses.coco).size).toBe(80);
  });
});

describe('between ids and files', () => {
  beforeEach(() => {
    put('classes.txt', 'cat\n');
    put('train.txt', '2007_000032\n');
    put('JPEGImages/2007_000032.jpg', 'x');
    put('JPEGImages/deep/er.png', 'x');
    put('SegmentationClass/2007_000032.png', 'x');
    put('labels.json', JSON.stringify({ '2007_000032': ['cat'] }));
  });

  it('both ways', async () => {
    const resolved = await study();
    const path = at('JPEGImages/2007_000032.jpg');
    expect(imagePath(resolved, '2007_000032')).toBe(path);
    expect(imageId(resolved, path)).toBe('2007_000032');
    expect(maskPath(resolved, '2007_000032')).toBe(at('SegmentationClass/2007_000032.png'));
    expect(labelsOf(resolved, '2007_000032')).toEqual([0]);
    expect(imageId(resolved, at('JPEGImages/deep/er.png'))).toBe('deep/er');
    expect(imagePath(resolved, 'deep/er')).toBe(at('JPEGImages/deep/er.png'));
    expect(imagePath(resolved, 'gone')).toBeNull();
    expect(maskPath(resolved, 'gone')).toBeNull();
    expect(imageId(resolved, at('other.jpg'))).toBeNull();
  });

  it('an id never leads out of its folder', async () => {
    const resolved = await study();
    put('secret.png', 'x');
    expect(imagePath(resolved, '../secret')).toBeNull();
    expect(imagePath(resolved, at('secret'))).toBeNull();
    expect(maskPath(resolved, '../secret')).toBeNull();
  });

  it('through links', async () => {
    symlinkSync(at('JPEGImages'), at('linked'));
    const resolved = await study();
    expect(imageId(resolved, at('linked/2007_000032.jpg'))).toBe('2007_000032');
  });

  it("COCO's files carry a prefix that some lists leave out", async () => {
    put('train2014/COCO_train2014_000000057870.jpg', 'x');
    put('train.txt', '000000057870\n');
    put('labels.json', JSON.stringify({ '000000057870': ['cat'] }));
    const resolved = await study({ preset: 'coco' });
    const path = at('train2014/COCO_train2014_000000057870.jpg');
    expect(imagePath(resolved, '000000057870')).toBe(path);
    expect(imageId(resolved, path)).toBe('000000057870');
  });
});
