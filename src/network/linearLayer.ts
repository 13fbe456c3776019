/** A linear layer: Gemm, MatMul or 1x1 Conv, with or without a bias, as `y = W x + b`. */
import type { OnnxNode } from '../formats/onnxModel';
import { floatAttribute, intAttribute, intsAttribute, stringAttribute } from '../formats/onnxValues';
import type { GraphIndex } from './graphIndex';
import { transposed, weightOf } from './weights';
import type { Weight } from './weights';

export interface LinearLayer {
  /** Tensor it works on. */
  readonly input: string;
  /** Name of the tensor in the file that holds the weight. */
  readonly weightName: string;
  /** Row-major [classes, channels]. */
  readonly weight: Float32Array;
  readonly classes: number;
  readonly channels: number;
  readonly bias: Float32Array | null;
  /** True for a convolution, which works on maps as well as on pooled features. */
  readonly convolution: boolean;
  readonly node: OnnxNode;
}

function scaled(values: Float32Array, factor: number): Float32Array {
  return factor === 1 ? values : values.map((value) => value * factor);
}

/** A bias for `classes` outputs: one number each, or one for all. */
function biasOf(weight: Weight | null, classes: number): Float32Array | null {
  if (!weight) return null;
  if (weight.values.length === classes) return weight.values;
  return weight.values.length === 1 ? new Float32Array(classes).fill(weight.values[0] ?? 0) : null;
}

function convolution(index: GraphIndex, node: OnnxNode, file: string): LinearLayer | null {
  const weight = weightOf(index, node.inputs[1] ?? '', file);
  const [classes, channels, ...kernel] = weight?.dims ?? [];
  if (!weight || classes === undefined || channels === undefined || kernel.length !== 2) return null;
  const plain =
    kernel.every((size) => size === 1) &&
    intAttribute(node, 'group', 1) === 1 &&
    (intsAttribute(node, 'strides') ?? []).every((stride) => stride === 1) &&
    (intsAttribute(node, 'pads') ?? []).every((pad) => pad === 0) &&
    ['NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER'].includes(stringAttribute(node, 'auto_pad', 'NOTSET'));
  if (!plain) return null;
  const biasName = node.inputs[2] ?? '';
  const bias = biasName === '' ? null : biasOf(weightOf(index, biasName, file), classes);
  if (biasName !== '' && !bias) return null;
  const input = node.inputs[0] ?? '';
  return {
    input,
    weightName: weight.name,
    weight: weight.values,
    classes,
    channels,
    bias,
    convolution: true,
    node,
  };
}

function product(index: GraphIndex, node: OnnxNode, file: string): LinearLayer | null {
  const weight = weightOf(index, node.inputs[1] ?? '', file);
  const [rows, columns, ...more] = weight?.dims ?? [];
  if (!weight || rows === undefined || columns === undefined || more.length > 0) return null;
  if (intAttribute(node, 'transA', 0) === 1) return null;
  const classesFirst = node.op === 'Gemm' && intAttribute(node, 'transB', 0) === 1;
  const [classes, channels] = classesFirst ? [rows, columns] : [columns, rows];
  const ordered = classesFirst ? weight.values : transposed(weight.values, rows, columns);
  const biasName = node.op === 'Gemm' ? (node.inputs[2] ?? '') : '';
  const bias = biasName === '' ? null : biasOf(weightOf(index, biasName, file), classes);
  if (biasName !== '' && !bias) return null;
  return {
    input: node.inputs[0] ?? '',
    weightName: weight.name,
    weight: scaled(ordered, floatAttribute(node, 'alpha', 1)),
    classes,
    channels,
    bias: bias && scaled(bias, floatAttribute(node, 'beta', 1)),
    convolution: false,
    node,
  };
}

function layerOfNode(index: GraphIndex, node: OnnxNode, file: string): LinearLayer | null {
  if (node.domain !== '') return null;
  if (node.op === 'Conv') return convolution(index, node, file);
  return node.op === 'Gemm' || node.op === 'MatMul' ? product(index, node, file) : null;
}

/** Takes `Add(layer, constant)` into the layer's bias. */
function withAddedBias(index: GraphIndex, add: OnnxNode, file: string): LinearLayer | null {
  for (const [from, other] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const before = index.producer(add.inputs[from] ?? '');
    const added = weightOf(index, add.inputs[other] ?? '', file);
    const layer = before && added ? layerOfNode(index, before, file) : null;
    const bias = layer && biasOf(added, layer.classes);
    if (!layer || !bias) continue;
    const earlier = layer.bias;
    return { ...layer, bias: earlier ? bias.map((value, i) => value + (earlier[i] ?? 0)) : bias };
  }
  return null;
}

/**
 * The linear layer whose result is `name`; null when it is made otherwise.
 * @throws InputError when its weight is quantised
 */
export function linearLayerOf(index: GraphIndex, name: string, file: string): LinearLayer | null {
  const node = index.producer(name);
  if (!node) return null;
  return node.op === 'Add' && node.domain === ''
    ? withAddedBias(index, node, file)
    : layerOfNode(index, node, file);
}
