/** The command line at work on a part of the demo study, in processes of its own. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMask, writeLabelPng } from '../../../src/formats/mask';
import { readNpy } from '../../../src/formats/npy';
import { readSeed, readSeedMaps } from '../../../src/formats/readSeed';
import { BuiltProgram, root, type Ended } from './support/builtProgram';
import { demoStudy } from './support/sharedStudy';

const demo = join(root, 'demo');
let program: BuiltProgram;
let folder: string;
let ids: string[];

async function writeStudy(name: string, changes: object = {}): Promise<void> {
  await writeFile(join(folder, name), JSON.stringify(demoStudy(join(demo, 'JPEGImages'), changes)));
}

async function run(...args: string[]): Promise<Ended> {
  const ended = await program.run(args, folder);
  if (ended.code === 1) throw new Error(ended.stderr);
  return ended;
}

/** Runs with --json: stdout must hold one document and nothing else. */
async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await run(...args, '--json');
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Record<string, unknown>;
}

beforeAll(async () => {
  program = await BuiltProgram.build();
  folder = await mkdtemp(join(tmpdir(), 'lpcam demo-'));
  const list = await readFile(join(demo, 'ImageSets/Segmentation/train.txt'), 'utf8');
  ids = list.trim().split('\n').slice(0, 6);
  await writeFile(join(folder, 'list.txt'), ids.join('\n'));
  await writeStudy('lpcam.json');
  await json('prototypes');
});
afterAll(async () => {
  await program.remove();
  await rm(folder, { recursive: true, force: true });
});

