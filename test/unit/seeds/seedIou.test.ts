/** How well the seed file that a study has of an image covers its mask. */
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seedIou } from '../../../src/engine/seedView/seedIou';
import { seedsFolder } from '../../../src/engine/seedView/seedsFolder';
import { writeScoreRecord } from '../../../src/engine/scoring/scoreRecords';
import { writeIrnSeed } from '../../../src/formats/seedWriter';
import { imageHeight, imageWidth, tinyStudy, type TinyStudy } from '../engine/support/tinyStudy';

const { signal } = new AbortController();
const area = imageWidth * imageHeight;

let study: TinyStudy;
beforeEach(async () => {
  study = await tinyStudy();
});
afterEach(() => study.remove());

/** The mask is red everywhere; the seed is red at 0.4 in its upper half, at 0.2 below, and green nowhere. */
async function writeSeed(kind: string): Promise<string> {
  const folder = join(study.folder, 'seeds', kind);
  await mkdir(folder, { recursive: true });
  const size = { width: imageWidth, height: imageHeight };
  const red = { ...size, data: new Float32Array(area).map((_, i) => (i < area / 2 ? 0.4 : 0.2)) };
  const highRes = [red, { ...size, data: new Float32Array(area) }];
  const path = join(folder, 'red-green.npy');
  await writeFile(path, writeIrnSeed({ keys: [0, 1], highRes, strided: highRes }));
  return path;
}

async function found(id = 'red-green') {
  return (await seedIou({ study: { file: study.file }, image: study.image(id) }, signal)).found;
}

const record = (seeds: string, when: string, threshold: number) =>
  writeScoreRecord(study.folder, {
    version: 1,
    when,
    seeds,
    kind: 'lpcam',
    list: { name: 'train', path: null, images: 1, missing: 0 },
    checkpoint: { path: 'net.onnx', hash: null },
    settings: {},
    sweep: [{ threshold, miou: 0.5, fp: 0.1, fn: 0.1 }],
    best: { threshold, miou: 0.5 },
    withMasks: true,
  });

describe("the seed IoU of a study's image", () => {
  it('is there where a seed file and a mask are, and only there', async () => {
    expect(await found()).toBeNull();
    await writeSeed('lpcam');
    expect(await found()).not.toBeNull();
    expect(await found('blue-blue')).toBeNull();
    await rm(join(study.folder, 'SegmentationClass'), { recursive: true });
    expect(await found()).toBeNull();
  });

  it("is taken at the study's threshold before the folder was scored, and says so", async () => {
    const path = await writeSeed('lpcam');
    expect(await found()).toEqual({
      path,
      folder: 'seeds/lpcam',
      threshold: 0.3,
      thresholdFrom: 'study',
      scored: null,
      classes: [
        { name: 'red', iou: 0.5, dead: false },
        { name: 'green', iou: null, dead: true },
      ],
      problem: null,
    });
  });

  it('is taken at the best threshold of the last score of this very folder', async () => {
    await writeSeed('lpcam');
    await record('seeds/lpcam', '2026-01-01T00:00:00.000Z', 0.45);
    await record('seeds/cam', '2026-01-03T00:00:00.000Z', 0.45);
    expect((await found())?.classes[0]?.iou).toBe(0);
    await record('seeds/lpcam', '2026-01-02T00:00:00.000Z', 0.1);
    expect(await found()).toMatchObject({
      threshold: 0.1,
      thresholdFrom: 'best',
      scored: '2026-01-02T00:00:00.000Z',
      classes: [{ name: 'red', iou: 1 }, { name: 'green' }],
    });
  });

  it('follows the file when it is written anew', async () => {
    const path = await writeSeed('lpcam');
    expect((await found())?.classes[0]?.iou).toBe(0.5);
    const size = { width: imageWidth, height: imageHeight };
    const all = [{ ...size, data: new Float32Array(area).fill(1) }];
    await writeFile(path, writeIrnSeed({ keys: [0], highRes: all, strided: all }));
    await utimes(path, new Date(), new Date(Date.now() + 5000));
    expect((await found())?.classes[0]?.iou).toBe(1);
  });

  it('of label maps has no threshold, and counts the labels', async () => {
    const folder = join(study.folder, 'seeds', 'lpcam-png');
    await mkdir(folder, { recursive: true });
    const data = new Uint8Array(area).map((_, i) => (i < area / 4 ? 1 : 0));
    await writeFile(
      join(folder, 'red-green.png'),
      encode({ width: imageWidth, height: imageHeight, data, channels: 1, depth: 8 }),
    );
    expect(await found()).toMatchObject({
      folder: 'seeds/lpcam-png',
      threshold: null,
      thresholdFrom: null,
      classes: [
        { name: 'red', iou: 0.25 },
        { name: 'green', iou: null },
      ],
    });
  });

  it('of a file that is damaged or of another size says what is wrong', async () => {
    const path = await writeSeed('lpcam');
    await writeFile(path, 'no seed');
    expect((await found())?.problem).toContain(path);
    const small = [{ width: 2, height: 2, data: new Float32Array(4) }];
    await writeFile(path, writeIrnSeed({ keys: [0], highRes: small, strided: small }));
    expect((await found())?.problem).toContain('2 x 2 pixels');
  });
});

describe("the study's folder of seeds", () => {
  it('is none before any were made', async () => {
    expect(await seedsFolder({ study: { file: study.file } })).toEqual({ folder: null });
    await writeSeed('lpcam');
    expect(await seedsFolder({ study: { file: study.file } })).toEqual({
      folder: join(study.folder, 'seeds'),
    });
  });
});
