/** Networks built from torchvision's state dicts against torchvision (test/fixtures/networks/make.py). */
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { buildMapsGraph } from '../../src/network/mapsGraph';
import { scorePrototype } from '../../src/network/prototypeScores';
import { floats, networkOf, run } from './support/builtNetwork';
import { parametersOf, ruledInput, ruledStateDict } from './support/ruledWeights';
import { fixture, sampleDifference, type Sample } from './support/sample';

interface Reference {
  readonly input: readonly [number, number, number, number];
  readonly parameters: readonly string[];
  readonly features: Sample & { readonly shape: readonly number[] };
  readonly means: Sample;
  readonly logits: Sample;
}

const references = fixture('torchvision.json') as Record<string, Reference>;

function channelMeans(map: Float32Array, channels: number): Float32Array {
  const area = map.length / channels;
  return Float32Array.from({ length: channels }, (_, c) => {
    const values = map.subarray(c * area, (c + 1) * area);
    return values.reduce((sum, value) => sum + value, 0) / area;
  });
}

const cases: readonly (readonly [string, object])[] = [
  ['resnet18', { channels: 512, origin: { architecture: 'ResNet-18', stride: 32 } }],
  ['resnet34', { channels: 512, origin: { architecture: 'ResNet-34', stride: 32 } }],
  ['resnet50', { channels: 2048, origin: { architecture: 'ResNet-50', stride: 32 } }],
  ['resnet101', { channels: 2048, origin: { architecture: 'ResNet-101', stride: 32 } }],
  ['resnet152', { channels: 2048, origin: { architecture: 'ResNet-152', stride: 32 } }],
  ['mobilenet_v2', { channels: 1280, origin: { architecture: 'MobileNetV2', stride: 32 } }],
  ['vgg16', { channels: 512, scoring: 'constant-field', origin: { architecture: 'VGG-16', stride: 32 } }],
  ['densenet121', { channels: 1024, origin: { architecture: 'DenseNet-121', stride: 32 } }],
  ['efficientnet_b0', { channels: 1280, origin: { architecture: 'EfficientNet B0 or B1', stride: 32 } }],
  ['vit_b_16', { channels: 768, scoring: 'patch-token', fixedSize: [224, 224], origin: { stride: 16 } }],
];

describe.each(cases)("torchvision's %s", (name, facts) => {
  it('keeps features and logits', async () => {
    const reference = references[name];
    if (!reference) throw new Error(`no reference for ${name}`);
    const { input, features, means, logits } = reference;
    const dict = ruledStateDict(parametersOf(reference.parameters), `${name}.pth`);
    const { network } = networkOf(dict);
    expect(network).toMatchObject({ classes: 1000, ...facts });
    const graph = buildMapsGraph(network, { mirror: false, similarity: false, feature: true });
    const results = await run(graph, { image: new ort.Tensor('float32', ruledInput(input), [...input]) });
    const map = floats(results, 'feature');
    expect([1, ...(results['feature']?.dims ?? [])]).toEqual(features.shape);
    const differences = {
      features: sampleDifference(map, features),
      means: sampleDifference(channelMeans(map, network.channels), means),
      logits: sampleDifference(floats(results, 'logits'), logits),
    };
    for (const [output, value] of Object.entries(differences))
      expect({ output, agrees: value < 1e-3 }).toEqual({ output, agrees: true });
    const p = scorePrototype(network, channelMeans(map, network.channels));
    expect(p).toHaveLength(1000);
    expect(p.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
  });
});

describe("torchvision's downloadable DenseNet", () => {
  it('opens with the keys of its first releases', () => {
    const lines = references['densenet121']?.parameters ?? [];
    const older = lines.map((line) => line.replace(/(denselayer\d+\.(?:norm|conv))(\d)/, '$1.$2'));
    expect(older).not.toEqual(lines);
    const { network } = networkOf(ruledStateDict(parametersOf(older), 'densenet121-a639ec97.pth'));
    expect(network).toMatchObject({
      channels: 1024,
      classes: 1000,
      origin: { architecture: 'DenseNet-121' },
    });
  });
});