describe('prototypes', () => {
  it('are up to date the second time', async () => {
    const { code, stdout } = await run('prototypes');
    expect(code).toBe(0);
    expect(stdout).toContain('lpcam-bank.safetensors is up to date');
    expect(await json('prototypes')).toMatchObject({ upToDate: true });
  });

  it('are clustered anew for another setting, and when forced', async () => {
    await writeStudy('other.json', {
      clustering: { k: 2, maxIterations: 20 },
      bank: 'lpcam-bank-2.safetensors',
    });
    expect(await json('prototypes', '--study', 'other.json')).toMatchObject({ upToDate: false });
    await writeStudy('other.json', {
      clustering: { k: 3, maxIterations: 20 },
      bank: 'lpcam-bank-2.safetensors',
    });
    expect(await json('prototypes', '--study', 'other.json')).toMatchObject({ upToDate: false });
    expect(await json('prototypes', '--study', 'other.json', '--force')).toMatchObject({ upToDate: false });
  });

  it('are clustered anew for another list of images', async () => {
    await writeStudy('listed.json', { bank: 'listed.safetensors' });
    await json('prototypes', '--study', 'listed.json');
    await writeFile(join(folder, 'shorter.txt'), ids.slice(0, 4).join('\n'));
    const dataset = {
      images: join(demo, 'JPEGImages'),
      list: 'shorter.txt',
      labels: join(demo, 'labels.json'),
    };
    await writeStudy('listed.json', { dataset, bank: 'listed.safetensors' });
    expect(await json('prototypes', '--study', 'listed.json')).toMatchObject({ upToDate: false });
  });

  it('do not need clustering when only a gate moves', async () => {
    await writeStudy('gates.json', {
      gates: { class: 0.5, context: [0, 1] },
      bank: 'lpcam-bank.safetensors',
    });
    expect(await json('prototypes', '--study', 'gates.json')).toMatchObject({ upToDate: true });
  });

  it('never write over a published bank', async () => {
    await writeFile(join(folder, 'class_ceneters.pt'), 'precious');
    await writeStudy('published.json', { bank: 'class_ceneters.pt' });
    const { code, stderr } = await run('prototypes', '--study', 'published.json');
    expect(code).toBe(2);
    expect(stderr).toContain('class_ceneters.pt');
    expect(await readFile(join(folder, 'class_ceneters.pt'), 'utf8')).toBe('precious');
  });

  it('are clustered anew when the bank is damaged', async () => {
    await writeStudy('damaged.json', { bank: 'damaged.safetensors' });
    await writeFile(join(folder, 'damaged.safetensors'), 'no bank at all');
    const { code, stderr } = await run('prototypes', '--study', 'damaged.json');
    expect(code).toBe(0);
    expect(stderr).toContain('damaged.safetensors');
    expect(await json('prototypes', '--study', 'damaged.json')).toMatchObject({ upToDate: true });
  });

  it('leave no bank behind when interrupted', async () => {
    await writeStudy('long.json', { bank: 'long.safetensors' });
    const running = program.start(['prototypes', '--study', 'long.json'], folder);
    await running.said('/');
    running.kill('SIGINT');
    const { code, stderr } = await running.ended;
    expect(code).toBe(130);
    expect(stderr).toContain('interrupted');
    const left = await readdir(folder);
    expect(left).not.toContain('long.safetensors');
    expect(left.filter((name) => name.endsWith('.part') || name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('explain', () => {
  it('writes maps of the image size and pictures for every class', async () => {
    const [id = ''] = ids;
    const labels = JSON.parse(await readFile(join(demo, 'labels.json'), 'utf8')) as Record<string, string[]>;
    const { images } = await json('explain', join(demo, 'JPEGImages', `${id}.jpg`), '--out', 'maps');
    const [image] = images as { width: number; height: number }[];
    const wanted = (labels[id] ?? []).flatMap((name) =>
      ['cam.npy', 'cam.png', 'lpcam.npy', 'lpcam.png'].map((kind) => `${id}.${name}.${kind}`),
    );
    expect((await readdir(join(folder, 'maps'))).sort()).toEqual(wanted.sort());
    for (const name of wanted.filter((file) => file.endsWith('.npy'))) {
      const path = join(folder, 'maps', name);
      const { dtype, shape } = readNpy(new Uint8Array(await readFile(path)), path);
      expect({ dtype, shape }).toEqual({ dtype: 'float32', shape: [image?.height, image?.width] });
    }
  });

  it('takes classes that the person names', async () => {
    const path = join(demo, 'JPEGImages', `${ids[0] ?? ''}.jpg`);
    const { images } = await json('explain', path, '--classes', 'cat,train', '--out', 'named');
    expect(images).toMatchObject([
      {
        classes: [
          { name: 'cat', source: 'asked' },
          { name: 'train', source: 'asked' },
        ],
      },
    ]);
  });

  it('writes the CAM alone where there is no bank, and says so', async () => {
    await writeStudy('bare.json', { bank: 'none.safetensors' });
    const path = join(demo, 'JPEGImages', `${ids[0] ?? ''}.jpg`);
    const { code, stderr } = await run('explain', path, '--study', 'bare.json', '--out', 'bare');
    expect(code).toBe(0);
    expect(stderr).toContain('none.safetensors');
    expect((await readdir(join(folder, 'bare'))).filter((name) => name.includes('.lpcam.'))).toEqual([]);
  });
});

describe('seeds and their scores', () => {
  it.each(['cam', 'lpcam'])('of %s go from images to a score', async (method) => {
    const made = await json('seeds', '--out', `seeds-${method}`, '--method', method);
    expect(made).toMatchObject({ method, written: ids.length, skipped: 0, failed: [] });
    const path = join(folder, `seeds-${method}`, `${ids[0] ?? ''}.npy`);
    expect(readSeedMaps(new Uint8Array(await readFile(path)), path).dialect).toBe('irn');

    const score = await json(
      'evaluate',
      `seeds-${method}`,
      '--masks',
      join(demo, 'SegmentationClass'),
      '--sweep',
    );
    expect(Object.keys(score)).toEqual(expect.arrayContaining(['images', 'best', 'sweep', 'classes']));
    const { images, best, sweep } = score as {
      images: number;
      best: { threshold: number; miou: number };
      sweep: { threshold: number; miou: number; fp: number; fn: number }[];
    };
    expect(images).toBe(ids.length);
    expect(sweep.map(({ threshold }) => threshold)).toEqual(
      [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95].map(
        (percent) => percent / 100,
      ),
    );
    expect(Math.max(...sweep.map(({ miou }) => miou))).toBe(best.miou);
    expect(best.miou).toBeGreaterThan(10);
    const one = await json('evaluate', `seeds-${method}`, '--threshold', String(best.threshold));
    expect(one).toMatchObject({ best, sweep: [sweep.find(({ threshold }) => threshold === best.threshold)] });
  });

  it('are joined with the saliency maps that a study of EDAM names, unless told otherwise', async () => {
    const saliency = join(folder, 'saliency');
    await mkdir(saliency);
    for (const id of ids) {
      const mask = readMask(new Uint8Array(await readFile(join(demo, 'SegmentationClass', `${id}.png`))), id);
      const map = mask.labels.map((label) => (label > 0 && label < 255 ? 200 : 0));
      await writeFile(join(saliency, `${id}.png`), writeLabelPng(map, mask.width, mask.height));
    }
    const dataset = {
      images: join(demo, 'JPEGImages'),
      list: 'list.txt',
      labels: join(demo, 'labels.json'),
      masks: join(demo, 'SegmentationClass'),
      saliency: 'saliency',
    };
    await writeStudy('edam.json', { system: 'edam', dataset });
    const score = (...more: string[]) => json('evaluate', 'seeds-lpcam', '--threshold', '0.2', ...more);
    const joined = await score('--study', 'edam.json');
    expect(joined).toMatchObject({ saliency });
    expect(joined).toEqual(await score('--saliency', saliency));
    const alone = await score('--study', 'edam.json', '--no-saliency');
    expect(alone['best']).toEqual((await score())['best']);
    expect(alone['best']).not.toEqual(joined['best']);
  });

  it('are label maps on request, in a folder beside the study, with a manifest that tells how', async () => {
    const made = await json('seeds', '--method', 'cam', '--schema', 'png');
    expect(made).toMatchObject({ method: 'cam', schema: 'png', written: ids.length });
    const { out } = made as { out: string };
    const path = join(out, `${ids[0] ?? ''}.png`);
    expect(readSeed(new Uint8Array(await readFile(path)), path).kind).toBe('labels');
    expect(JSON.parse(await readFile(join(out, 'lpcam-seeds.json'), 'utf8'))).toMatchObject({
      method: 'cam',
      schema: 'png',
      device: 'cpu',
      complete: true,
      bank: null,
      settings: { cam_scales: [1, 0.5], cam_eval_thres: 0.3, num_cluster: null },
      counts: { listed: ids.length, seeds: ids.length, failed: 0 },
    });
  });

  it('are scored anywhere, without a study', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'lpcam elsewhere-'));
    const masks = join(demo, 'SegmentationClass');
    const { code, stdout } = await program.run(
      ['evaluate', join(folder, 'seeds-cam'), '--masks', masks],
      elsewhere,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/threshold +mIoU/);
    await rm(elsewhere, { recursive: true });
  });

  it('are kept when they are there, and refused for another method', async () => {
    expect(await json('seeds', '--out', 'seeds-cam', '--method', 'cam')).toMatchObject({
      written: 0,
      skipped: ids.length,
    });
    const { code, stderr } = await run('seeds', '--out', 'seeds-cam', '--method', 'lpcam');
    expect(code).toBe(2);
    expect(stderr).toContain('another method');
  });

  it('go on behind an image that cannot be read, and say which with exit code 2', async () => {
    const [first = '', second = ''] = ids;
    await writeFile(join(folder, 'broken.txt'), `${first}\nno_such_image\n${second}\n`);
    const { code, stdout, stderr } = await run(
      ...['seeds', '--method', 'cam', '--out', 'seeds-broken', '--list', 'broken.txt', '--json'],
    );
    expect(code).toBe(2);
    expect(stderr).toContain('no_such_image');
    expect(JSON.parse(stdout)).toMatchObject({ written: 2, failed: [{ id: 'no_such_image' }] });
    expect(
      (await readdir(join(folder, 'seeds-broken'))).filter((name) => name.endsWith('.npy')),
    ).toHaveLength(2);
  });

  it('can be interrupted and continued', async () => {
    const all = (await readFile(join(demo, 'ImageSets/Segmentation/train.txt'), 'utf8')).trim().split('\n');
    await writeFile(join(folder, 'many.txt'), all.slice(0, 60).join('\n'));
    const args = ['seeds', '--method', 'cam', '--out', 'seeds-many', '--list', 'many.txt'];
    const running = program.start(args, folder);
    await running.said('6/60');
    running.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    const left = await readdir(join(folder, 'seeds-many'));
    const seeds = left.filter((name) => name.endsWith('.npy'));
    expect(left.sort()).toEqual([...seeds, 'lpcam-seeds.json'].sort());
    expect(seeds.length).toBeGreaterThanOrEqual(6);
    expect(seeds.length).toBeLessThan(60);
    for (const name of seeds) {
      const path = join(folder, 'seeds-many', name);
      readSeedMaps(new Uint8Array(await readFile(path)), path);
    }
    expect(await json(...args)).toMatchObject({ skipped: seeds.length, written: 60 - seeds.length });
  });

  it('are missed by name when a list asks for more', async () => {
    const { code, stderr } = await run('evaluate', 'seeds-broken', '--list', 'list.txt');
    expect(code).toBe(2);
    expect(stderr).toContain(`4 of ${ids.length} images have no seed`);
    expect(await json('evaluate', 'seeds-broken', '--list', 'list.txt', '--allow-missing')).toMatchObject({
      images: 2,
    });
  });
});
