/**
 * A network in half precision: weights and feature maps in 16 bits, as GPUs are fastest with. Only the backbone; what the
 * method makes of its outputs (CAM, cosines, sums) stays float32, since a sum of 2,048 squares is beyond the largest half.
 * Ours because the known converters (onnxconverter-common) are Python's, and this one leaves weights in their file.
 */
import { lazyTensor } from '../formats/lazyTensor';
import { elementTypes, type OnnxGraph, type OnnxNode, type OnnxTensor } from '../formats/onnxModel';
import { intAttribute, tensorFloats } from '../formats/onnxValues';
import { InputError } from '../lpcam/inputError';
import { toHalves } from '../lpcam/halves';
import type { CamNetwork } from './camNetwork';
import { withFoldedNorms } from './foldedNorms';
import { int } from './graphBuilder';
import { GraphIndex } from './graphIndex';

/** Take float32 only, or have an input that must be, or sum squares; around them the graph casts. */
const fullOperators: ReadonlySet<string> = new Set([
  'Resize',
  'Upsample',
  'Range',
  'CumSum',
  'ReduceL2',
  'ReduceSumSquare',
  'LpNormalization',
  'MeanVarianceNormalization',
  'InstanceNormalization',
]);

/**
 * So many first layers stay float32: an image rounded to halves, or the first maps made of it, are what most of the loss
 * comes from. Measured on MobileNetV2 over the 13 maps of the golden data: LPCAM is within .013 with none, .0049 with 4.
 * Four was chosen on these maps, of 0, 1, 4, 5, 8 and 14: for another network it is a guess, and the margin is thin.
 */
const fullProducts = 4;
const products: ReadonlySet<string> = new Set(['Conv', 'MatMul', 'Gemm']);

/** First outputs that are no floats, whatever goes in. */
const otherResults: ReadonlySet<string> = new Set([
  ...['Shape', 'Size', 'ArgMax', 'ArgMin', 'NonZero'],
  ...['Equal', 'Greater', 'Less', 'GreaterOrEqual', 'LessOrEqual'],
  ...['Not', 'And', 'Or', 'Xor', 'IsNaN', 'IsInf'],
]);

/** The input that decides the type of an operator's first output, where it is not the first. */
const decidingInput: Readonly<Record<string, number>> = { Where: 1, OneHot: 2 };

const floatTypes: readonly number[] = [elementTypes.float, elementTypes.float16];

function halfTensor(tensor: OnnxTensor): OnnxTensor {
  const { name, dims } = tensor;
  return lazyTensor({ name, dims, type: elementTypes.float16 }, () => {
    const halves = toHalves(tensorFloats(tensor, ''));
    return new Uint8Array(halves.buffer, halves.byteOffset, halves.byteLength);
  });
}

class Halving {
  readonly nodes: OnnxNode[] = [];
  readonly initialisers: OnnxTensor[] = [];
  /** Tensors that are halves under their own names. */
  private readonly halves = new Set<string>();
  /** float32 weights by their names. */
  private readonly weights = new Map<string, OnnxTensor>();
  private productsSeen = 0;
  private readonly madeFull = new Map<string, string>();
  /** Names of tensors and nodes. */
  private readonly taken: Set<string>;

  constructor(graph: OnnxGraph, input: string) {
    this.taken = new Set([
      ...graph.initialisers.map(({ name }) => name),
      ...graph.nodes.flatMap(({ name, outputs }) => [name, ...outputs]),
    ]);
    for (const tensor of graph.initialisers) this.addWeight(tensor);
    const index = new GraphIndex(graph);
    const image = this.fresh(`${input}.half`);
    this.cast(input, image, elementTypes.float16);
    this.halves.add(image);
    this.madeFull.set(image, input);
    for (const node of graph.nodes) {
      const constant = node.op === 'Constant' ? index.constant(node.outputs[0] ?? '') : undefined;
      if (constant) this.addWeight(constant);
      else this.add({ ...node, inputs: node.inputs.map((name) => (name === input ? image : name)) });
    }
  }

  private addWeight(tensor: OnnxTensor): void {
    if (tensor.type === elementTypes.float) {
      this.weights.set(tensor.name, tensor);
      this.initialisers.push(halfTensor(tensor));
    } else this.initialisers.push(tensor);
    if (floatTypes.includes(tensor.type)) this.halves.add(tensor.name);
  }

  /** A network that was turned before has such names already. */
  private fresh(wanted: string): string {
    let name = wanted;
    while (this.taken.has(name)) name += '.again';
    this.taken.add(name);
    return name;
  }

