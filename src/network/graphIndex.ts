/** Who makes and who uses each tensor of a graph, and which tensors are constants. */
import { renamedTensor } from '../formats/lazyTensor';
import type { OnnxGraph, OnnxNode, OnnxTensor } from '../formats/onnxModel';
import { attribute, floatTensor, integerTensor } from '../formats/onnxValues';

/** Names that nodes inside a node's subgraphs (If, Loop, Scan) take from outside. */
function outerNames(node: OnnxNode): string[] {
  const names: string[] = [];
  for (const entry of node.attributes) {
    const graphs = entry.kind === 'graph' ? [entry.value] : entry.kind === 'graphs' ? entry.value : [];
    for (const graph of graphs) {
      const inside = new Set([
        ...graph.inputs.map((value) => value.name),
        ...graph.initialisers.map((tensor) => tensor.name),
        ...graph.nodes.flatMap((inner) => inner.outputs),
      ]);
      const used = graph.nodes.flatMap((inner) => [...inner.inputs, ...outerNames(inner)]);
      names.push(
        ...[...used, ...graph.outputs.map((value) => value.name)].filter((name) => !inside.has(name)),
      );
    }
  }
  return names;
}

/** Everything a node reads: its inputs and what its subgraphs take from outside. */
export function readNames(node: OnnxNode): string[] {
  return [...node.inputs.filter((name) => name !== ''), ...outerNames(node)];
}

function constantNodeValue(node: OnnxNode): OnnxTensor | null {
  const name = node.outputs[0] ?? '';
  const value = attribute(node, 'value');
  if (value?.kind === 'tensor') return renamedTensor(value.value, name);
  const int = attribute(node, 'value_int');
  if (int?.kind === 'int') return integerTensor(name, [], [Number(int.value)]);
  const ints = attribute(node, 'value_ints');
  if (ints?.kind === 'ints') return integerTensor(name, [ints.value.length], ints.value.map(Number));
  const float = attribute(node, 'value_float');
  if (float?.kind === 'float') return floatTensor(name, [], [float.value]);
  const floats = attribute(node, 'value_floats');
  if (floats?.kind === 'floats') return floatTensor(name, [floats.value.length], floats.value);
  return null;
}

export class GraphIndex {
  private readonly producers = new Map<string, OnnxNode>();
  private readonly consumers = new Map<string, OnnxNode[]>();
  private readonly constants = new Map<string, OnnxTensor>();

  constructor(readonly graph: OnnxGraph) {
    for (const tensor of graph.initialisers) this.constants.set(tensor.name, tensor);
    for (const node of graph.nodes) {
      for (const name of node.outputs) if (name !== '') this.producers.set(name, node);
      for (const name of readNames(node)) {
        const users = this.consumers.get(name);
        if (users) users.push(node);
        else this.consumers.set(name, [node]);
      }
      if (node.op !== 'Constant') continue;
      const value = constantNodeValue(node);
      if (value) this.constants.set(value.name, value);
    }
  }

  producer(name: string): OnnxNode | undefined {
    return this.producers.get(name);
  }

  users(name: string): readonly OnnxNode[] {
    return this.consumers.get(name) ?? [];
  }

  /** The initialiser or constant node of that name. */
  constant(name: string): OnnxTensor | undefined {
    return this.constants.get(name);
  }

  /** Is there a tensor of that name at all? */
  has(name: string): boolean {
    return (
      this.constants.has(name) ||
      this.producers.has(name) ||
      this.graph.inputs.some((value) => value.name === name)
    );
  }
}
