import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Explanation } from '../../../src/engine/explanation';
import { makeSeeds, type SeedsOptions } from '../../../src/engine/seeds/seedsJob';
import {
  openSeedsFolder,
  readManifest,
  writeManifest,
  type SeedsPlan,
} from '../../../src/engine/seeds/manifest';
import { readMask } from '../../../src/formats/mask';
import { readSeedMaps } from '../../../src/formats/readSeed';
import { plainSettings } from '../../../src/engine/summary';
import { InputError } from '../../../src/lpcam/inputError';
import { presets } from '../../../src/lpcam/presets';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lpcam seeds-'));
  return () => rm(folder, { recursive: true, force: true });
});

/** An image of 16 x 32 pixels with the classes 2 and 5; class 5 looks like its context everywhere: a dead seed. */
function explanation(): Explanation {
  const classOf = (index: number, name: string) => ({
    index,
    name,
    source: 'label' as const,
    logit: 1,
    probability: 0.7,
  });
  const centre = (id: number, classIndex: number, set: 'foreground' | 'background', p: number) => ({
    id,
    classIndex,
    set,
    p,
    runnerUp: null,
    size: 1,
    spread: null,
    mark: null,
    patches: [],
  });
  return {
    header: {
      image: { path: '/x.jpg', id: 'x', width: 32, height: 16, rgb: new Uint8Array(16 * 32 * 3) },
      mask: null,
      classNames: [],
      classes: [classOf(2, 'bird'), classOf(5, 'bus')],
      centres: [
        centre(0, 2, 'foreground', 0.95),
        centre(1, 2, 'foreground', 0.5),
        centre(2, 2, 'background', 0.5),
        centre(3, 5, 'foreground', 0.95),
        centre(4, 5, 'background', 0.5),
      ],
      alreadyGated: false,
      otherFiles: [],
      settings: plainSettings(presets.voc),
      stride: 16,
      fusion: null,
      checkpoint: { path: '/c.onnx', hash: 'c', ownHash: 'c', followed: false, modified: 0 },
      bank: {
        path: '/b',
        centres: 5,
        classes: 2,
        created: null,
        matchesCheckpoint: true,
        stale: null,
        alreadyGated: false,
        scoring: null,
      },
      device: { asked: 'cpu', inUse: 'cpu', precision: 'full', reason: '', fallback: false, probes: [] },
      notices: [],
    },
    scales: [
      {
        scale: 1,
        height: 1,
        width: 2,
        cam: Float32Array.of(2, 0, 1, 1),
        // Per centre: its similarity left and right. The second centre is rejected by the gate and must not count.
        similarity: Float32Array.of(0.8, 0.4, -1, 1, 0.3, 0.3, 0.2, 0.2, 0.6, 0.6),
        fusion: null,
      },
    ],
    timings: { decode: 0, resize: 0, network: 0, firstMap: 0, total: 0 },
    notices: [],
  };
}

function options(changes: Partial<SeedsOptions> = {}): SeedsOptions {
  return {
    ids: ['a', 'b'],
    outputs: [{ method: 'lpcam', schema: 'irn', folder }],
    classes: null,
    threshold: 0.15,
    plain: false,
    force: false,
    inFlight: 1,
    explain: () => Promise.resolve(explanation()),
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...changes,
  };
}

async function seed(id: string, from = folder) {
  const path = join(from, `${id}.npy`);
  return readSeedMaps(new Uint8Array(await readFile(path)), path);
}