  private cast(from: string, to: string, type: number): void {
    const attributes = [int('to', type)];
    this.nodes.push({
      name: this.fresh(`${to}.cast`),
      op: 'Cast',
      domain: '',
      inputs: [from],
      outputs: [to],
      attributes,
    });
  }

  /** A tensor in float32: a weight as it is in its file, anything else cast. */
  full(name: string): string {
    if (!this.halves.has(name)) return name;
    const made = this.madeFull.get(name);
    if (made !== undefined) return made;
    const full = this.fresh(`${name}.full`);
    this.madeFull.set(name, full);
    const weight = this.weights.get(name);
    if (weight) {
      const { type, dims } = weight;
      this.initialisers.push(lazyTensor({ name: full, type, dims }, () => weight.raw));
    } else this.cast(name, full, elementTypes.float);
    return full;
  }

  private add(node: OnnxNode): void {
    if (node.attributes.some(({ kind }) => kind === 'graph' || kind === 'graphs'))
      throw new InputError(
        `The network has control flow (${node.op}), which cannot be turned to half precision: choose full as \`precision\`.`,
        { field: 'precision' },
      );
    const [first = '', ...others] = node.outputs;
    if (node.domain === '' && node.op === 'Cast') {
      if (!floatTypes.includes(intAttribute(node, 'to', 0))) this.nodes.push(node);
      else {
        this.cast(node.inputs[0] ?? '', first, elementTypes.float16);
        this.halves.add(first);
      }
      return;
    }
    const empty = node.op === 'ConstantOfShape';
    const value = node.attributes.find(({ name }) => name === 'value');
    const deciding = node.inputs[decidingInput[node.op] ?? 0] ?? '';
    const isHalf = empty
      ? value === undefined || (value.kind === 'tensor' && value.value.type === elementTypes.float)
      : this.halves.has(deciding) && !otherResults.has(node.op);
    if (products.has(node.op)) this.productsSeen++;
    const early = this.productsSeen <= fullProducts;
    const mustBeFull = empty || early || node.domain !== '' || fullOperators.has(node.op);
    if (!mustBeFull || !(isHalf || node.inputs.some((name) => this.halves.has(name)))) {
      this.nodes.push(node);
      if (isHalf) this.halves.add(first);
      // Only the standard's TopK, MaxPool, Dropout and Split have more; all but Split's are no floats.
      if (isHalf && node.op === 'Split') for (const name of others) this.halves.add(name);
      return;
    }
    const inputs = node.inputs.map((name) => this.full(name));
    if (!isHalf) {
      this.nodes.push({ ...node, inputs });
      return;
    }
    const wide = this.fresh(`${first}.wide`);
    this.nodes.push({ ...node, inputs, outputs: [wide, ...others] });
    this.cast(wide, first, elementTypes.float16);
    this.halves.add(first);
  }
}

/**
 * The network with a backbone in half precision; its input and the outputs that others name are float32 as before. Its
 * normalisations are folded while their numbers are still float32.
 * @throws InputError for a network with control flow
 */
function halfNetwork(network: CamNetwork): CamNetwork {
  const { backbone, features, classMaps, logits, attention } = network;
  const named = [features, classMaps, logits, attention?.toPatches, attention?.betweenPatches];
  const wanted = [...new Set(named.filter((name) => typeof name === 'string'))];
  const outputs = wanted.map((name) => ({ name, type: elementTypes.float, shape: null }));
  const { graph } = withFoldedNorms({ ...backbone, graph: { ...backbone.graph, outputs } });
  const halving = new Halving(graph, network.input);
  const full = (name: string) => halving.full(name);
  const result = {
    features: full(features),
    classMaps: classMaps && full(classMaps),
    logits: logits && full(logits),
    attention: attention && {
      toPatches: full(attention.toPatches),
      betweenPatches: full(attention.betweenPatches),
    },
  };
  const { nodes, initialisers } = halving;
  return {
    ...network,
    ...result,
    backbone: {
      ...backbone,
      graph: {
        ...graph,
        nodes,
        initialisers,
        outputs: wanted.map((name) => ({ name: full(name), type: elementTypes.float, shape: null })),
        values: [],
      },
    },
  };
}

/** The network as it is, or in half precision. */
export function inPrecision(network: CamNetwork, precision: 'full' | 'half'): CamNetwork {
  return precision === 'half' ? halfNetwork(network) : network;
}
