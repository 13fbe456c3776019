import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { encodeModel } from '../../../src/formats/onnx';
import { loadCamNetwork } from '../../../src/network/loadNetwork';
import { intsAttribute } from '../../../src/formats/onnxValues';
import { GraphBuilder, ints } from '../../../src/network/graphBuilder';
import { buildMapsGraph } from '../../../src/network/mapsGraph';
import { withSubsampledConvs } from '../../../src/network/subsampledConvs';
import {
  channels,
  classes,
  flatten,
  gap,
  gemm,
  model,
  numbers,
  run,
  type Head,
  type ModelOptions,
} from './syntheticModel';

const centres = 5;

const head: Head = (builder, features) => gemm(builder, flatten(builder, gap(builder, features)));
const networks: Readonly<Record<string, ModelOptions>> = {
  'of any network': {},
  'of a network that ends in convolutions of one pixel': {
    middle: (builder, map) => {
      const few = builder.node('Conv', [map, builder.floats([2, channels, 1, 1], numbers(2 * channels, 5))], {
        attributes: [ints('strides', 2, 2)],
      });
      const kernel = builder.floats([channels, 2, 1, 1], numbers(channels * 2, 6));
      const shift = builder.floats([channels], numbers(channels, 7));
      return builder.node('Conv', [builder.clip(few, -0.5, null), kernel, shift]);
    },
  },
};
const cases = Object.keys(networks).flatMap((name) =>
  [7, 9, 11, 13, 18, 21].map((opset) => ({ name, opset })),
);

describe.each(cases)('the maps graph $name at opset $opset', ({ name, opset }) => {
  const network = loadCamNetwork(model(head, { opset, ...networks[name] }), 'net.onnx', {
    features: null,
    classifier: null,
  });
  const vectors = numbers(centres * channels, 9);

  it('gives CAM and cosines of image plus mirrored mirror', async () => {
    const graph = buildMapsGraph(network, { mirror: true, similarity: true, feature: true, rows: 'float32' });
    const feed = { centres: new ort.Tensor('float32', vectors, [centres, channels]) };
    const maps = await run(graph, 'image', [2, 3, 14, 22], feed);
    // The backbone by itself gives both features; the rest is written out.
    const features = (await run(encodeModel(network.backbone), network.input, [2, 3, 14, 22]))['features'];
    const [, , h = 0, w = 0] = features?.dims ?? [];
    const at = (image: number, channel: number, y: number, x: number) =>
      features?.data[((image * channels + channel) * h + y) * w + x] ?? NaN;
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        const place = y * w + x;
        const plain = Array.from({ length: channels }, (_, c) => at(0, c, y, x));
        const mirrored = Array.from({ length: channels }, (_, c) => at(1, c, y, w - 1 - x));
        const dot = (row: Float32Array, vector: readonly number[]) =>
          vector.reduce((sum, value, c) => sum + value * (row[c] ?? 0), 0);
        for (let n = 0; n < classes; n++) {
          const row = network.weight.subarray(n * channels, (n + 1) * channels);
          const expected = Math.max(0, dot(row, plain)) + Math.max(0, dot(row, mirrored));
          expect(maps['cam']?.data[n * h * w + place]).toBeCloseTo(expected, 4);
        }
        const sum = plain.map((value, c) => value + (mirrored[c] ?? 0));
        const norm = Math.max(Math.hypot(...sum), 1e-8);
        for (let p = 0; p < centres; p++) {
          const row = vectors.subarray(p * channels, (p + 1) * channels);
          expect(maps['similarity']?.data[p * h * w + place]).toBeCloseTo(dot(row, sum) / norm, 4);
        }
      }
    expect(maps['similarity']?.dims).toEqual([centres, h, w]);
    expect(maps['rows']?.dims).toEqual([h * w, channels]);
    expect(maps['rows']?.data[3 * channels + 1]).toBe(maps['feature']?.data[h * w + 3]);
    expect(maps['logits']?.dims).toEqual([classes]);
  });
});

