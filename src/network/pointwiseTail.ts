/** The end of a network that works on every position by itself, where mirroring costs less than behind it. */
import type { OnnxGraph, OnnxNode, OnnxTensor } from '../formats/onnxModel';
import { intAttribute, intsAttribute } from '../formats/onnxValues';
import { isElementwise } from './elementwise';
import { GraphIndex } from './graphIndex';

export interface PointwiseTail {
  /** The tensor it starts from, [N, fewer than C, h, w]. */
  readonly from: string;
  /** From there to the feature map, each feeding the next and nothing else. */
  readonly nodes: readonly OnnxNode[];
}

/** Whether every number of an attribute is the one that it has where it is not stated. */
function plain(node: OnnxNode, name: string, usual: number): boolean {
  return intsAttribute(node, name)?.every((value) => value === usual) ?? true;
}

/** A convolution that moves nothing. */
function staysInPlace(node: OnnxNode, weight: OnnxTensor | undefined): boolean {
  const [, , height, width] = weight?.dims ?? [];
  return (
    weight?.dims.length === 4 &&
    height === 1 &&
    width === 1 &&
    plain(node, 'strides', 1) &&
    plain(node, 'pads', 0)
  );
}

/**
 * The longest such tail of `features` that starts from fewer channels.
 * @returns null where there is none
 */
export function pointwiseTail(graph: OnnxGraph, features: string): PointwiseTail | null {
  const index = new GraphIndex(graph);
  let best: PointwiseTail | null = null;
  let fewest = Infinity;
  const nodes: OnnxNode[] = [];
  for (let name = features; index.users(name).length <= 1 || name === features;) {
    const node = index.producer(name);
    const [from = '', ...others] = node?.inputs ?? [];
    if (node === undefined || node.domain !== '' || node.outputs.length !== 1) break;
    if (others.some((other) => other !== '' && index.constant(other) === undefined)) break;
    const weight = index.constant(node.inputs[1] ?? '');
    if (node.op !== 'Conv' ? !isElementwise(node) : !staysInPlace(node, weight)) break;
    nodes.unshift(node);
    name = from;
    if (node.op !== 'Conv') continue;
    const [outputs = 0, inputs = 0] = weight?.dims ?? [];
    const channels = inputs * intAttribute(node, 'group', 1);
    if (fewest === Infinity) fewest = outputs;
    if (channels >= fewest) continue;
    fewest = channels;
    best = { from, nodes: [...nodes] };
  }
  return best;
}
