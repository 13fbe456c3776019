/** The stages of an image: where each system leaves them, and what is read of them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/engine';
import { readStages } from '../../../src/engine/stages/readStages';
import { stageFolders } from '../../../src/engine/stages/stageFolders';
import { resolveStudy } from '../../../src/engine/study/resolve';
import { writeLabelPng } from '../../../src/formats/mask';
import { writeIrnSeed } from '../../../src/formats/seedWriter';
import type { StageName } from '../../../src/lpcam/stages';
import type { StageReading, StageStrip } from '../../../src/protocol/stages';
import { imageHeight, imageWidth, tinyStudy, type TinyStudy } from './support/tinyStudy';

const never = new AbortController().signal;
const area = imageHeight * imageWidth;

describe('the folders of the stages', () => {
  let folder: string;
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'lpcam-stages-')), 'work');
    put('sess/net.onnx', 'nobody reads it');
  });
  afterEach(() => rmSync(dirname(folder), { recursive: true, force: true }));

  function put(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  async function found(study: object): Promise<Record<string, string | null>> {
    put('lpcam.json', JSON.stringify({ checkpoint: 'sess/net.onnx', ...study }));
    const folders = stageFolders(await resolveStudy({ file: join(folder, 'lpcam.json') }));
    return Object.fromEntries(
      Object.entries(folders).map(([stage, { folder: at }]) => [
        stage,
        at === null ? null : at.slice(folder.length + 1).replaceAll('\\', '/'),
      ]),
    );
  }

  it.each([
    ['irn', {}, ['result/cam', null, 'result/ir_label', 'result/sem_seg']],
    ['lpcam-voc', {}, ['cam_mask', 'lpcam_mask', 'ir_label', 'sem_seg']],
    ['recam', {}, ['cam_mask', null, 'ir_label', 'sem_seg']],
    ['amn', {}, ['result/amn_cam', null, 'result/amn_ir_label', 'result/sem_seg']],
    [
      'amn',
      { preset: 'coco' },
      ['result/amn_cam_coco', null, 'result/amn_ir_label_coco', 'result/sem_seg_coco'],
    ],
    [
      'mctformer-v2',
      {},
      [
        'MCTformer_results/MCTformer_v2/attn-patchrefine-npy',
        null,
        null,
        'MCTformer_results/MCTformer_v2/pgt-psa-rw',
      ],
    ],
    ['mctformer-plus', {}, ['cam-npy', null, null, 'pgt-psa-rw']],
    ['seam', {}, ['out_cam', null, null, 'out_rw']],
    ['edam', {}, ['out_cam', null, null, 'out_crf_pred']],
  ] as const)('of %s are where its published code leaves them', async (system, rest, folders) => {
    for (const at of folders) if (at !== null) put(`${at}/a.png`, '');
    const [cam, lpcam, irLabel, pseudoMask] = folders;
    expect(await found({ system, ...rest })).toEqual({ cam, lpcam, irLabel, pseudoMask });
  });

  it('are those of LPCAM and IRN where no system is known', async () => {
    put('result/ir_label/a.png', '');
    put('sem_seg/a.png', '');
    expect(await found({ system: 'generic' })).toMatchObject({
      irLabel: 'result/ir_label',
      pseudoMask: 'sem_seg',
    });
  });

  it('are where the study says, also when that is nowhere', async () => {
    put('result/cam/a.npy', '');
    put('other/a.npy', '');
    const stages = { cam: 'other', irLabel: 'gone' };
    expect(await found({ system: 'irn', stages })).toMatchObject({ cam: 'other', irLabel: null });
  });

  it('are seeds that were generated here, where the published code left none', async () => {
    put('seeds/lpcam/a.npy', '');
    put('seeds/cam/a.npy', '');
    put('result/cam/a.npy', '');
    expect(await found({ system: 'irn' })).toMatchObject({ cam: 'result/cam', lpcam: 'seeds/lpcam' });
  });

  it('pass over folders that a script made and did not fill', async () => {
    mkdirSync(join(folder, 'result/amn_cam'), { recursive: true });
    put('result/cam/a.npy', '');
    expect(await found({ system: 'amn' })).toMatchObject({ cam: 'result/cam' });
  });
});

describe('the stages of an image', () => {
  let study: TinyStudy;
  beforeEach(async () => {
    study = await tinyStudy();
    study.write({ system: 'irn' });
  });
  afterEach(() => study.remove());

  const put = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(study.folder, path)), { recursive: true });
    writeFileSync(join(study.folder, path), content);
  };
  const read = (image: string | number) => readStages({ study: { file: study.file }, image }, never);
  function stage(strip: StageStrip, name: StageName): StageReading {
    const found = strip.stages.find((one) => one.name === name);
    if (!found) throw new Error(`no stage ${name}`);
    return found;
  }
  const seed = () => {
    const map = { height: imageHeight, width: imageWidth, data: new Float32Array(area).fill(0.75) };
    return writeIrnSeed({ keys: [1], highRes: [map], strided: [map] });
  };

  it('are read from their files, in the order in which they are made', async () => {
    put('result/cam/red-green.npy', seed());
    const open = new Uint8Array(area).fill(255);
    put('result/ir_label/red-green.png', writeLabelPng(open, imageWidth, imageHeight));
    const strip = await read(study.image('red-green'));
    expect(strip.stages.map(({ name }) => name)).toEqual([
      'cam',
      'lpcam',
      'irLabel',
      'pseudoMask',
      'groundTruth',
    ]);
    expect(stage(strip, 'cam').content).toMatchObject({ kind: 'maps', keys: [1], dialect: 'irn' });
    expect(stage(strip, 'irLabel').content).toMatchObject({ kind: 'labels', labels: open });
    expect(stage(strip, 'groundTruth').content).toMatchObject({ kind: 'labels', width: imageWidth });
    expect(strip).toMatchObject({ labels: [0, 1], threshold: 0.15, system: 'IRN' });
    expect(strip.place).toMatchObject({ id: 'red-green', index: 0, count: 2, of: 'list', previous: null });
    expect(strip.place.next).toBe(study.image('blue-blue'));
  });

  it('that are missing say where they were looked for and what makes them', async () => {
    put('result/cam/blue-blue.npy', seed());
    const strip = await read(study.image('red-green'));
    expect(stage(strip, 'cam')).toMatchObject({ file: null, content: null, fault: null });
    expect(stage(strip, 'cam').lookedFor).toContain(join(study.folder, 'result/cam/red-green.npy'));
    const irLabel = stage(strip, 'irLabel');
    expect(irLabel).toMatchObject({ folder: null, from: null });
    expect(irLabel.lookedIn).toEqual([join(study.folder, 'result/ir_label')]);
    expect(irLabel.maker).toMatch(/--cam_to_ir_label_pass True/);
  });

  it('that are damaged leave the others alone', async () => {
    put('result/cam/red-green.npy', seed().subarray(0, 300));
    put('result/sem_seg/red-green.png', writeLabelPng(new Uint8Array(area), imageWidth, imageHeight));
    const strip = await read(0);
    expect(stage(strip, 'cam')).toMatchObject({ content: null });
    expect(stage(strip, 'cam').fault).toMatch(/red-green\.npy/);
    expect(stage(strip, 'pseudoMask').content).toMatchObject({ kind: 'labels' });
  });

  it('two values in a pseudo mask are labels, not saliency', async () => {
    const labels = Uint8Array.from({ length: area }, (_, i) => (i % 2 === 0 ? 0 : 255));
    put('result/sem_seg/red-green.png', writeLabelPng(labels, imageWidth, imageHeight));
    expect(stage(await read(0), 'pseudoMask').content).toMatchObject({ kind: 'labels', labels });
  });

  it('are found for an image that the list leaves out, among the images of its folder', async () => {
    const { place } = await read(study.image('unlisted'));
    expect(place).toMatchObject({ id: 'unlisted', of: 'folder', index: 2, count: 3, next: null });
    expect(place.previous).toBe(study.image('red-green'));
  });

  it('step over listed images that are not there, and say so when none is', async () => {
    put('ImageSets/Segmentation/train.txt', 'gone\nred-green\n../../../etc/passwd\nblue-blue\n');
    const first = await read(0);
    expect(first.place).toMatchObject({ id: 'red-green', index: 1, count: 4, previous: null });
    expect(first.place.next).toBe(study.image('blue-blue'));
    put('ImageSets/Segmentation/train.txt', 'gone\n');
    await expect(read(0)).rejects.toThrow(/None of the study's 1 listed images is there/);
    await expect(read(join(study.folder, 'nothing.png'))).rejects.toThrow(/There is no image/);
  });

  it('computed now are the seeds that would be written', async () => {
    await study.writeBank();
    const engine = new Engine();
    try {
      const reference = { file: study.file };
      const image = study.image('red-green');
      const computed = await engine.computeStages({ study: reference, image, deviceChoice: null }, never);
      expect(computed).toMatchObject({ keys: [0, 1], predicted: false, lpcamFault: null });
      const outputs = (['cam', 'lpcam'] as const).map((method) => ({ method, schema: null, folder: null }));
      await engine.makeSeeds(
        { study: reference, outputs, list: null, force: false, deviceChoice: null },
        () => undefined,
        never,
      );
      const strip = await read(image);
      for (const method of ['cam', 'lpcam'] as const) {
        const { content } = stage(strip, method);
        expect(content?.kind === 'maps' && content.maps).toEqual(computed[method]);
      }
    } finally {
      await engine.dispose();
    }
  });

  it('computed without a bank have no LPCAM, and say why', async () => {
    const engine = new Engine();
    try {
      const image = study.image('unlisted');
      const asked = { study: { file: study.file }, image, deviceChoice: null };
      const computed = await engine.computeStages(asked, never);
      expect(computed).toMatchObject({ lpcam: null, predicted: true });
      expect(computed.lpcamFault).toMatch(/bank/);
    } finally {
      await engine.dispose();
    }
  });
});
