/** The command line on real photographs: its files hold the reference's maps. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNpy } from '../../src/formats/npy';
import { toFloat32 } from '../../src/formats/numericArray';
import { BuiltProgram, root } from '../unit/cli/support/builtProgram';

const shared = join(root, '..', 'shared');
const data = join(shared, 'data/voc-animals');
const golden = join(shared, 'golden/lpcam');
const present = existsSync(golden);
const images = ['2007_001774', '2009_002346'];

function npy(path: string) {
  const array = readNpy(new Uint8Array(readFileSync(path)), path);
  return { shape: array.shape, data: toFloat32(array) };
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  let largest = 0;
  for (const [index, value] of a.entries()) {
    const difference = Math.abs(value - (b[index] ?? NaN));
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

describe.skipIf(!present)('the command line against the reference', () => {
  let program: BuiltProgram;
  let folder: string;

  beforeAll(async () => {
    program = await BuiltProgram.build();
    folder = await mkdtemp(join(tmpdir(), 'lpcam golden-'));
    const study = {
      checkpoint: join(shared, 'models/mobilenetv2-voc20.onnx'),
      classes: join(data, 'classes.txt'),
      dataset: { images: join(data, 'JPEGImages'), labels: join(data, 'cls_labels.npy') },
      device: 'cpu',
    };
    await writeFile(join(folder, 'lpcam.json'), JSON.stringify(study));
    const files = images.map((id) => join(data, 'JPEGImages', `${id}.jpg`));
    const bank = join(golden, 'class_ceneters.pt');
    const { code, stderr } = await program.run(
      ['explain', ...files, '--bank', bank, '--out', 'maps', '--json'],
      folder,
    );
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  });
  afterAll(async () => {
    await program.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const references = present
    ? readdirSync(golden).filter(
        (name) => images.some((id) => name.startsWith(id)) && /\.(cam|lpcam)\.npy$/.test(name),
      )
    : [];

  it.each(references)('%s agrees within 2e-3', (name) => {
    const wanted = npy(join(golden, name));
    const got = npy(join(folder, 'maps', name));
    expect(got.shape).toEqual(wanted.shape);
    expect(largestDifference(got.data, wanted.data)).toBeLessThan(2e-3);
  });

  it('covers CAM and LPCAM of every class of the images', () => {
    expect(references.length).toBe(10);
    const written = readdirSync(join(folder, 'maps'));
    expect(written.filter((name) => name.endsWith('.npy')).sort()).toEqual([...references].sort());
    expect(written.filter((name) => name.endsWith('.png'))).toHaveLength(references.length);
  });

  it.each([
    ['mobilenetv2-voc20.onnx', { channels: 1280, classes: 20, stride: 16, bias: false }],
    ['resnet50v2c4-voc20.onnx', { channels: 1024, classes: 20, stride: 16, bias: false }],
  ])('inspects %s', async (file, facts) => {
    const { code, stdout } = await program.run(['inspect', join(shared, 'models', file), '--json'], folder);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject(facts);
  });

  it('says what a network without a linear classifier behind the pooling could be, and takes the answer', async () => {
    const squeezenet = join(shared, 'models/squeezenet1.1-imagenet.onnx');
    const asked = await program.run(['inspect', squeezenet], folder);
    expect(asked.code).toBe(2);
    expect(asked.stderr.trimEnd().split('\n')).toHaveLength(2);
    for (const name of ["'features'", "'classifier.weight'"]) expect(asked.stderr).toContain(name);

    const network = { features: 'features', classifier: 'classifier.weight' };
    await writeFile(join(folder, 'named.json'), JSON.stringify({ checkpoint: squeezenet, network }));
    const named = await program.run(['inspect', squeezenet, '--study', 'named.json', '--json'], folder);
    expect(named.stderr).toBe('');
    expect(JSON.parse(named.stdout)).toMatchObject({ channels: 512, classes: 1000 });
  });
});
