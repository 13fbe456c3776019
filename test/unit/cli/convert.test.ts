/** `lpcam convert` and `lpcam inspect` of weights, as people run them. */
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BuiltProgram, root } from './support/builtProgram';

const fixtures = join(root, 'test/fixtures/networks');
const weights = join(fixtures, 'res50_cam.pth');
const predictor = join(fixtures, 'recam_predictor_4.pth');
let program: BuiltProgram;
let folder: string;

beforeAll(async () => {
  program = await BuiltProgram.build();
});
afterAll(() => program.remove());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lpcam convert-'));
  return () => rm(folder, { recursive: true, force: true });
});

const lpcam = (...args: string[]) => program.run(args, folder);

describe('lpcam inspect', () => {
  it('says what weights are, and what they do not tell', async () => {
    const { code, stdout } = await lpcam('inspect', weights);
    expect(code).toBe(0);
    expect(stdout).toContain('ResNet of 2 + 2 + 2 + 2 bottleneck blocks of the IRN family (irn)');
    expect(stdout).toMatch(/stride +16, as published; weights do not tell \(8: "network": \{"stride": 8\}\)/);
    expect(stdout).toMatch(/written by +PyTorch\n/);
    expect(stdout).toContain('classifier.weight: 20 classes, without bias');
  });

  it('follows the study', async () => {
    await writeFile(
      join(folder, 'lpcam.json'),
      JSON.stringify({ checkpoint: weights, network: { stride: 8, predictor } }),
    );
    const { code, stdout } = await lpcam('inspect', weights, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      stride: 8,
      scoring: 'linear',
      origin: { system: 'recam', stride: 8, otherStrides: [] },
    });
  });

  it('names a predictor that is not there', async () => {
    await writeFile(
      join(folder, 'lpcam.json'),
      JSON.stringify({ checkpoint: weights, network: { predictor: 'gone.pth' } }),
    );
    const { code, stderr } = await lpcam('inspect', weights);
    expect(code).toBe(2);
    expect(stderr).toContain('gone.pth');
  });
});

describe('a study of weights', () => {
  const ids = ['one', 'two', 'three'];

  /** Noise, one label for each image; `checkpoint` is all that differs between two studies. */
  async function writeStudy(name: string, checkpoint: string): Promise<void> {
    await mkdir(join(folder, 'images'), { recursive: true });
    for (const [i, id] of ids.entries()) {
      const noise = { type: 'gaussian' as const, mean: 100 + 40 * i, sigma: 60 };
      const create = { width: 90 + 7 * i, height: 70, channels: 3 as const, noise, background: 'black' };
      await sharp({ create })
        .png()
        .toFile(join(folder, 'images', `${id}.png`));
    }
    const classes = Array.from({ length: 20 }, (_, n) => `class${n}`);
    await writeFile(join(folder, 'classes.txt'), classes.join('\n'));
    await writeFile(
      join(folder, 'labels.json'),
      JSON.stringify({ one: ['class3'], two: ['class3'], three: ['class7'] }),
    );
    const study = {
      checkpoint,
      classes: 'classes.txt',
      dataset: { images: 'images', labels: 'labels.json' },
      clustering: { k: 2 },
      device: 'cpu',
      bank: `${name}.safetensors`,
    };
    await writeFile(join(folder, `${name}.json`), JSON.stringify(study));
  }

  it('clusters and explains as a study of the converted file does', async () => {
    await lpcam('convert', weights, '--out', 'net.onnx');
    await writeStudy('weights', weights);
    const images = ids.map((id) => join(folder, 'images', `${id}.png`));
    await writeFile(
      join(folder, 'graph.json'),
      (await readFile(join(folder, 'weights.json'), 'utf8'))
        .replace(weights, 'net.onnx')
        .replace('weights.s', 'graph.s'),
    );
    for (const name of ['weights', 'graph']) {
      const clustered = await lpcam('prototypes', '--study', `${name}.json`, '--quiet');
      expect(clustered.stderr).toBe('');
      const explained = await lpcam(
        'explain',
        ...images,
        '--study',
        `${name}.json`,
        '--out',
        name,
        '--quiet',
      );
      expect(explained.stderr).toBe('');
    }
    const maps = (await readdir(join(folder, 'weights'))).filter((file) => file.endsWith('.npy'));
    const told = await lpcam('inspect', 'weights.safetensors', '--json');
    expect(JSON.parse(told.stdout)).toMatchObject({
      channels: 24,
      classes: 20,
      scoring: 'linear',
      device: 'cpu',
    });
    const { stdout } = await lpcam('inspect', 'weights.safetensors');
    expect(stdout).toMatch(/p +scored by the classifier, W F\n/);
    expect(maps.sort()).toEqual(
      ['one.class3', 'three.class7', 'two.class3'].flatMap((map) => [`${map}.cam.npy`, `${map}.lpcam.npy`]),
    );
    for (const map of maps)
      expect(await readFile(join(folder, 'graph', map))).toEqual(
        await readFile(join(folder, 'weights', map)),
      );
  });
});

