import { describe, expect, it } from 'vitest';
import { encodeModel } from '../../../src/formats/onnx';
import type { OnnxModel } from '../../../src/formats/onnxModel';
import { withFoldedNorms } from '../../../src/network/foldedNorms';
import { float, GraphBuilder, ints } from '../../../src/network/graphBuilder';
import { numbers, run } from './syntheticModel';

const sides = 3;

class Network {
  readonly builder = new GraphBuilder(17);
  private made = 0;

  constructor() {
    this.builder.input('image', 'float', ['N', sides, 'H', 'W']);
  }

  weight(): string {
    return this.builder.floats([sides, sides, 3, 3], numbers(sides * sides * 9, ++this.made));
  }

  vector(positive = false): string {
    const values = numbers(sides, ++this.made);
    return this.builder.floats([sides], positive ? values.map((value) => 0.5 + value * value) : values);
  }

  conv(from: string, weight: string, ...bias: string[]): string {
    return this.builder.node('Conv', [from, weight, ...bias], { attributes: [ints('pads', 1, 1, 1, 1)] });
  }

  norm(from: string): string {
    const parameters = [this.vector(), this.vector(), this.vector(), this.vector(true)];
    return this.builder.node('BatchNormalization', [from, ...parameters], {
      attributes: [float('epsilon', 1e-3)],
    });
  }

  model(...outputs: readonly string[]): OnnxModel {
    for (const output of outputs) this.builder.output(output, 'float', ['N', sides, 'H', 'W']);
    return this.builder.model('net', 8);
  }
}

async function expectSame(model: OnnxModel): Promise<OnnxModel> {
  const folded = withFoldedNorms(model);
  const dims = [2, 3, 9, 11] as const;
  const [before, after] = [await run(encodeModel(model), 'image', dims), await run(folded, 'image', dims)];
  for (const [name, { data }] of Object.entries(before))
    after[name]?.data.forEach((value, i) => expect(value).toBeCloseTo(data[i] ?? NaN, 5));
  expect(Object.keys(after)).toEqual(Object.keys(before));
  return folded;
}

const ops = ({ graph }: OnnxModel) => graph.nodes.map(({ op }) => op);

describe('normalisations', () => {
  it('are folded into the convolutions before them, bit for bit as ONNX Runtime does', async () => {
    const network = new Network();
    const first = network.norm(network.conv('image', network.weight()));
    const relu = network.builder.node('Relu', [first]);
    const model = network.model(network.norm(network.conv(relu, network.weight(), network.vector())));
    const folded = await expectSame(model);
    expect(ops(folded)).toEqual(['Conv', 'Relu', 'Conv']);
    expect(folded.graph.initialisers).toHaveLength(4);
    const dims = [1, 3, 8, 8] as const;
    expect(await run(folded, 'image', dims)).toEqual(await run(encodeModel(model), 'image', dims));
  });

  it("that share a convolution's weight each get their own", async () => {
    const network = new Network();
    const weight = network.weight();
    const first = network.norm(network.conv('image', weight));
    const folded = await expectSame(network.model(network.norm(network.conv(first, weight))));
    expect(ops(folded)).toEqual(['Conv', 'Conv']);
  });

  it('stay where something else reads the convolution, or none is before them', async () => {
    const network = new Network();
    const conv = network.conv('image', network.weight());
    const other = network.norm(network.norm('image'));
    const folded = await expectSame(network.model(network.norm(conv), conv, other));
    expect(ops(folded)).toEqual(ops(network.model()));
  });
});
