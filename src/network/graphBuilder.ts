/** Builds ONNX graphs node by node; nodes are chosen to be valid at every opset from 7 on. */
import { renamedTensor } from '../formats/lazyTensor';
import type {
  OnnxAttribute,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  OnnxValue,
} from '../formats/onnxModel';
import { elementTypes } from '../formats/onnxModel';
import { floatTensor, integerTensor } from '../formats/onnxValues';

export function ints(name: string, ...values: number[]): OnnxAttribute {
  return { name, kind: 'ints', value: values.map(BigInt) };
}

export function int(name: string, value: number): OnnxAttribute {
  return { name, kind: 'int', value: BigInt(value) };
}

export function float(name: string, value: number): OnnxAttribute {
  return { name, kind: 'float', value };
}

export function string(name: string, value: string): OnnxAttribute {
  return { name, kind: 'string', value: new TextEncoder().encode(value) };
}

/** A tensor's names changed, in nodes and in the subgraphs inside them. */
export function renamed(nodes: readonly OnnxNode[], name: (old: string) => string): OnnxNode[] {
  const inGraph = (graph: OnnxGraph): OnnxGraph => ({
    ...graph,
    nodes: renamed(graph.nodes, name),
    initialisers: graph.initialisers.map((tensor) => renamedTensor(tensor, name(tensor.name))),
    inputs: graph.inputs.map((value) => ({ ...value, name: name(value.name) })),
    outputs: graph.outputs.map((value) => ({ ...value, name: name(value.name) })),
    values: [],
  });
  return nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map((old) => (old === '' ? '' : name(old))),
    outputs: node.outputs.map((old) => (old === '' ? '' : name(old))),
    attributes: node.attributes.map((entry) => {
      if (entry.kind === 'graph') return { ...entry, value: inGraph(entry.value) };
      return entry.kind === 'graphs' ? { ...entry, value: entry.value.map(inGraph) } : entry;
    }),
  }));
}

/** Name of what a graph for `count` images takes or gives of one of them; with one image the name itself. */
export function nth(name: string, place: number, count: number): string {
  return count === 1 ? name : `${name}.${place}`;
}

export class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly initialisers: OnnxTensor[] = [];
  readonly inputs: OnnxValue[] = [];
  readonly outputs: OnnxValue[] = [];
  readonly opsets: Map<string, number>;
  private made = 0;

  /** @param opset version of the ONNX domain that the nodes are written for */
  constructor(
    readonly opset: number,
    opsets: ReadonlyMap<string, number> = new Map([['', opset]]),
  ) {
    this.opsets = new Map(opsets);
  }

  input(name: string, type: keyof typeof elementTypes, shape: OnnxValue['shape']): string {
    this.inputs.push({ name, type: elementTypes[type], shape });
    return name;
  }

  output(name: string, type: keyof typeof elementTypes, shape: OnnxValue['shape']): void {
    this.outputs.push({ name, type: elementTypes[type], shape });
  }

  /** Adds a node with one output and returns the output's name. */
  node(
    op: string,
    inputs: readonly string[],
    options: { to?: string; attributes?: readonly OnnxAttribute[]; domain?: string } = {},
  ): string {
    const to = options.to ?? `lpcam.${op.toLowerCase()}.${++this.made}`;
    this.nodes.push({
      name: to,
      op,
      domain: options.domain ?? '',
      inputs,
      outputs: [to],
      attributes: options.attributes ?? [],
    });
    return to;
  }

  floats(dims: readonly number[], values: ArrayLike<number>): string {
    const name = `lpcam.constant.${++this.made}`;
    this.initialisers.push(floatTensor(name, dims, values));
    return name;
  }

  /** An int64 constant: a vector, or a scalar when one number is given instead of a list. */
  integers(values: number | readonly number[]): string {
    const name = `lpcam.constant.${++this.made}`;
    const list = typeof values === 'number' ? [values] : values;
    this.initialisers.push(integerTensor(name, typeof values === 'number' ? [] : [list.length], list));
    return name;
  }

  /** Element-wise limits; an open side is null. Clip took them as attributes before opset 11. */
  clip(from: string, low: number, high: number | null): string {
    if (this.opset < 11) {
      const attributes = [float('min', low), ...(high === null ? [] : [float('max', high)])];
      return this.node('Clip', [from], { attributes });
    }
    const limits = [this.floats([], [low]), ...(high === null ? [] : [this.floats([], [high])])];
    return this.node('Clip', [from, ...limits]);
  }

  /** One axis of `from` reversed. Slice steps came with opset 10. */
  mirror(from: string, axis: number): string {
    if (this.opset >= 10) {
      const ends = [[-1], [-Number.MAX_SAFE_INTEGER], [axis], [-1]].map((value) => this.integers(value));
      return this.node('Slice', [from, ...ends]);
    }
    // ONNX Runtime's own Range, which its older models use, since the standard one came with opset 11.
    this.opsets.set('com.microsoft', 1);
    const size = this.node('Gather', [this.node('Shape', [from]), this.integers(axis)]);
    const minusOne = this.integers(-1);
    const last = this.node('Add', [size, minusOne]);
    const places = this.node('Range', [last, minusOne, minusOne], { domain: 'com.microsoft' });
    return this.node('Gather', [from, places], { attributes: [int('axis', axis)] });
  }

  /** Entry `place` along the first axis, which disappears. */
  pick(from: string, place: number, to?: string): string {
    return this.node('Gather', [from, this.integers(place)], {
      attributes: [int('axis', 0)],
      ...(to === undefined ? {} : { to }),
    });
  }

  model(name: string, irVersion: number): OnnxModel {
    return {
      irVersion,
      opsets: this.opsets,
      producer: 'lpcam-lens',
      graph: {
        name,
        nodes: this.nodes,
        initialisers: this.initialisers,
        inputs: this.inputs,
        outputs: this.outputs,
        values: [],
      },
    };
  }
}