describe('lpcam convert', () => {
  it('writes a file that opens as the same network', async () => {
    const { code, stdout, stderr } = await lpcam('convert', weights, '--out', 'deep/net.onnx', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      out: join(folder, 'deep/net.onnx'),
      classifier: 'classifier.weight',
      inputs: [{ name: 'image', shape: ['N', 3, 'H', 'W'] }],
      outputs: [
        { name: 'logits', shape: ['N', 20] },
        { name: 'features', shape: ['N', 24, 'h', 'w'] },
      ],
    });
    expect(await readdir(join(folder, 'deep'))).toEqual(['net.onnx']);
    const before = JSON.parse((await lpcam('inspect', weights, '--json')).stdout) as Record<string, unknown>;
    const after = JSON.parse((await lpcam('inspect', 'deep/net.onnx', '--json')).stdout) as Record<
      string,
      unknown
    >;
    for (const field of ['features', 'classifier', 'channels', 'classes', 'stride', 'origin', 'parameters'])
      expect(after[field]).toEqual(before[field]);
  });

  it('takes the stride from an option', async () => {
    const { stdout } = await lpcam('convert', weights, '--out', 'net.onnx', '--stride', '8');
    expect(stdout).toContain('stride 8');
    const { stdout: text } = await lpcam('inspect', 'net.onnx');
    expect(text).toMatch(/stride +8\n/);
  });

  it('takes the graph of an export, named or of the same name beside the weights', async () => {
    const custom = (name: string) => join(fixtures, name);
    await copyFile(custom('custom.pth'), join(folder, 'epoch9.pth'));
    const alone = await lpcam('inspect', 'epoch9.pth');
    expect(alone.code).toBe(2);
    const named = await lpcam('convert', 'epoch9.pth', '--out', 'out.onnx', '--graph', custom('custom.onnx'));
    expect({ code: named.code, stderr: named.stderr }).toEqual({ code: 0, stderr: '' });
    await copyFile(custom('custom.onnx'), join(folder, 'epoch9.onnx'));
    const beside = await lpcam('inspect', 'epoch9.pth');
    expect(beside.stdout).toMatch(/written by +PyTorch, graph of epoch9\.onnx\n/);
    expect(beside.stdout).toContain('head.weight: 4 classes, with bias');
  });

  it('overwrites only with --force', async () => {
    await writeFile(join(folder, 'net.onnx'), 'mine');
    const refused = await lpcam('convert', weights, '--out', 'net.onnx');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/net\.onnx: exists already\. Overwrite it with --force\.\n$/);
    expect(await readFile(join(folder, 'net.onnx'), 'utf8')).toBe('mine');
    expect((await lpcam('convert', weights, '--out', 'net.onnx', '--force')).code).toBe(0);
    expect(await readdir(folder)).toEqual(['net.onnx']);
  });

  it.each([
    ['no --out', [weights], '--out'],
    ['a file that is not there', ['gone.pth', '--out', 'x.onnx'], 'gone.pth: no such file'],
    ['a stride that is no number', [weights, '--out', 'x.onnx', '--stride', 'half'], 'half'],
    ['a stride it cannot have', [weights, '--out', 'x.onnx', '--stride', '32'], 'stride is 16 or 8'],
    ['a predictor alone', [predictor, '--out', 'x.onnx'], "ReCAM's recam_predictor"],
    [
      'an ONNX file',
      [join(root, 'demo/checkpoints/demo_cam.onnx'), '--out', 'x.onnx'],
      'needs no conversion',
    ],
    ['hostile weights', [join(root, 'test/fixtures/formats/hostile.pth'), '--out', 'x.onnx'], 'refused'],
  ])('refuses %s and writes nothing', async (_, args, mention) => {
    const { code, stderr } = await lpcam('convert', ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(mention);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(await readdir(folder)).toEqual([]);
  });

  it('does not write over the checkpoint or a folder, even with --force', async () => {
    await copyFile(weights, join(folder, 'net.pth'));
    await mkdir(join(folder, 'out'));
    expect((await lpcam('convert', 'net.pth', '--out', 'net.pth', '--force')).stderr).toContain(
      'checkpoint itself',
    );
    expect((await lpcam('convert', 'net.pth', '--out', 'out', '--force')).stderr).toContain('is a folder');
    expect(await readFile(join(folder, 'net.pth'))).toEqual(await readFile(weights));
  });

  it('shows an unknown state dict with Python that can be copied', async () => {
    const { code, stderr } = await lpcam('inspect', join(root, 'test/fixtures/formats/state.pth'));
    expect(code).toBe(2);
    expect(stderr).toContain('torch.onnx.export(model, torch.zeros(1, 3, 224, 224), "model.onnx"');
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
  });
});
