/** Feature maps of real photographs through the cut graph, against an independent implementation. */
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../src/engine/image/decode';
import { networkInput } from '../../src/engine/image/input';
import { openSession } from '../../src/engine/session';
import { readNpy } from '../../src/formats/npy';
import { toFloat32 } from '../../src/formats/numericArray';
import { aggregateCam } from '../../src/lpcam/aggregate';
import { buildMapsGraph } from '../../src/network/mapsGraph';
import { loadCamNetwork } from '../../src/network/loadNetwork';
import { hasShared, sharedPath } from './support/shared';

const mean = [0.485, 0.456, 0.406] as const;
const std = [0.229, 0.224, 0.225] as const;
const unnamed = { features: null, classifier: null };

function read(name: string): Uint8Array {
  return readFileSync(sharedPath('models', name));
}

async function imageTensor(id: string, mirror: boolean) {
  const image = await decodeImage(sharedPath('data', 'voc-animals', 'JPEGImages', `${id}.jpg`));
  const { width, height, rgb } = image;
  const data = networkInput(rgb, height, width, mean, std, mirror);
  return { width, height, tensor: new ort.Tensor('float32', data, [mirror ? 2 : 1, 3, height, width]) };
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs((a[i] ?? NaN) - (b[i] ?? NaN)));
  return largest;
}

function floats(tensor: ort.Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new Error('no float output');
  return tensor.data;
}

describe.skipIf(!hasShared)('a real CAM network', () => {
  it.each(['2007_001774', '2007_008722'])('gives the reference features of %s', async (id) => {
    const network = loadCamNetwork(read('mobilenetv2-voc20.onnx'), 'mobilenetv2-voc20.onnx', unnamed);
    expect(network).toMatchObject({
      features: 'features',
      channels: 1280,
      classes: 20,
      bias: null,
      fixedSize: null,
    });
    const graph = buildMapsGraph(network, { mirror: true, similarity: false, feature: true });
    const session = await openSession(graph, 'cpu');
    const { tensor } = await imageTensor(id, true);
    const results = await session.run({ image: tensor });
    const expected = readNpy(readFileSync(sharedPath('golden', 'lpcam', `${id}.x1.features.npy`)), id);
    expect(results['feature']?.dims).toEqual(expected.shape.slice(-3));
    expect(largestDifference(floats(results['feature']), toFloat32(expected))).toBeLessThan(4e-3);
  });

  it('runs a network that takes one image at a time on image and mirror alike', async () => {
    const network = loadCamNetwork(read('mobilenetv2-voc20.onnx'), 'mobilenetv2-voc20.onnx', unnamed);
    const options = { mirror: true, similarity: true, feature: false };
    const centres = new ort.Tensor('float32', network.weight, [20, 1280]);
    const { tensor, height, width } = await imageTensor('2007_001774', true);
    const together = await (
      await openSession(buildMapsGraph(network, options), 'cpu')
    ).run({ image: tensor, centres });
    const single = { ...network, fixedBatch: 1 };
    const apart = await (
      await openSession(buildMapsGraph(single, options), 'cpu')
    ).run({ image: tensor, centres });
    for (const name of ['cam', 'logits', 'similarity'])
      expect(largestDifference(floats(together[name]), floats(apart[name]))).toBeLessThan(1e-3);
    const [, h = 0, w = 0] = together['cam']?.dims ?? [];
    const map = { height: h, width: w, data: floats(together['cam']).subarray(7 * h * w, 8 * h * w) };
    expect(aggregateCam([map], height, width, 'highRes').length).toBe(height * width);
  });

  it.each([
    ['mobilenetv2-voc20.onnx', 1280, 20],
    ['resnet50v2c4-voc20.onnx', 1024, 20],
  ])('keeps the logits of %s', async (name, channels, classes) => {
    const bytes = read(name);
    const network = loadCamNetwork(bytes, name, unnamed);
    expect(network).toMatchObject({ channels, classes, opset: 13, fixedBatch: null });
    const graph = buildMapsGraph(network, { mirror: false, similarity: false, feature: false });
    const { tensor } = await imageTensor('2010_001376', false);
    const ours = await (await openSession(graph, 'cpu')).run({ image: tensor });
    const whole = await (await openSession(bytes, 'cpu')).run({ image: tensor });
    expect(largestDifference(floats(ours['logits']), floats(whole['logits']))).toBeLessThan(1e-3);
  });

  it('says what squeezenet could be, and works once the classifier is named', () => {
    const bytes = read('squeezenet1.1-imagenet.onnx');
    const open = (names: typeof unnamed | { features: string | null; classifier: string | null }) =>
      loadCamNetwork(bytes, 'squeezenet.onnx', names);
    expect(() => open(unnamed)).toThrow(
      /squeezenet\.onnx: found no linear classifier[^]*averages Relu[^]*'features' \[N, 512, h, w\][^]*'classifier\.weight' \[1000, 512, 1, 1\][^]*lpcam\.json/,
    );
    for (const features of [null, 'features']) {
      const network = open({ features, classifier: 'classifier.weight' });
      expect(network).toMatchObject({ features: 'features', channels: 512, classes: 1000 });
      expect(network.bias).toHaveLength(1000);
    }
  });
});
