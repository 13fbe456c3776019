/**
 * Batch normalisation folded into the convolution before it. ONNX Runtime does the same when it opens a model, but holds
 * all old and new weights at once then; here each weight is folded when it is read.
 */
import { lazyTensor } from '../formats/lazyTensor';
import { elementTypes, type OnnxModel, type OnnxNode, type OnnxTensor } from '../formats/onnxModel';
import { floatAttribute, intAttribute, tensorFloats } from '../formats/onnxValues';
import { GraphIndex } from './graphIndex';

/** From this opset on the normalisation is over channels and has no other mode than its attributes tell. */
const firstOpset = 9;

/** y = factor x + shift per channel. */
interface Affine {
  readonly factor: Float32Array;
  readonly shift: Float32Array;
}

function floatsOf(tensor: OnnxTensor): Float32Array {
  // The file's name matters for other element types only, which are not folded.
  return tensorFloats(tensor, '');
}

function isFloat(tensor: OnnxTensor | undefined): tensor is OnnxTensor {
  return tensor?.type === elementTypes.float;
}

/** In float32 and in the order of ONNX Runtime's own folding, so that results do not move. */
function affineOf(parameters: readonly OnnxTensor[], epsilon: number, bias: Float32Array | null): Affine {
  const [scale = [], offset = [], mean = [], variance = []] = parameters.map(floatsOf);
  const round = Math.fround;
  const factor = Float32Array.from(scale, (value, i) =>
    round(value / round(Math.sqrt(round((variance[i] ?? 0) + round(epsilon))))),
  );
  const shift = factor.map((by, i) => {
    const [beta = 0, centre = 0] = [offset[i], mean[i]];
    return bias === null
      ? round(beta - round(centre * by))
      : round(round(round((bias[i] ?? 0) - centre) * by) + beta);
  });
  return { factor, shift };
}

function scaledRows(weight: OnnxTensor, factor: Float32Array): Uint8Array {
  const values = floatsOf(weight);
  const length = values.length / Math.max(1, factor.length);
  for (let row = 0; row < factor.length; row++) {
    const by = factor[row] ?? 0;
    for (let i = row * length; i < (row + 1) * length; i++) values[i] = (values[i] ?? 0) * by;
  }
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

class Folding {
  private readonly index: GraphIndex;
  private readonly outputs: ReadonlySet<string>;
  private readonly made = new Map<string, OnnxTensor>();
  /** Convolutions and what they become. */
  private readonly replaced = new Map<OnnxNode, OnnxNode>();
  private readonly removed = new Set<OnnxNode>();

  constructor(private readonly model: OnnxModel) {
    this.index = new GraphIndex(model.graph);
    this.outputs = new Set(model.graph.outputs.map(({ name }) => name));
  }

  private constants(names: readonly string[]): OnnxTensor[] | null {
    const tensors = names.map((name) => this.index.constant(name)).filter(isFloat);
    return tensors.length === names.length ? tensors : null;
  }

  /** Takes a normalisation into the convolution that alone feeds it, if there is one. */
  private fold(norm: OnnxNode): void {
    const from = norm.inputs[0] ?? '';
    const conv = this.index.producer(from);
    const training = intAttribute(norm, 'training_mode', 0) !== 0;
    if (norm.domain !== '' || norm.outputs.length !== 1 || training) return;
    if (conv?.op !== 'Conv' || conv.domain !== '' || conv.outputs.length !== 1) return;
    if (this.index.users(from).length !== 1 || this.outputs.has(from)) return;
    const [weightName = '', biasName = ''] = conv.inputs.slice(1);
    const parameters = this.constants(norm.inputs.slice(1, 5));
    const weight = this.index.constant(weightName);
    const bias = biasName === '' ? null : this.constants([biasName]);
    const channels = weight?.dims[0] ?? 0;
    if (parameters?.length !== 4 || !isFloat(weight) || (biasName !== '' && bias === null)) return;
    if ([...parameters, ...(bias ?? [])].some(({ dims }) => dims.join() !== String(channels))) return;

    // The same weight may be used twice, and then is folded with each of its normalisations.
    const suffix = `lpcam.folded.${norm.inputs.slice(1, 5).join('.')}`;
    const names = [`${weightName}.${suffix}`, `${weightName}.${biasName}.${suffix}.bias`] as const;
    if (!this.made.has(names[1])) {
      const [of] = bias ?? [];
      const { factor, shift } = affineOf(
        parameters,
        floatAttribute(norm, 'epsilon', 1e-5),
        of === undefined ? null : floatsOf(of),
      );
      const float = { type: elementTypes.float };
      this.made.set(
        names[0],
        lazyTensor({ ...float, name: names[0], dims: weight.dims }, () => scaledRows(weight, factor)),
      );
      const raw = new Uint8Array(shift.buffer);
      this.made.set(names[1], { ...float, name: names[1], dims: [channels], raw, strings: null });
    }
    this.replaced.set(conv, { ...conv, inputs: [conv.inputs[0] ?? '', ...names], outputs: norm.outputs });
    this.removed.add(norm);
  }

  result(): OnnxModel {
    const { graph } = this.model;
    for (const node of graph.nodes) if (node.op === 'BatchNormalization') this.fold(node);
    const nodes = graph.nodes
      .filter((node) => !this.removed.has(node))
      .map((node) => this.replaced.get(node) ?? node);
    const index = new GraphIndex({ ...graph, nodes });
    const used = (name: string) => index.users(name).length > 0 || this.outputs.has(name);
    const initialisers = [...graph.initialisers, ...this.made.values()].filter(({ name }) => used(name));
    return { ...this.model, graph: { ...graph, nodes, initialisers } };
  }
}

/** The model with every normalisation that follows a convolution folded into it; the same numbers come out. */
export function withFoldedNorms(model: OnnxModel): OnnxModel {
  return (model.opsets.get('') ?? 0) < firstOpset ? model : new Folding(model).result();
}
