/** The network's nodes in a graph of ours, for an image alone or for it and its mirror, or for some images of one size. */
import { renamedTensor } from '../formats/lazyTensor';
import type { OnnxDimension, OnnxGraph, OnnxNode } from '../formats/onnxModel';
import { InputError } from '../lpcam/inputError';
import type { CamNetwork } from './camNetwork';
import { int, nth, renamed, type GraphBuilder } from './graphBuilder';

/** What the network makes of a batch of views: I images, and with the mirror their mirror images behind them. */
export interface NetworkViews {
  /** A tensor of the network for all views, [B, ...]. */
  readonly batch: (tensor: string) => string;
  /** The same for one of the views, 0 the images and 1 their mirrors, [I, ...]. */
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
  /** How many images, I; several take the network together, and no views apart. */
  readonly images: number;
}

/** Of a batch of `count` images and their mirrors the images (`place` 0) or the mirrors (1), as a batch of their own. */
export function viewOf(builder: GraphBuilder, batch: string, place: number, count = 1): string {
  const places = Array.from({ length: count }, (_, i) => place * count + i);
  return builder.node('Gather', [batch, builder.integers(places)], { attributes: [int('axis', 0)] });
}

/** Whether several images can share a batch of this network. */
export function takesSeveral({ fixedBatch }: CamNetwork): boolean {
  return fixedBatch === null;
}

/** Inputs `image.0`, `image.1`... and their `mirrored.0`..., [1, 3, H, W] each, as one batch: nobody has to copy them together. */
function addImages(
  builder: GraphBuilder,
  size: readonly [OnnxDimension, OnnxDimension],
  { images, mirror }: ViewsOptions,
): string {
  const views = mirror ? ['image', 'mirrored'] : ['image'];
  const names = views.flatMap((view) =>
    Array.from({ length: images }, (_, place) =>
      builder.input(nth(view, place, images), 'float', [1, 3, ...size]),
    ),
  );
  return builder.node('Concat', names, { attributes: [int('axis', 0)] });
}

/**
 * Adds input `image`, [B, 3, H, W], and the network; with `apart` inputs `image` and `mirrored`, [1, 3, H, W]; for several images
 * `image.0`..., and with the mirror `mirrored.0`..., [1, 3, H, W].
 * @param graph the network's, or what of it is wanted
 * @param taken whether a name is one of the graph's own
 * @throws InputError when the network is bound to a batch that cannot be had
 */
export function addNetwork(
  builder: GraphBuilder,
  network: CamNetwork,
  graph: OnnxGraph,
  taken: (name: string) => boolean,
  options: ViewsOptions,
): NetworkViews {
  const { mirror, apart, images } = options;
  const { nodes } = graph;
  const own = (name: string) => (taken(name) ? `lpcam.network.${name}` : name);
  builder.initialisers.push(...graph.initialisers.map((tensor) => renamedTensor(tensor, own(tensor.name))));
  const size = network.fixedSize ?? (['H', 'W'] as const);
  const batch = mirror ? 2 : 1;
  const single = apart && mirror;

  const add = (
    some: readonly OnnxNode[],
    tensor: (name: string) => string,
    label: (name: string) => string,
  ) => {
    builder.nodes.push(...renamed(some, tensor).map((node) => ({ ...node, name: label(node.name) })));
  };
  const together = (input: string): NetworkViews => {
    const name = (old: string) => (old === network.input ? input : own(old));
    add(nodes, name, own);
    const view = (tensor: string, place: number) => viewOf(builder, name(tensor), place, images);
    return { batch: name, view, constant: own };
  };
  if (images > 1) {
    if (!takesSeveral(network) || apart)
      throw new Error(`${images} images cannot take this network together.`);
    return together(addImages(builder, size, options));
  }
  builder.input('image', 'float', [single ? 1 : batch, 3, ...size]);
  const any = network.fixedBatch === null || network.fixedBatch === batch;
  if (any && !single) return together('image');
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
  const inputs = single
    ? ['image', builder.input('mirrored', 'float', [1, 3, ...size])]
    : [0, 1].map((place) => viewOf(builder, 'image', place));
  const copies = inputs.map((image, place) => {
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
