/** Networks in half precision, run on the CPU, which stores halves and computes in float32 between them. */
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { openSession } from '../../../src/engine/session';
import { elementTypes, type OnnxTensor } from '../../../src/formats/onnxModel';
import { GraphBuilder, int, ints } from '../../../src/network/graphBuilder';
import { inPrecision, type NetworkPrecision } from '../../../src/network/halfNetwork';
import { loadCamNetwork } from '../../../src/network/loadNetwork';
import { buildMapsGraph } from '../../../src/network/mapsGraph';
import { convolutional, numbers, smallNetworks, type PipelineNetwork } from '../../gpu/networks';
import { channels, flatten, gap, gemm, model } from './syntheticModel';

const unnamed = { features: null, classifier: null };

async function outputs({ network, rule, height, width }: PipelineNetwork, precision: NetworkPrecision) {
  const options = { mirror: true, similarity: true, feature: false };
  const fusion = rule && { rule, affinity: 'float32' as const };
  const session = await openSession(
    buildMapsGraph(inPrecision(network, precision), { ...options, fusion }),
    'cpu',
  );
  const results = await session.run({
    image: new ort.Tensor('float32', numbers(2 * 3 * height * width, 5), [2, 3, height, width]),
    centres: new ort.Tensor('float32', numbers(4 * network.channels, 6), [4, network.channels]),
  });
  await session.release();
  return results;
}

function largestDifference(a: ort.Tensor | undefined, b: ort.Tensor | undefined): number {
  const [expected, found] = [a?.data, b?.data];
  if (!(expected instanceof Float32Array) || !(found instanceof Float32Array)) throw new Error('no floats');
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(value - (found[i] ?? NaN))), 0);
}

/** Wide enough for half precision, unlike the first of the small ones. */
const networks = smallNetworks().map((one) =>
  one.name === 'convolutional' ? { ...one, network: convolutional(256, 2) } : one,
);

describe.each(networks.map((one) => [one.name, one] as const))('%s in half precision', (_, given) => {
  it('gives every output in float32, close to the full one', async () => {
    const [full, half] = [await outputs(given, 'full'), await outputs(given, 'rounded')];
    expect(Object.keys(half)).toEqual(Object.keys(full));
    for (const [name, tensor] of Object.entries(full)) {
      const [expected, found] = [tensor.data, half[name]?.data];
      if (!(expected instanceof Float32Array) || !(found instanceof Float32Array))
        throw new Error(`${name} is not float32`);
      const range = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const worst = expected.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - (found[i] ?? NaN))),
        0,
      );
      expect(worst / range, name).toBeLessThan(5e-3);
      // Equal numbers would mean that nothing was in half precision.
      expect(worst, name).toBeGreaterThan(0);
    }
  });

  it('holds the weights of its products in 16 bits and leaves the given network as it is', () => {
    const { graph } = inPrecision(given.network, 'half').backbone;
    const size = ({ dims }: OnnxTensor) => dims.reduce((a, b) => a * b, 1);
    const sum = (tensors: readonly OnnxTensor[]) => tensors.reduce((all, tensor) => all + size(tensor), 0);
    const halves = graph.initialisers.filter(({ type }) => type === elementTypes.float16);
    // The transformers are too narrow: what they have in half precision is attention.
    expect(sum(halves) / sum(graph.initialisers) > 0.6).toBe(given.rule === null);
    // None twice, in both precisions.
    expect(sum(graph.initialisers)).toBeLessThanOrEqual(sum(given.network.backbone.graph.initialisers));
    expect(given.network.backbone.graph.initialisers.every(({ type }) => type !== elementTypes.float16)).toBe(
      true,
    );
    expect(inPrecision(given.network, 'full')).toBe(given.network);
  });
});