describe('making seeds', () => {
  it("leaves out classes that no image of the study's list is labelled with, and says so", async () => {
    const { notices } = await makeSeeds(options({ classes: new Set([5, 7]) }));
    expect((await seed('a')).keys).toEqual([5]);
    expect(notices.filter(({ kind }) => kind === 'class-without-images')).toEqual([
      {
        kind: 'class-without-images',
        classIndex: 2,
        message: "No image of the study's list is labelled bird: left out of the seeds.",
      },
    ]);
  });

  it("writes IRN's keys and both sizes", async () => {
    await makeSeeds(options());
    const { keys, highRes, strided } = await seed('a');
    expect(keys).toEqual([2, 5]);
    expect(highRes.map(({ height, width }) => [height, width])).toEqual([
      [16, 32],
      [16, 32],
    ]);
    expect(strided.map(({ height, width }) => [height, width])).toEqual([
      [4, 8],
      [4, 8],
    ]);
  });

  it('takes only gated prototypes and normalises by the maximum', async () => {
    await makeSeeds(options());
    const [bird] = (await seed('a')).highRes;
    // relu(.8 - .3) = .5 left, relu(.4 - .3) = .1 right.
    expect(bird?.data[0]).toBe(1);
    expect(bird?.data[31]).toBeCloseTo(0.2, 6);
  });

  it('writes a zero map for a dead seed and tells which', async () => {
    const { dead } = await makeSeeds(options());
    expect(dead).toEqual([
      { id: 'a', className: 'bus' },
      { id: 'b', className: 'bus' },
    ]);
    expect((await seed('a')).highRes[1]?.data.every((value) => value === 0)).toBe(true);
  });

  it('fills several folders from one explanation per image', async () => {
    let explained = 0;
    const cam = join(folder, 'cam');
    const explain = () => {
      explained++;
      return Promise.resolve(explanation());
    };
    await makeSeeds(
      options({
        outputs: [
          { method: 'lpcam', schema: 'irn', folder },
          { method: 'cam', schema: 'irn', folder: cam },
        ],
        explain,
      }),
    );
    expect(explained).toBe(2);
    const [bird] = (await seed('a', cam)).highRes;
    expect(bird?.data[0]).toBeCloseTo(2 / (2 + 1e-5), 6);
  });

  it('continues where an interrupted run stopped', async () => {
    const controller = new AbortController();
    const explain = () => {
      controller.abort();
      return Promise.resolve(explanation());
    };
    await expect(makeSeeds(options({ explain, signal: controller.signal }))).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['a.npy']);
    const { written, skipped } = await makeSeeds(options());
    expect({ written, skipped }).toEqual({ written: 1, skipped: 1 });
  });

  it('makes all anew when forced', async () => {
    await writeFile(join(folder, 'a.npy'), 'old');
    expect((await makeSeeds(options({ force: true }))).written).toBe(2);
    expect((await seed('a')).keys).toEqual([2, 5]);
  });

  it('reports an image that cannot be used and goes on', async () => {
    const explain: SeedsOptions['explain'] = (id) =>
      id === 'a' ? Promise.reject(new InputError('a.jpg is truncated.')) : Promise.resolve(explanation());
    const { written, failed } = await makeSeeds(options({ explain }));
    expect(written).toBe(1);
    expect(failed).toEqual([{ id: 'a', message: 'a.jpg is truncated.' }]);
    expect(await readdir(folder)).toEqual(['b.npy']);
  });

  it('stops at a defect of ours', async () => {
    await expect(makeSeeds(options({ explain: () => Promise.reject(new TypeError('x')) }))).rejects.toThrow(
      TypeError,
    );
  });

  it('keeps ids inside the folder', async () => {
    const { failed } = await makeSeeds(options({ ids: ['a'] }));
    expect(failed).toEqual([]);
    await expect(makeSeeds(options({ ids: ['../a'] }))).rejects.toThrow(/leads out of/);
  });
});

describe('many images in flight', () => {
  const ids = Array.from({ length: 20 }, (_, i) => `img${i}`);

  it('are never more than asked for, and all are made', async () => {
    let now = 0;
    let most = 0;
    const explain = async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 2));
      now--;
      return explanation();
    };
    const { written, failed } = await makeSeeds(options({ ids, inFlight: 4, explain }));
    expect([written, failed, most]).toEqual([20, [], 4]);
    expect(await readdir(folder)).toHaveLength(20);
  });

  it('tell how far they are, one by one', async () => {
    const told: number[] = [];
    await makeSeeds(options({ ids, inFlight: 4, onProgress: ({ done }) => told.push(done) }));
    expect(told).toEqual(Array.from({ length: 21 }, (_, i) => i));
  });

  it('end at a full disk: what was made stays, and every other image is named with the reason', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
    });
    let room = 5;
    const write = async (path: string, bytes: Uint8Array) => {
      if (room-- <= 0) throw full;
      await writeFile(path, bytes);
    };
    const { written, failed, stopped } = await makeSeeds(options({ ids, inFlight: 3, write }));
    expect(written).toBe(5);
    expect(stopped).toBe(`${folder}: the disk is full.`);
    expect(failed.map(({ id }) => id)).toEqual(ids.slice(5));
    expect(failed.every(({ message }) => message.includes('the disk is full'))).toBe(true);
    expect(await readdir(folder)).toHaveLength(5);
    // Once there is room again, the rest is made.
    expect(await makeSeeds(options({ ids }))).toMatchObject({ written: 15, skipped: 5, failed: [] });
  });

  it('report unreadable images and missing labels in the order of the list', async () => {
    const explain = (id: string) =>
      id === 'img3' || id === 'img11'
        ? Promise.reject(new InputError(`${id}.jpg is truncated.`))
        : Promise.resolve(explanation());
    const { written, failed, stopped } = await makeSeeds(options({ ids, inFlight: 4, explain }));
    expect([written, stopped]).toEqual([18, null]);
    expect(failed.map(({ id }) => id)).toEqual(['img3', 'img11']);
  });
});

