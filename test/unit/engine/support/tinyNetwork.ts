/** A classifier of three colours, small enough to follow by hand: features are the mean red, green and blue of 4 x 4 pixels. */
import { encodeModel } from '../../../../src/formats/onnx';
import { elementTypes, type OnnxDimension } from '../../../../src/formats/onnxModel';
import { floatTensor } from '../../../../src/formats/onnxValues';

const tinyStride = 4;
const wideChannels = 128;
export const tinyClasses = ['red', 'green', 'blue'];

export interface TinyOptions {
  /** [height, width] the graph is bound to; null: any. */
  readonly fixedSize?: readonly [number, number];
  /** Scale of the classifier's weights: another number is another checkpoint. */
  readonly gain?: number;
  /** Multiplies the work without changing the result: identity convolutions, for tests that cancel. */
  readonly layers?: number;
  /** A layer of 128 channels behind the convolution, which changes nothing: half precision takes wide ones only. */
  readonly wide?: boolean;
  /** Outputs beyond the three colours, all zero. */
  readonly extraClasses?: number;
}

/**
 * ONNX bytes: a 4 x 4 convolution of stride 4, relu, average pooling, a Gemm whose weight is `gain` on the diagonal.
 * With mean 0 and std 1 a red picture's feature is (1, 0, 0).
 */
export function tinyNetwork(options: TinyOptions = {}): Uint8Array {
  const { gain = 4, layers = 0, extraClasses = 0, wide = false } = options;
  const [height, width]: readonly OnnxDimension[] = options.fixedSize ?? ['H', 'W'];
  const classes = 3 + extraClasses;
  const [rows = 1, columns = 1] = (options.fixedSize ?? []).map((side) => side / tinyStride);
  const kernel = new Float32Array(3 * 3 * 16);
  for (let colour = 0; colour < 3; colour++) {
    kernel.fill(1 / 16, (colour * 3 + colour) * 16, (colour * 3 + colour + 1) * 16);
  }
  const weight = new Float32Array(classes * 3);
  for (let colour = 0; colour < 3; colour++) weight[colour * 3 + colour] = gain;
  const identity = new Float32Array(9 * 9);
  for (let colour = 0; colour < 3; colour++) identity[(colour * 3 + colour) * 9 + 4] = 1;
  const spread = new Float32Array(wideChannels * 3);
  const gathered = new Float32Array(3 * wideChannels);
  for (let colour = 0; colour < 3; colour++)
    spread[colour * 3 + colour] = gathered[colour * wideChannels + colour] = 1;
  const node = (op: string, inputs: string[], output: string) => ({
    name: output,
    op,
    domain: '',
    inputs,
    outputs: [output],
    attributes:
      op === 'Conv' && inputs[1] === 'kernel'
        ? [{ name: 'strides', kind: 'ints' as const, value: [4n, 4n] }]
        : op === 'Conv' && inputs[1] === 'identity'
          ? [{ name: 'pads', kind: 'ints' as const, value: [1n, 1n, 1n, 1n] }]
          : op === 'Gemm'
            ? [{ name: 'transB', kind: 'int' as const, value: 1n }]
            : [],
  });
  const deep = Array.from({ length: layers }, (_, i) =>
    node('Conv', [i === 0 ? 'image' : `deep${i - 1}`, 'identity'], `deep${i}`),
  );
  return encodeModel({
    irVersion: 7,
    opsets: new Map([['', 13]]),
    producer: 'test',
    graph: {
      name: 'tiny',
      nodes: [
        ...deep,
        node('Conv', [layers === 0 ? 'image' : `deep${layers - 1}`, 'kernel'], wide ? 'narrow' : 'convolved'),
        ...(wide
          ? [
              node('Conv', ['narrow', 'spread'], 'spreaded'),
              node('Conv', ['spreaded', 'gathered'], 'convolved'),
            ]
          : []),
        // A position embedding is what really binds a graph to one size.
        ...(options.fixedSize === undefined
          ? [node('Relu', ['convolved'], 'features')]
          : [node('Relu', ['convolved'], 'positive'), node('Add', ['positive', 'embedding'], 'features')]),
        node('GlobalAveragePool', ['features'], 'pooled'),
        node('Flatten', ['pooled'], 'flat'),
        node('Gemm', ['flat', 'classifier.weight'], 'logits'),
      ],
      initialisers: [
        floatTensor('kernel', [3, 3, 4, 4], kernel),
        floatTensor('spread', [wideChannels, 3, 1, 1], spread),
        floatTensor('gathered', [3, wideChannels, 1, 1], gathered),
        floatTensor('identity', [3, 3, 3, 3], identity.subarray(0, 81)),
        floatTensor('classifier.weight', [classes, 3], weight),
        floatTensor('embedding', [1, 3, rows, columns], new Float32Array(3 * rows * columns)),
      ],
      inputs: [{ name: 'image', type: elementTypes.float, shape: ['N', 3, height ?? 'H', width ?? 'W'] }],
      outputs: [{ name: 'logits', type: elementTypes.float, shape: ['N', classes] }],
      values: [],
    },
  });
}
