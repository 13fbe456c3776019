/** Small classifiers, built node by node in each of the ways exporters write them. */
import * as ort from 'onnxruntime-node';
import { openSession } from '../../../src/engine/session';
import { encodeModel } from '../../../src/formats/onnx';
import type { OnnxDimension, OnnxModel } from '../../../src/formats/onnxModel';
import { GraphBuilder, int, ints } from '../../../src/network/graphBuilder';

export const channels = 4;
export const classes = 3;

/** Multiples of 1/64 in [-1, 1): the same in float32, half and bfloat16. */
export function numbers(count: number, seed: number): Float32Array {
  return Float32Array.from(
    { length: count },
    (_, i) => (((i * 37 + seed * 101 + i * i * 7) % 128) - 64) / 64,
  );
}

export const weight = numbers(classes * channels, 1);
export const bias = numbers(classes, 2);

/** [C, N] of `weight` [N, C]. */
export const turnedWeight = Float32Array.from(
  { length: classes * channels },
  (_, i) => weight[(i % classes) * channels + Math.floor(i / classes)] ?? 0,
);

export type Head = (builder: GraphBuilder, features: string) => string;

export interface ModelOptions {
  readonly opset?: number;
  readonly input?: readonly OnnxDimension[];
  /** Nodes between the convolution and the feature map. */
  readonly middle?: (builder: GraphBuilder, map: string) => string;
  /** Further inputs or outputs. */
  readonly more?: (builder: GraphBuilder) => void;
}

/** Bytes of a model: a stride-2 convolution of an image to `features` [N, 4, h, w], and the head. */
export function model(head: Head, options: ModelOptions = {}): Uint8Array {
  const builder = new GraphBuilder(options.opset ?? 13);
  const shape = options.input ?? ['N', 3, 'H', 'W'];
  builder.input('image', 'float', shape);
  const kernel = builder.floats([channels, 3, 3, 3], numbers(channels * 27, 3));
  const map = builder.node('Conv', ['image', kernel], {
    attributes: [ints('strides', 2, 2), ints('pads', 1, 1, 1, 1)],
  });
  const between = options.middle ? options.middle(builder, map) : map;
  builder.node('Relu', [between], { to: 'features' });
  const logits = head(builder, 'features');
  builder.node('Identity', [logits], { to: 'logits' });
  builder.output('logits', 'float', null);
  options.more?.(builder);
  return encodeModel(builder.model('synthetic', 7));
}

export const gap: Head = (builder, features) => builder.node('GlobalAveragePool', [features]);

export const gemm: Head = (builder, pooled) =>
  builder.node(
    'Gemm',
    [pooled, builder.floats([classes, channels], weight), builder.floats([classes], bias)],
    {
      attributes: [int('transB', 1)],
    },
  );

export const flatten: Head = (builder, map) => builder.node('Flatten', [map]);

/** Runs a model on an image of that size, made of `numbers`. */
export async function run(
  graph: OnnxModel | Uint8Array,
  input: string,
  dims: readonly [number, number, number, number],
  more: Record<string, ort.Tensor> = {},
): Promise<Record<string, { dims: readonly number[]; data: Float32Array }>> {
  const session = await openSession(graph, 'cpu');
  const size = dims.reduce((product, side) => product * side, 1);
  const results = await session.run({ [input]: new ort.Tensor('float32', numbers(size, 4), dims), ...more });
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, tensor]) => [
      name,
      { dims: tensor.dims, data: tensor.data instanceof Float32Array ? tensor.data : new Float32Array() },
    ]),
  );
}
