/** Networks in half precision, run on the CPU, which stores halves and computes in float32 between them. */
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { openSession } from '../../../src/engine/session';
import { elementTypes } from '../../../src/formats/onnxModel';
import { GraphBuilder, int } from '../../../src/network/graphBuilder';
import { inPrecision } from '../../../src/network/halfNetwork';
import { loadCamNetwork } from '../../../src/network/loadNetwork';
import { buildMapsGraph } from '../../../src/network/mapsGraph';
import { numbers, smallNetworks, type PipelineNetwork } from '../../gpu/networks';
import { channels, flatten, gap, gemm, model } from './syntheticModel';

const unnamed = { features: null, classifier: null };

async function outputs({ network, rule, height, width }: PipelineNetwork, precision: 'full' | 'half') {
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

describe.each(smallNetworks().map((one) => [one.name, one] as const))('%s in half precision', (_, given) => {
  it('gives every output in float32, close to the full one', async () => {
    const [full, half] = [await outputs(given, 'full'), await outputs(given, 'half')];
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

  it('holds its weights in 16 bits and leaves the given network as it is', () => {
    const { graph } = inPrecision(given.network, 'half').backbone;
    const large = graph.initialisers.filter(({ dims }) => dims.reduce((a, b) => a * b, 1) >= 64);
    expect(large.length).toBeGreaterThan(0);
    // Positions are resized, which takes float32.
    const wide = large.filter(({ type }) => type === elementTypes.float).map(({ name }) => name);
    expect(wide.filter((name) => !name.endsWith('.full'))).toEqual([]);
    expect(given.network.backbone.graph.initialisers.every(({ type }) => type !== elementTypes.float16)).toBe(
      true,
    );
    expect(inPrecision(given.network, 'full')).toBe(given.network);
  });
});

describe('half precision', () => {
  /** The first layers stay float32: what is tried comes behind more of them. */
  const deep = (builder: GraphBuilder, map: string) =>
    [1, 2, 3, 4].reduce((from, seed) => {
      const weight = builder.floats([channels, channels, 1, 1], numbers(channels * channels, seed));
      return builder.node('Conv', [from, weight]);
    }, map);
  const open = (middle: (builder: GraphBuilder, map: string) => string) =>
    loadCamNetwork(
      model((builder, features) => gemm(builder, flatten(builder, gap(builder, features))), {
        middle: (builder, map) => middle(builder, deep(builder, map)),
      }),
      'net.onnx',
      unnamed,
    );
  const run = (middle: (builder: GraphBuilder, map: string) => string, precision: 'full' | 'half') =>
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
    const [full, half] = [await run(middle, 'full'), await run(middle, 'half')];
    const [expected, found] = [full['cam'], half['cam']].map((tensor) => tensor?.data as Float32Array);
    const worst = expected?.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - (found?.[i] ?? NaN))),
      0,
    );
    expect(worst).toBeLessThan(0.05);
  });

  it('is refused for a network with control flow, saying what to choose', () => {
    const middle = (builder: GraphBuilder, map: string) => {
      const branch = (name: string, op: string) => {
        const inner = new GraphBuilder(13);
        inner.node(op, [map], { to: name });
        inner.output(name, 'float', [1, channels, 'h', 'w']);
        return { name, kind: 'graph' as const, value: inner.model(name, 7).graph };
      };
      const condition = builder.node('Equal', [builder.integers(1), builder.integers(1)]);
      const attributes = [
        { ...branch('then', 'Identity'), name: 'then_branch' },
        { ...branch('else', 'Neg'), name: 'else_branch' },
      ];
      return builder.node('If', [condition], { attributes });
    };
    expect(() => inPrecision(open(middle), 'half')).toThrow(
      'The network has control flow (If), which cannot be turned to half precision: choose full as `precision`.',
    );
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
