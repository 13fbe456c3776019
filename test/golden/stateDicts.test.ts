/** Networks built from state dicts against the systems' own PyTorch modules. */
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { openSession } from '../../src/engine/session';
import { readNpy } from '../../src/formats/npy';
import { encodeModel } from '../../src/formats/onnx';
import { buildMapsGraph } from '../../src/network/mapsGraph';
import { recordedNetwork, recordOf } from '../../src/network/networkRecord';
import { stateDictModel } from '../../src/network/stateDict/stateDictModel';
import { relativeDifference, ruledInput, ruledStateDict, type RuledParameter } from './support/ruledWeights';
import { hasShared, sharedJson, sharedPath } from './support/shared';

interface Case {
  readonly input: readonly [number, number, number, number];
  readonly stride?: number;
  readonly classes: number;
  readonly labels?: readonly number[];
  readonly parameters: readonly RuledParameter[];
}

/** Of the largest value, as the reference states. */
const tolerance = 1e-3;

function expected(name: string, output: string) {
  const file = `${name}.${output}.npy`;
  return readNpy(readFileSync(sharedPath('golden', 'networks', file)), file);
}

function floats(results: ort.InferenceSession.OnnxValueMapType, name: string): Float32Array {
  const { data } = results[name] ?? {};
  if (!(data instanceof Float32Array)) throw new Error(`no output ${name}`);
  return data;
}

function opened(name: string) {
  const golden = sharedJson('golden', 'networks', `${name}.json`) as Case;
  const dict = ruledStateDict(golden.parameters, `${name}.pth`);
  const model = stateDictModel(dict, { stride: golden.stride ?? null, predictor: null });
  const record = recordOf(model, name);
  if (!record) throw new Error('no record');
  return { golden, model, network: recordedNetwork(model, record, name) };
}

async function run(graph: Uint8Array, feeds: Record<string, ort.Tensor>) {
  const session = await openSession(graph, 'cpu');
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
}

function image({ input }: Case): ort.Tensor {
  return new ort.Tensor('float32', ruledInput(input), [...input]);
}

/** Every output in turn. */
function compare(
  name: string,
  results: ort.InferenceSession.OnnxValueMapType,
  outputs: Record<string, string>,
) {
  const differences = Object.entries(outputs).map(([golden, ours]) => {
    const difference = relativeDifference(floats(results, ours), expected(name, golden));
    return [golden, difference] as const;
  });
  console.info(name, ...differences.map(([output, value]) => `${output} ${value.toExponential(1)}`));
  for (const [output, difference] of differences)
    expect({ output, difference: difference < tolerance }).toEqual({ output, difference: true });
}

describe.skipIf(!hasShared)('the IRN family', () => {
  it.each([
    ['irn-resnet50-s16', 16, 20],
    ['irn-resnet50-s8', 8, 20],
    ['irn-resnet50-s16-coco', 16, 80],
  ])('%s', async (name, stride, classes) => {
    const { golden, model, network } = opened(name);
    expect(network).toMatchObject({
      features: 'features',
      classifier: 'classifier.weight',
      channels: 2048,
      classes,
      bias: null,
      scoring: 'linear',
      fixedSize: null,
      origin: { system: 'irn', architecture: 'ResNet-50 of the IRN family', stride },
    });
    const whole = await run(encodeModel(model), { image: image(golden) });
    compare(name, whole, { features: 'features', logits: 'logits' });
    const maps = buildMapsGraph(network, { mirror: false, similarity: false, feature: true });
    compare(name, await run(maps, { image: image(golden) }), {
      features: 'feature',
      logits: 'logits',
      cam: 'cam',
    });
  });
});

