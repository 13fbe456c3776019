/** AMN's label-conditioned network without its dropout (test/fixtures/networks/make.py). */
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { encodeModel } from '../../src/formats/onnx';
import { buildMapsGraph } from '../../src/network/mapsGraph';
import { floats, networkOf, run } from './support/builtNetwork';
import { parametersOf, ruledInput, ruledStateDict } from './support/ruledWeights';
import { fixture, sampleDifference, type Sample } from './support/sample';

interface Reference {
  readonly input: readonly number[];
  readonly parameters: readonly string[];
  readonly features: Sample;
  readonly scores: Sample & { readonly labels: readonly number[] };
  /** The score of the one label fed, [h, w]. */
  readonly own: Sample & { readonly labels: readonly [number]; readonly shape: readonly [number, number] };
}

describe("AMN's scores", () => {
  const reference = fixture('amn.json') as Reference;
  const { model, network } = networkOf(ruledStateDict(parametersOf(reference.parameters), 'res50_amn.pth'));
  const image = new ort.Tensor('float32', ruledInput(reference.input), [...reference.input]);

  it('follow the labels fed', async () => {
    const { labels } = reference.scores;
    const fed = Float32Array.from({ length: 20 }, (_, n) => (labels.includes(n) ? 1 : 0));
    const results = await run(encodeModel(model), { image, labels: new ort.Tensor('float32', fed, [1, 20]) });
    expect(sampleDifference(floats(results, 'features'), reference.features)).toBeLessThan(1e-3);
    expect(sampleDifference(floats(results, 'scores'), reference.scores)).toBeLessThan(1e-3);
  });

  it('of each class under its own label alone are its class map', async () => {
    const results = await run(buildMapsGraph(network, { mirror: false, similarity: false, feature: false }), {
      image,
    });
    const { labels, shape, largest, values } = reference.own;
    const [height, width] = shape;
    expect(results['cam']?.dims).toEqual([20, height, width]);
    const area = height * width;
    const map = floats(results, 'cam').subarray(labels[0] * area, (labels[0] + 1) * area);
    const positive = values.map(([place, value]) => [place, Math.max(0, value)] as const);
    expect(sampleDifference(map, { largest, values: positive })).toBeLessThan(1e-3);
    expect(positive.some(([, value]) => value > 0)).toBe(true);
  });
});
