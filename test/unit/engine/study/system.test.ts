/** The system of a study, named or found, sets what the study leaves out. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveStudy } from '../../../../src/engine/study/resolve';
import { writeSafetensors } from '../../../../src/formats/safetensors';
import type { NumericArray } from '../../../../src/formats/numericArray';
import { presets } from '../../../../src/lpcam/presets';
import { systemNames } from '../../../../src/lpcam/systems';
import { parametersOf, ruledStateDict } from '../../../golden/support/ruledWeights';
import { fixturePath } from '../../fixture';
import { amnLines, irnLines } from '../../network/stateDict/tinyDicts';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
beforeEach(() => {
  // The folder above must tell nothing.
  folder = join(mkdtempSync(join(tmpdir(), 'lpcam-system-')), 'work');
  put('net.onnx', 'of nothing known');
});
afterEach(() => rmSync(dirname(folder), { recursive: true, force: true }));

function put(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), content);
}
function weights(path: string, fixture = 'res50_cam.pth'): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  copyFileSync(fixturePath(`networks/${fixture}`), at(path));
}
function dict(path: string, lines: readonly string[]): void {
  const { tensors } = ruledStateDict(parametersOf(lines), path);
  const arrays = [...tensors].map(([key, tensor]): [string, NumericArray] => [key, tensor.numbers()]);
  put(path, writeSafetensors(new Map(arrays), {}));
}
function study(fields: object = {}): ReturnType<typeof resolveStudy> {
  put('lpcam.json', JSON.stringify({ checkpoint: 'net.onnx', ...fields }));
  return resolveStudy({ file: at('lpcam.json') });
}
const aboutSystem = async (fields: object) => {
  const { system, notices } = await study(fields);
  return [system?.name ?? null, notices.some(({ message }) => message.startsWith('Taken for'))];
};

describe('a system that is named', () => {
  it.each([
    ['lpcam-voc', presets.voc],
    ['lpcam-coco', presets.coco],
    ['irn', { ...presets.voc, seeds: { threshold: 0.15 } }],
    ['amn', { ...presets.voc, seeds: { threshold: 0.25 } }],
    ['recam', { ...presets.voc, seeds: { threshold: 0.21 } }],
    ['edam', presets.voc],
    [
      'seam',
      {
        ...presets.voc,
        seeds: { threshold: 0.26 },
        inference: { scales: [0.5, 1, 1.5, 2], mirror: true },
      },
    ],
    ['mctformer-v2', { ...presets.voc, inference: { scales: [1], mirror: true } }],
    ['mctformer-plus', { ...presets.voc, inference: { scales: [1, 0.75, 1.25], mirror: true } }],
    ['generic', presets.voc],
  ])('%s has its published settings', async (system, settings) => {
    const resolved = await study({ system });
    expect(resolved.settings).toEqual(settings);
    expect(resolved.system).toEqual({ name: system, from: 'study', why: null });
    expect(resolved.network.mean).toEqual([0.485, 0.456, 0.406]);
  });

  it('of either data set goes by the preset', async () => {
    const { settings } = await study({ system: 'recam', preset: 'coco' });
    expect(settings).toEqual({ ...presets.coco, seeds: { threshold: 0.15 } });
  });

  it('gives way to what the study says', async () => {
    weights('sess/res50_cam.pth.pth');
    const { settings, system } = await study({
      checkpoint: 'sess/res50_cam.pth.pth',
      system: 'seam',
      seeds: { threshold: 0.4 },
      inference: { mirror: false },
    });
    expect(settings.seeds.threshold).toBe(0.4);
    expect(settings.inference).toEqual({ scales: [0.5, 1, 1.5, 2], mirror: false });
    expect(system?.from).toBe('study');
  });

  it('for one data set refuses the preset of the other', async () => {
    await expect(study({ system: 'lpcam-voc', preset: 'coco' })).rejects.toThrow(
      /`system` of .*lpcam\.json is "lpcam-voc", which is for the preset "voc", but `preset` is "coco"/,
    );
  });

  it('must be one of them', async () => {
    await expect(study({ system: 'pipnet' })).rejects.toThrow(
      `\`system\` must be one of ${systemNames.map((name) => `"${name}"`).join(', ')}, but is "pipnet".`,
    );
  });
});

describe('a system is found', () => {
  it('by the keys of the weights, whatever they are called', async () => {
    dict('a.safetensors', amnLines);
    const resolved = await study({ checkpoint: 'a.safetensors' });
    expect(resolved.system).toMatchObject({ name: 'amn', from: 'found' });
    expect(resolved.system?.why).toMatch(/^the checkpoint is .*as amn has it$/);
    expect(resolved.settings.seeds.threshold).toBe(0.25);
    expect(resolved.notices.map(({ message }) => message).join()).toMatch(
      /Taken for a checkpoint of AMN, because .*seed threshold 0\.25, .*\(LPCAM's: 0\.3\)\. Write "system": "amn"/,
    );
  });

  it.each([
    ['sess/res50_cam.pth.pth', [], 'irn'],
    ['net/res50_cam.pth.pth', [], 'irn'],
    ['res50_cam.pth', ['result/ir_label/a.png'], 'irn'],
    ['sess/res50_cam.pth.pth', ['result/amn_cam/a.npy'], 'amn'],
    ['sess/res50_cam.pth.pth', ['sess/res50_amn.pth.pth'], 'amn'],
    ['recam_weight/res50_recam_4.pth', [], 'recam'],
  ])('by names: %s with %j', async (checkpoint, others, name) => {
    weights(checkpoint);
    for (const other of others) put(other, 'x');
    expect(await aboutSystem({ checkpoint })).toEqual([name, true]);
  });

  it('as LPCAM itself where its own parts lie, or nothing else tells, and changes nothing', async () => {
    weights('res50_cam.pth');
    expect(await aboutSystem({ checkpoint: 'res50_cam.pth' })).toEqual(['lpcam-voc', false]);
    put('result/cam/a.npy', 'x');
    put('cluster_result/x', 'x');
    expect(await aboutSystem({ checkpoint: 'res50_cam.pth' })).toEqual(['lpcam-voc', false]);
    expect(await aboutSystem({ checkpoint: 'res50_cam.pth', preset: 'coco' })).toEqual(['lpcam-coco', false]);
  });

  it('with the data set that has as many classes', async () => {
    dict('a.safetensors', [
      ...irnLines.filter((line) => !line.startsWith('classifier')),
      'classifier.weight fan 80x20x1x1',
    ]);
    const resolved = await study({ checkpoint: 'a.safetensors' });
    expect(resolved.settings).toEqual(presets.coco);
    expect(resolved.classes).toHaveLength(80);
    expect(resolved.notices.map(({ message }) => message).join()).toContain('preset coco');
  });

  it("ReCAM's with its predictor", async () => {
    weights('recam_weight/res50_recam_4.pth');
    const checkpoint = 'recam_weight/res50_recam_4.pth';
    expect((await study({ checkpoint })).network.predictor).toBeNull();
    weights('recam_weight/recam_predictor_4.pth', 'recam_predictor_4.pth');
    expect((await study({ checkpoint })).network.predictor).toBe(at('recam_weight/recam_predictor_4.pth'));
    expect((await study({ checkpoint, system: 'generic' })).network.predictor).toBeNull();
  });

  it('nowhere in a network of somebody else', async () => {
    expect(await aboutSystem({})).toEqual([null, false]);
  });
});

describe('the data of a system', () => {
  it("lies in the work space around IRN's sess/", async () => {
    weights('repo/sess/res50_cam.pth.pth');
    put('repo/voc12/train.txt', '2007_000032\n');
    const { dataset } = await study({ checkpoint: 'repo/sess/res50_cam.pth.pth' });
    expect(dataset.list).toBe(at('repo/voc12/train.txt'));
  });

  it("of MCTformer is listed in img_list/, also COCO's", async () => {
    put('img_list/train_aug_id.txt', 'COCO_train2014_000000279803\n');
    put('img_list/train.txt', 'a\n');
    for (const preset of ['voc', 'coco']) {
      const { dataset } = await study({ system: 'mctformer-plus', preset });
      expect(dataset.list).toBe(at('img_list/train_aug_id.txt'));
    }
    expect((await study({ system: 'generic' })).dataset.list).toBeNull();
  });
});