describe('half precision', () => {
  const wide = 128;
  /** A convolution into 128 channels at a quarter of the picture, and one that is too early and one too narrow for halves. */
  const deep = (builder: GraphBuilder, map: string) =>
    (
      [
        [wide, 2],
        [wide, 1],
        [channels, 1],
      ] as const
    ).reduce(
      ({ from, inputs }, [outputs, stride]) => {
        const weight = numbers(outputs * inputs, stride).map((value) => value / Math.sqrt(inputs));
        const bias = builder.floats([outputs], numbers(outputs, 9));
        const attributes = [ints('strides', stride, stride)];
        const operands = [from, builder.floats([outputs, inputs, 1, 1], weight), bias];
        return { from: builder.node('Conv', operands, { attributes }), inputs: outputs };
      },
      { from: map, inputs: channels },
    ).from;
  const open = (middle: (builder: GraphBuilder, map: string) => string) =>
    loadCamNetwork(
      model((builder, features) => gemm(builder, flatten(builder, gap(builder, features))), {
        middle: (builder, map) => middle(builder, deep(builder, map)),
      }),
      'net.onnx',
      unnamed,
    );
  const run = (middle: (builder: GraphBuilder, map: string) => string, precision: NetworkPrecision) =>
    outputs({ name: '', network: open(middle), rule: null, height: 16, width: 16 }, precision);

  it('takes shapes, comparisons, constants and casts between as they come', async () => {
    const middle = (builder: GraphBuilder, map: string) => {
      const shape = builder.node('Shape', [map]);
      const ones = builder.node('ConstantOfShape', [shape]);
      const positive = builder.node('Greater', [map, builder.floats([1], [0.25])]);
      const chosen = builder.node('Where', [positive, map, ones]);
      const turned = builder.node('Cast', [positive], { attributes: [int('to', elementTypes.float)] });
      const axis = builder.integers([1]);
      const squares = builder.node('ReduceSum', [builder.node('Mul', [chosen, chosen]), axis]);
      return builder.node('Add', [builder.node('Add', [chosen, turned]), builder.node('Sqrt', [squares])]);
    };
    const [full, half] = [await run(middle, 'full'), await run(middle, 'rounded')];
    expect(largestDifference(full['cam'], half['cam'])).toBeGreaterThan(0);
    expect(largestDifference(full['cam'], half['cam'])).toBeLessThan(0.05);
  });

  const typesOf = (middle: (builder: GraphBuilder, map: string) => string, op: string) => {
    const { nodes, initialisers } = inPrecision(open(middle), 'half').backbone.graph;
    const typeOf = (name = '') => initialisers.find((tensor) => tensor.name === name)?.type;
    return nodes.filter((node) => node.op === op).map(({ inputs }) => typeOf(inputs[1]));
  };
  const { float, float16 } = elementTypes;

  it('rounds what leads into 128 channels at a quarter of the picture or less, and adds its bias in float32', () => {
    const depthwise = (builder: GraphBuilder, map: string) => {
      const weight = builder.floats([wide, 1, 1, 1], numbers(wide, 3));
      const into = builder.floats([wide, channels, 1, 1], numbers(wide * channels, 4));
      const spread = builder.node('Conv', [map, into]);
      const made = builder.node('Conv', [spread, weight], { attributes: [int('group', wide)] });
      const back = builder.floats([channels, wide, 1, 1], numbers(wide * channels, 5));
      return builder.node('Conv', [made, back]);
    };
    // The image's, the early, the wide, the narrow one; into the depthwise one, itself, back.
    expect(typesOf(depthwise, 'Conv')).toEqual([float, float, float16, float, float16, float, float]);
    expect(typesOf(depthwise, 'Add')).toEqual([float]);
  });

  it('stores the weight of a linear layer in 16 bits, turned or not', () => {
    const linear = (builder: GraphBuilder, map: string) => {
      const rows = builder.node('Transpose', [map], { attributes: [ints('perm', 0, 2, 3, 1)] });
      const first = builder.floats([channels, wide], numbers(wide * channels, 6));
      const turned = builder.node('Transpose', [builder.floats([wide, wide], numbers(wide * wide, 7))]);
      const back = builder.floats([wide, channels], numbers(wide * channels, 8));
      const made = [first, turned, back].reduce((from, by) => builder.node('MatMul', [from, by]), rows);
      return builder.node('Transpose', [made], { attributes: [ints('perm', 0, 3, 1, 2)] });
    };
    expect(typesOf(linear, 'MatMul')).toEqual([float16, undefined, float]);
    const { initialisers } = inPrecision(open(linear), 'half').backbone.graph;
    const square = initialisers.filter(({ dims }) => dims.join() === `${wide},${wide}`);
    expect(square.map(({ type }) => type)).toEqual([float16]);
  });

  it('gives the same on a device that has halves as on one that rounds', async () => {
    const pass = (_: GraphBuilder, map: string) => map;
    const [half, rounded] = [await run(pass, 'half'), await run(pass, 'rounded')];
    // The CPU leaves out some of the rounding by itself, of which this must be no more than a share.
    expect(largestDifference(half['cam'], rounded['cam'])).toBeLessThan(0.01);
  });

  it('leaves control flow in float32, and what is around it works', async () => {
    const middle = (builder: GraphBuilder, map: string) => {
      const branch = (name: string, op: string) => {
        const inner = new GraphBuilder(13);
        inner.node(op, [map], { to: name });
        inner.output(name, 'float', [1, channels, 'h', 'w']);
        return { name, kind: 'graph' as const, value: inner.model(name, 7).graph };
      };
      const condition = builder.node('Equal', [builder.integers([1]), builder.integers([1])]);
      const attributes = [
        { ...branch('then', 'Identity'), name: 'then_branch' },
        { ...branch('else', 'Neg'), name: 'else_branch' },
      ];
      return builder.node('If', [condition], { attributes });
    };
    const [full, half] = [await run(middle, 'full'), await run(middle, 'rounded')];
    expect(largestDifference(full['cam'], half['cam'])).toBeGreaterThan(0);
    expect(largestDifference(full['cam'], half['cam'])).toBeLessThan(0.05);
  });

  it('of a network that is stored in half precision is what is stored', async () => {
    const plain = open((_, map) => map);
    const once = inPrecision(plain, 'half');
    expect(once.backbone.graph.initialisers.some(({ type }) => type === elementTypes.float16)).toBe(true);
    const again = inPrecision(once, 'half');
    const [a, b] = [once, again].map((network) => ({ name: '', network, rule: null, height: 16, width: 16 }));
    if (!a || !b) throw new Error('no networks');
    expect((await outputs(b, 'full'))['cam']?.data).toEqual((await outputs(a, 'full'))['cam']?.data);
  });
});
