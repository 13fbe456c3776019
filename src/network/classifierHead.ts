/** Finds, behind a graph's outputs, the feature map and the linear classifier on its average. */
import type { OnnxNode } from '../formats/onnxModel';
import { intsAttribute, tensorIntegers } from '../formats/onnxValues';
import type { GraphIndex } from './graphIndex';
import { linearLayerOf } from './linearLayer';
import type { LinearLayer } from './linearLayer';
import type { Shapes } from './shapes';

export interface ClassifierHead {
  /** Name of the feature map's tensor. */
  readonly features: string;
  readonly layer: LinearLayer;
}

/** What looking behind one tensor gave: a head, or what stood in the way. */
export type HeadSearch = { readonly head: ClassifierHead } | { readonly reason: string };

/** Layers that only rearrange or, at inference, do nothing. */
const passing = new Set(['Identity', 'Dropout', 'Cast', 'Flatten', 'Reshape', 'Squeeze', 'Unsqueeze']);
/** What stands behind logits in graphs that give probabilities. */
const lastActivations = new Set(['Softmax', 'LogSoftmax', 'Sigmoid']);

function label(node: OnnxNode): string {
  return `${node.op} '${node.name || (node.outputs[0] ?? '')}'`;
}

function peel(index: GraphIndex, name: string, through: ReadonlySet<string>): string {
  let current = name;
  for (let node = index.producer(current); node && through.has(node.op); node = index.producer(current))
    current = node.inputs[0] ?? '';
  return current;
}

function reducedAxes(index: GraphIndex, node: OnnxNode): number[] | null {
  const tensor = index.constant(node.inputs[1] ?? '');
  return intsAttribute(node, 'axes') ?? (tensor ? tensorIntegers(tensor) : null);
}

export class HeadFinder {
  constructor(
    private readonly index: GraphIndex,
    private readonly shapes: Shapes,
    private readonly file: string,
  ) {}

  /** The map that a node averages over all positions; null when it is no such pooling. */
  private pooledMap(node: OnnxNode): string | null {
    const input = node.inputs[0] ?? '';
    if (node.op === 'GlobalAveragePool') return input;
    if (node.op === 'AveragePool') {
      const sizes = this.shapes.of(node.outputs[0] ?? '')?.slice(2);
      const whole = sizes?.every((dimension) => dimension.size === 1 || dimension.size === null);
      return whole ? this.beforePadding(input) : null;
    }
    return node.op === 'ReduceMean' ? this.meanedMap(node, input) : null;
  }

  /** PyTorch exports its average pooling with a padding of nothing before it. */
  private beforePadding(name: string): string {
    const node = this.index.producer(name);
    if (node?.op !== 'Pad') return name;
    const tensor = this.index.constant(node.inputs[1] ?? '');
    const pads = intsAttribute(node, 'pads') ?? (tensor ? tensorIntegers(tensor) : null);
    return pads?.every((pad) => pad === 0) ? (node.inputs[0] ?? name) : name;
  }

  private meanedMap(node: OnnxNode, input: string): string | null {
    const axes = reducedAxes(this.index, node);
    if (!axes) return null;
    const rank = this.shapes.of(input)?.length ?? 4;
    const places = axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort();
    if (rank === 4 && places.join() === '2,3') return input;
    const before = this.index.producer(input);
    if (places.length !== 1 || places[0] !== rank - 1 || !before) return null;
    // Mean over the columns, then over the rows.
    if (before.op === 'ReduceMean') {
      const source = before.inputs[0] ?? '';
      const firstAxes = reducedAxes(this.index, before)?.map((axis) => (axis < 0 ? axis + 4 : axis));
      return firstAxes?.join() === '3' && (this.shapes.of(source)?.length ?? 4) === 4 && rank === 3
        ? source
        : null;
    }
    // Positions flattened into one axis, then the mean over it.
    if (rank !== 3 || (before.op !== 'Reshape' && before.op !== 'Flatten')) return null;
    const source = before.inputs[0] ?? '';
    const [from, to] = [this.shapes.of(source), this.shapes.of(input)];
    return from?.length === 4 && to?.[1]?.size != null && to[1].size === from[1]?.size ? source : null;
  }

  private isMap(name: string): boolean {
    const shape = this.shapes.of(name);
    return shape?.length === 4 && shape.slice(2).every((dimension) => dimension.space);
  }

  /** Looks behind a linear layer: is it a classifier on pooled features? */
  behindLayer(layer: LinearLayer): HeadSearch {
    const pooled = peel(this.index, layer.input, passing);
    const node = this.index.producer(pooled);
    const features = node && this.pooledMap(node);
    if (features) return { head: { features, layer } };
    const layerName = label(layer.node);
    if (node?.op.startsWith('GlobalMaxPool'))
      return {
        reason: `${layerName} works on ${label(node)}: the maximum over positions, not their average, so a class activation map of it is not defined`,
      };
    return {
      reason: `${layerName} is linear, but before it stands ${node ? label(node) : `'${pooled}'`}, not an average over the positions of a feature map`,
    };
  }

  /** Looks behind an output of the graph. */
  behindOutput(output: string): HeadSearch {
    const logits = peel(
      this.index,
      peel(this.index, output, passing),
      new Set([...lastActivations, ...passing]),
    );
    const node = this.index.producer(logits);
    if (!node) return { reason: `output '${output}' is not computed` };
    const layer = linearLayerOf(this.index, logits, this.file);
    if (layer) {
      const found = this.behindLayer(layer);
      // Class maps as the output, before any pooling: the features are what the 1x1 convolution works on.
      if ('reason' in found && layer.convolution && this.isMap(logits))
        return { head: { features: layer.input, layer } };
      return found;
    }
    const map = this.pooledMap(node);
    if (!map) return { reason: `output '${output}' comes from ${label(node)}, not from a linear layer` };
    const mapName = peel(this.index, map, new Set(['Identity', 'Dropout', 'Cast']));
    const before = linearLayerOf(this.index, mapName, this.file);
    if (before?.convolution) return { head: { features: before.input, layer: before } };
    const maker = this.index.producer(mapName);
    return {
      reason: `output '${output}' averages ${maker ? label(maker) : `'${mapName}'`}, which is not a linear layer`,
    };
  }
}