describe.each(cases)('with the views apart, the maps graph $name at opset $opset', ({ name, opset }) => {
  it('gives the same maps', async () => {
    const network = loadCamNetwork(model(head, { opset, ...networks[name] }), 'net.onnx', {
      features: null,
      classifier: null,
    });
    const options = { mirror: true, similarity: true, feature: true, rows: 'float32' } as const;
    const feed = {
      centres: new ort.Tensor('float32', numbers(centres * channels, 9), [centres, channels]),
    };
    const batch = await run(buildMapsGraph(network, options), 'image', [2, 3, 14, 22], feed);
    const apart = buildMapsGraph(network, { ...options, apart: true });
    // `run` gives the image's half of the batch to `image`.
    const views = numbers(2 * 3 * 14 * 22, 4);
    const mirrored = new ort.Tensor('float32', views.slice(views.length / 2), [1, 3, 14, 22]);
    const maps = await run(apart, 'image', [1, 3, 14, 22], { ...feed, mirrored });
    expect(Object.keys(maps)).toEqual(Object.keys(batch));
    for (const [output, { dims, data }] of Object.entries(batch)) {
      expect(maps[output]?.dims, output).toEqual(dims);
      maps[output]?.data.forEach((value, i) => expect(value).toBeCloseTo(data[i] ?? NaN, 5));
    }
    // The weights are those of one network.
    const weights = (graph: typeof apart) =>
      graph.graph.initialisers.filter(({ dims }) => dims.length === 4).length;
    expect(weights(apart)).toBe(weights(buildMapsGraph(network, options)));
  });
});

describe('an image alone, where views are to be apart', () => {
  it('goes in as ever', async () => {
    const network = loadCamNetwork(model(head), 'net.onnx', { features: null, classifier: null });
    const options = { mirror: false, similarity: false, feature: true };
    const whole = await run(buildMapsGraph(network, options), 'image', [1, 3, 14, 22]);
    const apart = await run(buildMapsGraph(network, { ...options, apart: true }), 'image', [1, 3, 14, 22]);
    expect(apart).toEqual(whole);
  });
});

describe('a network whose last convolutions are of one pixel', () => {
  it('is mirrored before them, where there are fewer channels', () => {
    const network = loadCamNetwork(
      model(head, networks['of a network that ends in convolutions of one pixel']),
      'net.onnx',
      { features: null, classifier: null },
    );
    const { nodes } = buildMapsGraph(network, { mirror: true, similarity: true, feature: false }).graph;
    const mirror = nodes.findIndex(({ op }) => op === 'Slice');
    const convolutions = (from: number, to?: number) =>
      nodes.slice(from, to).filter(({ op }) => op === 'Conv').length;
    expect(nodes.filter(({ op }) => op === 'Slice')).toHaveLength(1);
    expect(convolutions(0, mirror)).toBe(2);
    // The last of the network and the class maps, of each view.
    expect(convolutions(mirror)).toBe(4);
  });
});

describe('a convolution of one pixel that leaves pixels out', () => {
  it('chooses them first', () => {
    const builder = new GraphBuilder(13);
    builder.input('x', 'float', [1, 2, 5, 7]);
    const pixel = builder.floats([3, 2, 1, 1], numbers(6, 1));
    const strided = builder.node('Conv', ['x', pixel], { attributes: [ints('strides', 2, 3)] });
    builder.node('Conv', [strided, builder.floats([1, 3, 2, 2], numbers(12, 2))], {
      attributes: [ints('strides', 2, 2), ints('pads', 1, 1, 0, 0)],
      to: 'y',
    });
    builder.output('y', 'float', null);
    const { nodes } = withSubsampledConvs(builder.model('strided', 7)).graph;
    expect(nodes.map(({ op }) => op)).toEqual(['MaxPool', 'Conv', 'Conv']);
    expect(nodes.map((node) => intsAttribute(node, 'strides'))).toEqual([[2, 3], null, [2, 2]]);
  });
});

describe('a position without any feature', () => {
  it('has similarity zero, not NaN', async () => {
    const network = loadCamNetwork(
      model((builder, features) => gemm(builder, flatten(builder, gap(builder, features))), {
        middle: (builder, map) => builder.node('Sub', [map, builder.floats([1], [1e6])]),
      }),
      'net.onnx',
      { features: null, classifier: null },
    );
    const graph = buildMapsGraph(network, { mirror: false, similarity: true, feature: false });
    const feed = { centres: new ort.Tensor('float32', numbers(channels, 1), [1, channels]) };
    expect((await run(graph, 'image', [1, 3, 8, 8], feed))['similarity']?.data).toEqual(new Float32Array(16));
  });
});
