/** The network's nodes in a graph of ours, for an image alone or for it and its mirror. */
import { renamedTensor } from '../formats/lazyTensor';
import type { OnnxGraph, OnnxNode } from '../formats/onnxModel';
import { InputError } from '../lpcam/inputError';
import type { CamNetwork } from './camNetwork';
import { int, renamed, type GraphBuilder } from './graphBuilder';

/** What the network makes of a batch of views: the image, and with the mirror its mirror image. */
export interface NetworkViews {
  /** A tensor of the network for all views, [B, ...]. */
  readonly batch: (tensor: string) => string;
  /** The same for one of the views, [1, ...]. */
  readonly view: (tensor: string, place: number) => string;
  /** A constant, which all views share. */
  readonly constant: (tensor: string) => string;
}

export interface ViewsOptions {
  readonly mirror: boolean;
  /**
   * Each view through the network by itself. On a CPU a layer's output is then nearer to the next: two views at once take a
   * tenth longer (docs/benchmarks.md). Other devices are kept busy by the batch.
   */
  readonly apart: boolean;
}

/** Entry `place` of a batch, as a batch of one. */
export function viewOf(builder: GraphBuilder, batch: string, place: number): string {
  return builder.node('Gather', [batch, builder.integers([place])], { attributes: [int('axis', 0)] });
}

/**
 * Adds input `image`, [B, 3, H, W], and the network; with `apart` inputs `image` and `mirrored`, [1, 3, H, W].
 * @param graph the network's, or what of it is wanted
 * @param taken whether a name is one of the graph's own
 * @throws InputError when the network is bound to a batch that cannot be had
 */
export function addNetwork(
  builder: GraphBuilder,
  network: CamNetwork,
  graph: OnnxGraph,
  taken: (name: string) => boolean,
  { mirror, apart }: ViewsOptions,
): NetworkViews {
  const { nodes } = graph;
  const own = (name: string) => (taken(name) ? `lpcam.network.${name}` : name);
  builder.initialisers.push(...graph.initialisers.map((tensor) => renamedTensor(tensor, own(tensor.name))));
  const [height, width] = network.fixedSize ?? ['H', 'W'];
  const batch = mirror ? 2 : 1;
  const single = apart && mirror;
  builder.input('image', 'float', [single ? 1 : batch, 3, height, width]);

  const add = (
    some: readonly OnnxNode[],
    tensor: (name: string) => string,
    label: (name: string) => string,
  ) => {
    builder.nodes.push(...renamed(some, tensor).map((node) => ({ ...node, name: label(node.name) })));
  };
  const any = network.fixedBatch === null || network.fixedBatch === batch;
  if (any && !single) {
    const name = (old: string) => (old === network.input ? 'image' : own(old));
    add(nodes, name, own);
    return { batch: name, view: (tensor, place) => viewOf(builder, name(tensor), place), constant: own };
  }
  if (network.fixedBatch !== null && network.fixedBatch !== 1)
    throw new InputError(
      `The network only takes ${network.fixedBatch} images at once (a Reshape in it fixes the batch). ` +
        'Export it with a dynamic batch, or with a batch of 1.',
    );
  // The network twice in a row, sharing its weights.
  const constants = nodes.filter((node) => node.op === 'Constant');
  add(constants, own, own);
  const layers = nodes.filter((node) => node.op !== 'Constant');
  const shared = new Set([
    ...graph.initialisers.map(({ name }) => name),
    ...constants.flatMap(({ outputs }) => outputs),
  ]);
  const images = single
    ? ['image', builder.input('mirrored', 'float', [1, 3, height, width])]
    : [0, 1].map((place) => viewOf(builder, 'image', place));
  const copies = images.map((image, place) => {
    const label = (old: string) => `lpcam.copy${place}.${old}`;
    const name = (old: string) => (old === network.input ? image : shared.has(old) ? own(old) : label(old));
    add(layers, name, label);
    return name;
  });
  return {
    batch: (tensor) =>
      builder.node(
        'Concat',
        copies.map((name) => name(tensor)),
        { attributes: [int('axis', 0)] },
      ),
    view: (tensor, place) => copies[place]?.(tensor) ?? '',
    constant: own,
  };
}
