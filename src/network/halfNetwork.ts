/**
 * A network whose products are in half precision, as GPUs are fastest with: operands and results of wide convolutions and
 * matrix products are rounded to 16 bits, between them everything is float32. Which ones was chosen by measuring what each
 * kind costs LPCAM (docs/benchmarks.md, "Half precision"): the first layers, biases, depthwise convolutions and products
 * into few channels cost most, and have few of the multiply-adds. Errors of many channels average out in a cosine.
 * Ours because the known converters (onnxconverter-common) are Python's, and this one leaves weights in their file.
 */
import { lazyTensor } from '../formats/lazyTensor';
import { elementTypes, type OnnxGraph, type OnnxNode, type OnnxTensor } from '../formats/onnxModel';
import { intAttribute, tensorFloats } from '../formats/onnxValues';
import { toHalves } from '../lpcam/halves';
import type { CamNetwork } from './camNetwork';
import { downsamplingOf } from './downsampling';
import { withFoldedNorms } from './foldedNorms';
import { int } from './graphBuilder';
import { GraphIndex, readNames } from './graphIndex';

/** Layers that see the picture in more detail than this (pixels a step) stay float32. */
const leastDownsampling = 4;
/** And those into fewer channels. */
const leastWidth = 128;

/** `half`: for a device that computes halves. `rounded`: the same numbers, from one that computes float32 only. */
export type NetworkPrecision = 'full' | 'half' | 'rounded';

/** First outputs that are no floats, whatever goes in. */
const otherResults: ReadonlySet<string> = new Set([
  ...['Shape', 'Size', 'ArgMax', 'ArgMin', 'NonZero'],
  ...['Equal', 'Greater', 'Less', 'GreaterOrEqual', 'LessOrEqual'],
  ...['Not', 'And', 'Or', 'Xor', 'IsNaN', 'IsInf'],
]);

/** The input that decides the type of an operator's first output, where it is not the first. */
const decidingInput: Readonly<Record<string, number>> = { Where: 1, OneHot: 2 };

function halfTensor(tensor: OnnxTensor, name: string): OnnxTensor {
  return lazyTensor({ name, dims: tensor.dims, type: elementTypes.float16 }, () => {
    const halves = toHalves(tensorFloats(tensor, ''));
    return new Uint8Array(halves.buffer, halves.byteOffset, halves.byteLength);
  });
}

class Halving {
  readonly nodes: OnnxNode[] = [];
  private readonly made: OnnxTensor[] = [];
  /** float32 tensors. */
  private readonly floats: Set<string>;
  /** Names of halves by those of the float32 tensors they are of. */
  private readonly halves = new Map<string, string>();
  /** Names of tensors and nodes. */
  private readonly taken: Set<string>;
  private readonly index: GraphIndex;
  private readonly downsampling: ReadonlyMap<string, number>;

  /**
   * @param kept names of tensors that no product in half precision may make
   * @param rounds around each product, which itself is float32. ONNX Runtime does so by itself on a CPU, but leaves the
   * rounding out around a single one.
   */
  constructor(
    private readonly graph: OnnxGraph,
    input: string,
    private readonly kept: ReadonlySet<string>,
    private readonly rounds: boolean,
  ) {
    this.index = new GraphIndex(graph);
    this.downsampling = downsamplingOf(graph, input);
    this.taken = new Set([
      ...graph.initialisers.map(({ name }) => name),
      ...graph.nodes.flatMap(({ name, outputs }) => [name, ...outputs]),
    ]);
    const weights = graph.initialisers.filter(({ type }) => type === elementTypes.float);
    this.floats = new Set([input, ...weights.map(({ name }) => name)]);
    for (const node of graph.nodes) {
      if (this.takesHalves(node)) this.addProduct(node);
      else this.nodes.push(node);
      const [first = ''] = node.outputs;
      if (this.isFloat(node)) this.floats.add(first);
      // Only the standard's TopK, MaxPool, Dropout and Split have more; all but Split's are no floats.
      if (node.op === 'Split' && this.floats.has(first))
        for (const name of node.outputs) this.floats.add(name);
    }
  }

  /** The graph with its products in half precision, without what nothing reads any more. */
  result(): OnnxGraph {
    const read = new Set(this.graph.outputs.map(({ name }) => name));
    const nodes: OnnxNode[] = [];
    for (const node of [...this.nodes].reverse()) {
      if (!node.outputs.some((name) => read.has(name))) continue;
      nodes.push(node);
      for (const name of readNames(node)) read.add(name);
    }
    const initialisers = [...this.graph.initialisers, ...this.made].filter(({ name }) => read.has(name));
    return { ...this.graph, nodes: nodes.reverse(), initialisers, values: [] };
  }

  /** Whether the first output is float32, as far as the inputs tell. */
  private isFloat(node: OnnxNode): boolean {
    const [first = ''] = node.outputs;
    if (node.domain !== '') return false;
    if (node.op === 'Cast') return intAttribute(node, 'to', 0) === elementTypes.float;
    if (node.op === 'Constant') return this.index.constant(first)?.type === elementTypes.float;
    if (node.op === 'ConstantOfShape') {
      const value = node.attributes.find(({ name }) => name === 'value');
      return value === undefined || (value.kind === 'tensor' && value.value.type === elementTypes.float);
    }
    return this.floats.has(node.inputs[decidingInput[node.op] ?? 0] ?? '') && !otherResults.has(node.op);
  }

