/** Every family in small: what it is recognised as, and that the converted file opens as the same network. */
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { encodeModel } from '../../../../src/formats/onnx';
import { loadCamNetwork } from '../../../../src/network/loadNetwork';
import { buildMapsGraph } from '../../../../src/network/mapsGraph';
import { scorePrototype } from '../../../../src/network/prototypeScores';
import { floats, networkOf, run } from '../../../golden/support/builtNetwork';
import {
  amnLines,
  edamLines,
  irnLines,
  mctLines,
  psaLines,
  seamLines,
  tinyDict,
  torchvisionLines,
  vggLines,
  vitLines,
} from './tinyDicts';

const unnamed = { features: null, classifier: null };
const any = [40, 56] as const;

const cases: readonly (readonly [string, readonly string[], object])[] = [
  [
    'IRN',
    irnLines,
    { origin: { system: 'irn', stride: 16, otherStrides: [8] }, classifier: 'classifier.weight' },
  ],
  ['AMN', amnLines, { origin: { system: 'amn', stride: 16, otherStrides: [8] }, scoring: 'own-label' }],
  ['PSA', psaLines, { origin: { system: 'psa', stride: 8, otherStrides: [] }, scoring: 'linear' }],
  ['SEAM', seamLines, { origin: { system: 'seam', stride: 8 }, scoring: 'linear' }],
  ['EDAM', edamLines, { origin: { system: 'edam', stride: 8 }, scoring: 'summed-kernel', bias: null }],
  ['MCTformer V2', mctLines(false), { origin: { system: 'mctformer-v2' }, scoring: 'summed-kernel' }],
  ['MCTformer+', mctLines(true), { origin: { system: 'mctformer-plus' }, scoring: 'summed-kernel' }],
  ['a ResNet', torchvisionLines, { origin: { system: 'torchvision', stride: 32, otherStrides: [16, 8] } }],
  ['a VGG', vggLines, { origin: { architecture: 'VGG-5' }, scoring: 'constant-field' }],
  ['a ViT', vitLines, { scoring: 'patch-token', fixedSize: [32, 32] }],
];

describe.each(cases)('%s', (_, lines, facts) => {
  const { model, network } = networkOf(tinyDict(lines));
  const [height, width] = network.fixedSize ?? any;
  const numbers = Float32Array.from({ length: 6 * height * width }, (__, i) => Math.sin(i * 0.7) * 1.5);
  const image = new ort.Tensor('float32', numbers, [2, 3, height, width]);
  const options = { mirror: true, similarity: false, feature: true };

  it('is recognised with three classes', () => {
    expect(network).toMatchObject({ features: 'features', classes: 3, ...facts });
  });

  it('is the same network when its converted file is opened', async () => {
    const opened = loadCamNetwork(encodeModel(model), 'net.onnx', unnamed);
    expect({ ...opened, backbone: null }).toEqual({ ...network, backbone: null });
    const before = await run(buildMapsGraph(network, options), { image });
    const after = await run(buildMapsGraph(opened, options), { image });
    for (const name of ['cam', 'logits', 'feature']) {
      expect([...floats(after, name)]).toEqual([...floats(before, name)]);
      expect(floats(before, name).every((value) => Number.isFinite(value))).toBe(true);
    }
  });

  it('keeps image and mirror apart', async () => {
    const both = await run(buildMapsGraph(network, options), { image });
    const single = buildMapsGraph(network, { ...options, mirror: false });
    const plain = await run(single, {
      image: new ort.Tensor('float32', numbers.slice(0, numbers.length / 2), [1, 3, height, width]),
    });
    const feature = floats(plain, 'feature');
    floats(both, 'feature').forEach((value, i) => expect(value).toBeCloseTo(feature[i] ?? NaN, 4));
  });

  it('scores a prototype of each class', () => {
    const centre = Float32Array.from({ length: network.channels }, (__, i) => Math.cos(i));
    const p = scorePrototype(network, centre);
    expect(p).toHaveLength(3);
    expect(p.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
  });
});

describe('a VGG', () => {
  it('scores a feature as its class maps do', async () => {
    const { network } = networkOf(tinyDict(vggLines));
    const image = new ort.Tensor(
      'float32',
      new Float32Array(3 * 28 * 36).map((_, i) => Math.sin(i)),
      [1, 3, 28, 36],
    );
    const maps = await run(buildMapsGraph(network, { mirror: false, similarity: false, feature: true }), {
      image,
    });
    const [classes = 0, h = 0, w = 0] = maps['cam']?.dims ?? [];
    const area = h * w;
    let compared = 0;
    for (let place = 0; place < area; place++) {
      const at = (name: string, count: number) =>
        Float32Array.from({ length: count }, (_, c) => floats(maps, name)[c * area + place] ?? NaN);
      const cam = at('cam', classes);
      const p = scorePrototype(network, at('feature', network.channels));
      // Where two classes' scores are positive, their difference is that of the logarithms of p.
      for (let n = 1; n < classes; n++) {
        const [first = 0, other = 0] = [cam[0], cam[n]];
        if (first <= 0 || other <= 0) continue;
        compared++;
        expect(Math.log((p[n] ?? 0) / (p[0] ?? 0))).toBeCloseTo(other - first, 4);
      }
    }
    expect(compared).toBeGreaterThan(0);
  });
});

describe("MCTformer's 3x3 head", () => {
  it('scores a prototype as the head does inside a field of it', () => {
    const dict = tinyDict(mctLines(false));
    const { network } = networkOf(dict);
    const kernel = dict.tensors.get('head.weight')?.numbers().data as Float32Array;
    const bias = dict.tensors.get('head.bias')?.numbers().data as Float32Array;
    const centre = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i * 3));
    const scores = Array.from({ length: 3 }, (_, n) => {
      let sum = bias[n] ?? 0;
      for (let c = 0; c < 64; c++)
        for (let k = 0; k < 9; k++) sum += (kernel[(n * 64 + c) * 9 + k] ?? 0) * (centre[c] ?? 0);
      return sum;
    });
    const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
    [...scorePrototype(network, centre)].forEach((p, n) =>
      expect(p).toBeCloseTo(Math.exp(scores[n] ?? NaN) / total, 5),
    );
  });
});

describe('MCTformer on the grid it was trained with', () => {
  it('takes its positions as they are, and gives attention of both kinds', async () => {
    for (const plus of [false, true]) {
      const { model } = networkOf(tinyDict(mctLines(plus)));
      const image = new ort.Tensor('float32', new Float32Array(3 * 32 * 32).fill(0.5), [1, 3, 32, 32]);
      const results = await run(encodeModel(model), { image });
      expect(results['class_attention']?.dims).toEqual([1, 2, 3, 2, 2]);
      expect(results['patch_attention']?.dims).toEqual([1, 4, 4]);
      // Rows of attention sum to one over class tokens and patches together.
      expect(Math.max(...floats(results, 'patch_attention'))).toBeLessThan(2);
    }
  });
});