describe.skipIf(!hasShared)('WRN-38', () => {
  it('of SEAM gives the reference features, without the background row', async () => {
    const { golden, model, network } = opened('seam-wrn38');
    expect(network).toMatchObject({
      channels: 4096,
      classes: 20,
      scoring: 'linear',
      origin: { system: 'seam', stride: 8 },
    });
    const whole = await run(encodeModel(model), { image: image(golden) });
    compare('seam-wrn38', whole, { features: 'features' });
  });

  it('of EDAM gives the reference features, mask and cam', async () => {
    const { golden, model, network } = opened('edam-wrn38');
    expect(network).toMatchObject({
      classifier: 'mask_layer.weight',
      channels: 4096,
      classes: 20,
      scoring: 'summed-kernel',
      bias: null,
      origin: { system: 'edam', stride: 8 },
    });
    const whole = await run(encodeModel(model), { image: image(golden) });
    compare('edam-wrn38', whole, { features: 'features', mask: 'mask', cam: 'cam' });
    const maps = await run(buildMapsGraph(network, { mirror: false, similarity: false, feature: true }), {
      image: image(golden),
    });
    const cam = expected('edam-wrn38', 'cam');
    const area = 9 * 7;
    expect(maps['cam']?.dims).toEqual([20, 9, 7]);
    const classes = { ...cam, data: cam.data.slice(0, 20 * area) };
    expect(relativeDifference(floats(maps, 'cam'), classes)).toBeLessThan(tolerance);
  });
});

describe.skipIf(!hasShared)('AMN', () => {
  it('gives the reference scores for the labels fed', async () => {
    const { golden, model, network } = opened('amn-resnet50');
    expect(network).toMatchObject({
      channels: 2048,
      classes: 20,
      scoring: 'own-label',
      origin: { system: 'amn', stride: 16 },
    });
    const [, , height, width] = golden.input;
    const plain = ruledInput(golden.input);
    const mirrored = plain.map((_, i) => plain[i - (i % width) + width - 1 - (i % width)] ?? 0);
    const both = new ort.Tensor('float32', Float32Array.of(...plain, ...mirrored), [2, 3, height, width]);
    const labels = Float32Array.from({ length: 40 }, (_, i) => (golden.labels?.includes(i % 20) ? 1 : 0));
    const whole = await run(encodeModel(model), {
      image: both,
      labels: new ort.Tensor('float32', labels, [2, 20]),
    });
    const scores = floats(whole, 'scores');
    const [, , , w = 1] = whole['scores']?.dims ?? [];
    const half = scores.length / 2;
    const mean = scores
      .slice(0, half)
      .map((value, i) => (value + (scores[half + i - (i % w) + w - 1 - (i % w)] ?? 0)) / 2);
    const features = floats(whole, 'features');
    compare(
      'amn-resnet50',
      {
        ...whole,
        scores: new ort.Tensor('float32', mean, [half]),
        features: new ort.Tensor('float32', features.slice(0, features.length / 2), [features.length / 2]),
      },
      { features: 'features', scores: 'scores' },
    );
  });
});

describe.skipIf(!hasShared)('MCTformer', () => {
  const v2 = {
    features: 'features',
    class_logits: 'logits',
    patch_logits: 'patch_logits',
    patchcam: 'patch_cam',
    fused: 'fused',
    patch_attention_sum: 'patch_attention',
  };
  const { class_logits: _, patch_logits: __, ...shared } = v2;
  it.each([
    ['mctformer-v2', 'mctformer-v2', v2],
    ['mctformer-v2-odd', 'mctformer-v2', v2],
    ['mctformer-plus', 'mctformer-plus', { ...shared, logits: 'logits' }],
  ])('%s', async (name, system, outputs) => {
    const { golden, model, network } = opened(name);
    expect(network).toMatchObject({
      classifier: 'head.weight',
      channels: 384,
      classes: 20,
      scoring: 'summed-kernel',
      origin: { system, stride: 16 },
    });
    const whole = await run(encodeModel(model), { image: image(golden) });
    compare(name, whole, outputs);
    const options = { mirror: false, similarity: false, feature: true };
    const maps = await run(buildMapsGraph(network, options), { image: image(golden) });
    compare(name, maps, { features: 'feature', patchcam: 'cam' });
  });
});