describe('a seed', () => {
  it('of MCTformer, EDAM and SEAM is a dict of classes', async () => {
    await makeSeeds(options({ outputs: [{ method: 'lpcam', schema: 'dict', folder }] }));
    expect(await seed('a')).toMatchObject({ dialect: 'dict', keys: [2, 5], strided: [] });
  });

  it("as a label map is thresholded, with VOC's palette", async () => {
    const png = join(folder, 'png');
    const outputs = [
      { method: 'lpcam', schema: 'irn', folder },
      { method: 'lpcam', schema: 'png', folder: png },
    ] as const;
    await makeSeeds(options({ outputs, threshold: 0.5 }));
    const { labels, width } = readMask(new Uint8Array(await readFile(join(png, 'a.png'))), 'a.png');
    const [bird] = (await seed('a')).highRes;
    expect(width).toBe(32);
    expect([...labels]).toEqual(Array.from(bird?.data ?? [], (value) => (value > 0.5 ? 3 : 0)));
    expect(new Set(labels)).toEqual(new Set([0, 3]));
  });
});

describe('a folder of seeds', () => {
  const plan: SeedsPlan = {
    format: 'lpcam-lens seeds',
    version: 1,
    method: 'lpcam',
    schema: 'irn',
    checkpoint: { path: '/net.pth', hash: 'c0ffee', modified: null },
    bank: { path: '/bank', hash: 'babe' },
    settings: {
      num_cluster: 12,
      select_thres: 0.1,
      class_thres: 0.9,
      context_thres: 0.9,
      context_thres_low: 0.05,
      cam_scales: [1, 0.5],
      mirror: true,
      cam_eval_thres: null,
      fusion: null,
    },
    classes: ['bird', 'bus'],
    study: null,
    list: null,
    versions: { lpcam: '0.1.0', runtime: 'x' },
  };
  const write = () =>
    writeManifest(folder, {
      ...plan,
      device: 'cpu',
      created: '',
      updated: '',
      complete: false,
      counts: { listed: 2, seeds: 1, failed: 1, dead: 0 },
      failed: [{ id: 'b', message: 'b.jpg is truncated.' }],
      dead: [],
    });

  it('may be continued in the same way', async () => {
    expect(await openSeedsFolder(folder, plan, false)).toBeNull();
    await write();
    expect(await openSeedsFolder(folder, { ...plan }, false)).toMatchObject({ method: 'lpcam' });
    // Where the checkpoint lies plays no part.
    const moved = { ...plan, checkpoint: { ...plan.checkpoint, path: '/elsewhere/net.pth' } };
    expect(await openSeedsFolder(folder, moved, false)).not.toBeNull();
  });

  it('is refused for another checkpoint or setting, by the names the field uses', async () => {
    await write();
    const checkpoint = { ...plan.checkpoint, hash: 'decaf' };
    const settings = { ...plan.settings, cam_scales: [1], context_thres: 0.5 };
    const other = { ...plan, checkpoint, settings };
    await expect(openSeedsFolder(folder, other, false)).rejects.toThrow(
      /another checkpoint, another context_thres \(0\.9, not 0\.5\) and another cam_scales \(\[1,0\.5\], not \[1\]\)/,
    );
    expect(await openSeedsFolder(folder, other, true)).toBeNull();
  });

  it('is refused when it holds .npy files of unknown making, also beside a manifest nobody can read', async () => {
    await writeFile(join(folder, 'x.npy'), '');
    await expect(openSeedsFolder(folder, plan, false)).rejects.toThrow(/not made here/);
    await writeFile(join(folder, 'lpcam-seeds.json'), '{"method": "lpcam"}');
    expect(await readManifest(folder)).toBeNull();
    await expect(openSeedsFolder(folder, plan, false)).rejects.toThrow(/not made here/);
  });
});
