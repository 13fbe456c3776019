/** How much smaller than the network's input a graph's tensors are. */
import type { OnnxGraph } from '../formats/onnxModel';
import { intsAttribute } from '../formats/onnxValues';

const strided: ReadonlySet<string> = new Set(['Conv', 'MaxPool', 'AveragePool', 'LpPool']);

/**
 * By the strides before it, how many pixels of the input a step in each tensor is; what is made of several tensors counts as
 * the smallest of them. Tokens count as the patches they were. Constants are not in it.
 */
export function downsamplingOf(graph: OnnxGraph, input: string): ReadonlyMap<string, number> {
  const found = new Map([[input, 1]]);
  for (const node of graph.nodes) {
    const known = node.inputs.flatMap((name) => found.get(name) ?? []);
    if (known.length === 0) continue;
    const [stride = 1] = strided.has(node.op) ? (intsAttribute(node, 'strides') ?? []) : [];
    for (const output of node.outputs) found.set(output, Math.max(...known) * stride);
  }
  return found;
}
