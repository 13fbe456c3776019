/** For networks that no state dict tells: the graph of an ONNX export of the same module, with a state dict's weights. */
import { bytesOf, toFloat32 } from '../../formats/numericArray';
import { lazyTensor } from '../../formats/lazyTensor';
import {
  elementTypes,
  elementTypeName,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
} from '../../formats/onnxModel';
import { InputError } from '../../lpcam/inputError';
import type { StateDict, StateTensor } from './stateDict';

/** Constants of a graph that are no weights: a scalar, or one number in a vector. */
function isScalar({ dims }: OnnxTensor): boolean {
  return dims.every((side) => side === 1);
}

/** How names are kept: an export in evaluation otherwise merges normalisations into convolutions of new names. */
const advice =
  'Export it with its names kept: torch.onnx.export(..., training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False).';

class Borrowing {
  private matched = 0;

  constructor(
    private readonly model: OnnxModel,
    private readonly graphFile: string,
    private readonly dict: StateDict,
  ) {}

  private fail(what: string, key: string): InputError {
    return new InputError(`${this.graphFile}: is no graph for ${this.dict.file}: ${what}`, {
      file: this.graphFile,
      field: key,
    });
  }

  /** The state dict's numbers in place of a weight of the graph. */
  private filled(name: string, graph: OnnxTensor, tensor: StateTensor): OnnxTensor {
    if (tensor.shape.join() !== graph.dims.join())
      throw this.fail(
        `its weight '${name}' is [${graph.dims.join(', ')}], the state dict's [${tensor.shape.join(', ')}].`,
        name,
      );
    if (graph.type !== elementTypes.float)
      throw this.fail(
        `its weight '${name}' is ${elementTypeName(graph.type)}; expected float. Export it in float32.`,
        name,
      );
    this.matched++;
    const { type, dims } = graph;
    return lazyTensor({ name, type, dims }, () => bytesOf(toFloat32(tensor.numbers())));
  }

  private replaced(tensor: OnnxTensor): OnnxTensor {
    const found = this.dict.tensors.get(tensor.name);
    if (tensor.type === elementTypes.int64 || (!found && isScalar(tensor))) return tensor;
    if (!found)
      throw this.fail(
        `its weight '${tensor.name}' [${tensor.dims.join(', ')}] has no tensor of that name in the state dict. ${advice}`,
        tensor.name,
      );
    return this.filled(tensor.name, tensor, found);
  }

  /** torch.onnx.export keeps equal weights once and copies them; in another checkpoint they may differ. */
  private copies(): { tensors: OnnxTensor[]; nodes: ReadonlySet<OnnxNode> } {
    const constants = new Map(this.model.graph.initialisers.map((tensor) => [tensor.name, tensor]));
    const nodes = new Set<OnnxNode>();
    const tensors = this.model.graph.nodes.flatMap((node) => {
      const [from = '', to = ''] = [node.inputs[0], node.outputs[0]];
      const original = constants.get(from);
      const found = this.dict.tensors.get(to);
      if (node.op !== 'Identity' || !original || !found || original.type === elementTypes.int64) return [];
      nodes.add(node);
      return [this.filled(to, original, found)];
    });
    return { tensors, nodes };
  }

  filledModel(): OnnxModel {
    const { graph } = this.model;
    const used = new Set([
      ...graph.nodes.flatMap((node) => node.inputs),
      ...graph.outputs.map((output) => output.name),
    ]);
    const own = graph.initialisers
      .filter((tensor) => used.has(tensor.name))
      .map((tensor) => this.replaced(tensor));
    const { tensors, nodes } = this.copies();
    if (this.matched === 0) throw this.fail(`it has no weight of the state dict's names. ${advice}`, '');
    return {
      ...this.model,
      graph: {
        ...graph,
        nodes: graph.nodes.filter((node) => !nodes.has(node)),
        initialisers: [...own, ...tensors],
      },
    };
  }
}

/**
 * The graph with every weight taken from the state dict by its name.
 * @throws InputError when a weight of the graph has no tensor of its name and shape
 */
export function withWeights(model: OnnxModel, graphFile: string, dict: StateDict): OnnxModel {
  return new Borrowing(model, graphFile, dict).filledModel();
}