  private takesHalves(node: OnnxNode): boolean {
    const [first = '', second = '', bias = ''] = node.inputs;
    if (node.domain !== '' || !this.floats.has(first) || !this.floats.has(second)) return false;
    if (Math.max(...node.inputs.map((name) => this.downsampling.get(name) ?? 1)) < leastDownsampling)
      return false;
    if (node.outputs.some((name) => this.kept.has(name))) return false;
    if (node.op === 'MatMul') return this.widthOf(second) >= leastWidth;
    const weight = this.index.constant(second);
    const depthwise = weight?.dims[1] === 1 && intAttribute(node, 'group', 1) > 1;
    const known = bias === '' || this.index.constant(bias) !== undefined;
    return node.op === 'Conv' && known && !depthwise && (weight?.dims[0] ?? 0) >= leastWidth;
  }

  /** Channels that a matrix on the right leads to; what is no weight (attention) is as wide as the picture. */
  private widthOf(matrix: string): number {
    const weight = this.index.constant(matrix);
    return weight ? (weight.dims.at(-1) ?? 0) : (this.turned(matrix)?.dims[0] ?? Infinity);
  }

  /** The weight that a tensor is the transpose of. */
  private turned(name: string): OnnxTensor | undefined {
    const producer = this.index.producer(name);
    return producer?.op === 'Transpose' ? this.index.constant(producer.inputs[0] ?? '') : undefined;
  }

  private addProduct(node: OnnxNode): void {
    const [result = ''] = node.outputs;
    const [first = '', second = '', biasName = ''] = node.inputs;
    const product = this.fresh(`${result}.half`);
    const wide = this.rounds ? this.fresh(`${result}.wide`) : product;
    this.nodes.push({ ...node, inputs: [this.half(first), this.half(second)], outputs: [wide] });
    if (this.rounds) this.cast(wide, product, elementTypes.float16);
    const bias = this.index.constant(biasName);
    if (bias === undefined) {
      this.cast(product, result, elementTypes.float);
      return;
    }
    const [full, column] = [this.fresh(`${result}.product`), this.fresh(`${result}.bias`)];
    this.cast(product, full, elementTypes.float);
    const sides = this.index.constant(second)?.dims.slice(2) ?? [];
    const { type, dims } = bias;
    this.made.push(
      lazyTensor({ name: column, type, dims: [...dims, ...sides.map(() => 1)] }, () => bias.raw),
    );
    const add = { op: 'Add', domain: '', inputs: [full, column], outputs: [result], attributes: [] };
    this.nodes.push({ name: this.fresh(`${result}.biased`), ...add });
  }

  /** A tensor in half precision, or rounded to it: a weight turned when it is read, anything else cast. */
  private half(name: string): string {
    const known = this.halves.get(name);
    if (known !== undefined) return known;
    const half = this.fresh(`${name}.half`);
    const operand = this.rounds ? this.fresh(`${name}.rounded`) : half;
    this.halves.set(name, operand);
    const weight = this.index.constant(name);
    const producer = this.index.producer(name);
    if (producer && this.turned(name)) {
      // So that what is stored is 16 bits.
      const inputs = [this.half(producer.inputs[0] ?? '')];
      this.nodes.push({ ...producer, name: half, inputs, outputs: [operand] });
      return operand;
    }
    if (weight) this.made.push(halfTensor(weight, half));
    else this.cast(name, half, elementTypes.float16);
    if (this.rounds) this.cast(half, operand, elementTypes.float);
    return operand;
  }

  private cast(from: string, to: string, type: number): void {
    const name = this.fresh(`${to}.cast`);
    const attributes = [int('to', type)];
    this.nodes.push({ name, op: 'Cast', domain: '', inputs: [from], outputs: [to], attributes });
  }

  /** A network that was turned before has such names already. */
  private fresh(wanted: string): string {
    let name = wanted;
    while (this.taken.has(name)) name += '.again';
    this.taken.add(name);
    return name;
  }
}

/** The network with products in half precision; every tensor that had a name is float32 as before. */
function halfNetwork(network: CamNetwork, rounds: boolean): CamNetwork {
  const { backbone, features, classMaps, logits, attention } = network;
  const named = [features, classMaps, logits, attention?.toPatches, attention?.betweenPatches];
  const wanted = [...new Set(named.filter((name) => typeof name === 'string'))];
  const outputs = wanted.map((name) => ({ name, type: elementTypes.float, shape: null }));
  // Normalisations are folded while their numbers are still float32.
  const folded = withFoldedNorms({ ...backbone, graph: { ...backbone.graph, outputs } });
  const classes = new Set([classMaps, logits].filter((name) => name !== null));
  const graph = new Halving(folded.graph, network.input, classes, rounds).result();
  return { ...network, backbone: { ...folded, graph } };
}

/** The network as it is, or in half precision. */
export function inPrecision(network: CamNetwork, precision: NetworkPrecision): CamNetwork {
  return precision === 'full' ? network : halfNetwork(network, precision === 'rounded');
}
