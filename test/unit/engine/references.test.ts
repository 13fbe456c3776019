/** Which images texts mean, and what an image's overlay says, on a study of coloured squares. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/engine';
import { findImages } from '../../../src/engine/references/findImages';
import { imageNames } from '../../../src/engine/references/imageNames';
import { imageHeight, imageWidth, tinyStudy, type TinyStudy } from './support/tinyStudy';

let study: TinyStudy;
beforeEach(async () => {
  study = await tinyStudy();
});
afterEach(() => study.remove());
const { signal } = new AbortController();

async function find(reference: string, folders: string[] = []) {
  const answer = await findImages({ study: { file: study.file }, references: [reference], folders }, signal);
  return answer.images[0];
}

describe('The names of a study', () => {
  it('are those of its list, its labels and its folder', async () => {
    const { names, images } = await imageNames({ study: { file: study.file } }, signal);
    expect([...names].sort()).toEqual(['blue-blue', 'red-green', 'unlisted']);
    expect(images).toBe(join(study.folder, 'JPEGImages'));
  });
});

describe('A reference', () => {
  const image = () => study.image('red-green');

  it('by id has the image, its mask and its classes', async () => {
    expect(await find('red-green')).toMatchObject({
      image: image(),
      id: 'red-green',
      mask: join(study.folder, 'SegmentationClass', 'red-green.png'),
      classes: ['red', 'green'],
    });
    expect(await find('unlisted')).toMatchObject({ id: 'unlisted', mask: null, classes: null });
    expect(await find('nobody')).toMatchObject({ image: null, state: null });
  });

  it("by VOC's paths is found below the data set, a mask as its image", async () => {
    expect((await find('/JPEGImages/red-green.png'))?.image).toBe(image());
    expect((await find('/SegmentationClass/red-green.png'))?.image).toBe(image());
    expect((await find('SegmentationClass/red-green.png'))?.mask).toMatch(
      /SegmentationClass.red-green\.png$/,
    );
  });

  it('by a path of another machine is found by its name, from a folder by its path', async () => {
    expect((await find('/home/somebody/VOC/JPEGImages/red-green.jpg'))?.image).toBe(image());
    expect((await find('D:\\VOC\\JPEGImages\\red-green.jpg'))?.image).toBe(image());
    expect((await find('../JPEGImages/red-green.png', [join(study.folder, 'ImageSets')]))?.image).toBe(
      image(),
    );
    const { images } = await findImages(
      { study: null, references: ['JPEGImages/red-green.png', 'red-green'], folders: [study.folder] },
      signal,
    );
    expect(images.map((one) => one.image)).toEqual([image(), null]);
  });

  it('that leads out of the folder of images, to another computer or nowhere finds nothing', async () => {
    for (const hostile of ['../../../etc/passwd', '//server/share/a.png', '\\\\server\\a.png', 'a\0.png'])
      expect((await find(hostile))?.image, hostile).toBeNull();
  });

  it('has another state once the image, the bank or the settings are others', async () => {
    const states = [(await find('red-green'))?.state];
    await study.writeBank();
    states.push((await find('red-green'))?.state);
    study.write({ seeds: { threshold: 0.5 } });
    states.push((await find('red-green'))?.state);
    await sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } })
      .png()
      .toFile(join(study.folder, 'new.png'));
    renameSync(join(study.folder, 'new.png'), image());
    states.push((await find('red-green'))?.state);
    expect(new Set(states).size).toBe(4);
    expect((await find('red-green'))?.state).toBe(states[3]);
  });

  it("is found under COCO's prefix as well as without it", async () => {
    const folder = join(study.folder, 'train2014');
    mkdirSync(folder);
    writeFileSync(join(folder, 'COCO_train2014_000000000009.jpg'), 'x');
    study.write({ dataset: { images: 'train2014' } });
    const { names } = await imageNames({ study: { file: study.file } }, signal);
    expect(names).toContain('COCO_train2014_000000000009');
    expect(names).toContain('000000000009');
    for (const name of ['000000000009', 'COCO_train2014_000000000009'])
      expect((await find(name))?.image).toBe(join(folder, 'COCO_train2014_000000000009.jpg'));
  });
});

describe('An overlay', () => {
  let engine: Engine;
  beforeEach(() => {
    engine = new Engine();
  });
  afterEach(() => engine.dispose());
  const overlay = (id: string, side = 480) =>
    engine.overlay({ study: { file: study.file }, image: study.image(id), side, deviceChoice: null }, signal);

  it('shows CAM while there is no bank, LPCAM with one, with the figures of both seeds', async () => {
    expect(await overlay('red-green')).toMatchObject({ map: 'cam', width: imageWidth, height: imageHeight });
    await study.writeBank();
    const { map, classes, png, threshold } = await overlay('red-green');
    expect([map, threshold]).toEqual(['lpcam', 0.3]);
    const red = classes.find(({ name }) => name === 'red');
    expect(red).toMatchObject({ source: 'label', classPrototypes: 1, contextPrototypes: 1, dead: false });
    // The mask is red everywhere, the seed where the picture is: its left half, and as far beyond as maps are blurred.
    for (const iou of [red?.lpcamIou, red?.camIou]) {
      expect(iou).toBeGreaterThanOrEqual(0.5);
      expect(iou).toBeLessThan(0.8);
    }
    const { width, channels } = await sharp(png).metadata();
    expect([width, channels]).toEqual([imageWidth, 3]);
  });

  it('is as small as asked, and says where there is no mask', async () => {
    const { width, height, classes } = await overlay('unlisted', 32);
    expect([width, height]).toEqual([32, Math.round((32 * imageHeight) / imageWidth)]);
    expect(classes.map(({ source, camIou }) => [source, camIou])).toEqual([['predicted', null]]);
  });
});
