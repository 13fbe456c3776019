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
