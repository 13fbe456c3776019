/** The one graph that runs per image and scale: backbone, CAM, logits and similarity maps in a single pass. */
import { renamedTensor } from '../formats/lazyTensor';
import { elementTypes, type OnnxModel, type OnnxNode } from '../formats/onnxModel';
import { InputError } from '../lpcam/inputError';
import type { MctFormerRule } from '../lpcam/mctFormer';
import { nodesBehind } from './backbone';
import type { CamNetwork } from './camNetwork';
import { largestHalf } from './castGraph';
import { withFoldedNorms } from './foldedNorms';
import { addAffinity, addFusion } from './fusionGraph';
import { GraphBuilder, int, ints, renamed } from './graphBuilder';
import { GraphIndex } from './graphIndex';
import type { RowType } from './kmeansGraph';

export interface MapsGraphOptions {
  /** The batch is the image and its mirror; else the image alone. */
  readonly mirror: boolean;
  /** Add input `centres` and output `similarity`. */
  readonly similarity: boolean;
  /** Add output `feature`. */
  readonly feature: boolean;
  /** Add output `rows` of this type: the feature map, one row per position, as the clustering keeps it. */
  readonly rows?: RowType;
  /** Add output `fused`, and with `similarity` also `attention`, `viewSimilarity` and `affinity`; absent: none. */
  readonly fusion?: GraphFusion | null;
}

export interface GraphFusion {
  readonly rule: MctFormerRule;
  /** Type of `affinity`: halves are made in the graph where the device can. */
  readonly affinity: RowType;
}

/** Names the graph's inputs and outputs have; tensors of the backbone that share one are renamed. */
const ownNames = new Set([
  'image',
  'centres',
  'cam',
  'logits',
  'similarity',
  'feature',
  'rows',
  'fused',
  'attention',
  'viewSimilarity',
  'affinity',
]);

const smallestNorm = 1e-8;

/** The backbone's nodes without those that only attention needs, which would be run for nothing. */
function nodesFor(
  { backbone, features, classMaps, logits, attention }: CamNetwork,
  fusion: boolean,
): OnnxNode[] {
  const { graph } = backbone;
  if (fusion || attention === null) return [...graph.nodes];
  const index = new GraphIndex(graph);
  const targets = [features, classMaps, logits].filter((target) => target !== null);
  const needed = new Set(targets.flatMap((target) => nodesBehind(index, target)));
  return graph.nodes.filter((node) => needed.has(node));
}

/** Adds the backbone and gives the names of some of its tensors, [B, ...], B = 2 with the mirror. */
function addBackbone(
  builder: GraphBuilder,
  network: CamNetwork,
  { mirror, fusion }: MapsGraphOptions,
): (tensor: string) => string {
  const { graph } = network.backbone;
  const nodes = nodesFor(network, Boolean(fusion));
  const own = (name: string) =>
    ownNames.has(name) || name.startsWith('lpcam.') ? `lpcam.network.${name}` : name;
  builder.initialisers.push(...graph.initialisers.map((tensor) => renamedTensor(tensor, own(tensor.name))));
  const [height, width] = network.fixedSize ?? ['H', 'W'];
  const batch = mirror ? 2 : 1;
  builder.input('image', 'float', [batch, 3, height, width]);

  if (network.fixedBatch === null || network.fixedBatch === batch) {
    const name = (old: string) => (old === network.input ? 'image' : own(old));
    builder.nodes.push(...renamed(nodes, name).map((node) => ({ ...node, name: own(node.name) })));
    return name;
  }
  if (network.fixedBatch !== 1)
    throw new InputError(
      `The network only takes ${network.fixedBatch} images at once (a Reshape in it fixes the batch). ` +
        'Export it with a dynamic batch, or with a batch of 1.',
    );
  // A batch of one only: the network twice in a row, sharing its weights.
  const weights = new Set(graph.initialisers.map((tensor) => tensor.name));
  const copies = [0, 1].map((place) => {
    const image = builder.node('Gather', ['image', builder.integers([place])], {
      attributes: [int('axis', 0)],
    });
    const name = (old: string) =>
      old === network.input ? image : weights.has(old) ? own(old) : `lpcam.copy${place}.${old}`;
    builder.nodes.push(
      ...renamed(nodes, name).map((node) => ({ ...node, name: `lpcam.copy${place}.${node.name}` })),
    );
    return name;
  });
  return (tensor) =>
    builder.node(
      'Concat',
      copies.map((name) => name(tensor)),
      { attributes: [int('axis', 0)] },
    );
}

/** Entry 0, plus the mirrored entry 1 when there is one; `axis` is the width's among the axes that remain. */
function withMirror(
  builder: GraphBuilder,
  batch: string,
  mirror: boolean,
  axis: number,
  to?: string,
): string {
  const options = to === undefined ? {} : { to };
  const plain = builder.pick(batch, 0, mirror ? undefined : to);
  if (!mirror) return plain;
  return builder.node('Add', [plain, builder.mirror(builder.pick(batch, 1), axis)], options);
}

const turn = { attributes: [ints('perm', 1, 0)] };

/** Cosine of each position of `maps` [..., C] with each centre, [positions, P]. */
function addCosines(builder: GraphBuilder, maps: string, channels: number): string {
  const rows = builder.node('Reshape', [maps, builder.integers([-1, channels])]);
  const dots = builder.node('MatMul', [rows, builder.node('Transpose', ['centres'], turn)]);
  // A product with ones sums the squares over the channels: unlike ReduceSum it is the same in every opset.
  const ones = builder.floats([channels, 1], new Float32Array(channels).fill(1));
  const squares = builder.node('MatMul', [builder.node('Mul', [rows, rows]), ones]);
  const norms = builder.clip(builder.node('Sqrt', [squares]), smallestNorm, null);
  return builder.node('Div', [dots, norms]);
}

/**
 * Cosine of each position of `sum` [h, w, C] with each centre, [P, h, w]. Positions come first because turning the width
 * around then moves whole feature vectors, not single values.
 */
function addSimilarity(builder: GraphBuilder, sum: string, channels: number): void {
  const cosines = builder.node('Transpose', [addCosines(builder, sum, channels)], turn);
  const sizes = builder.node('Gather', [builder.node('Shape', [sum]), builder.integers([0, 1])]);
  const shape = builder.node('Concat', [builder.integers([-1]), sizes], { attributes: [int('axis', 0)] });
  builder.node('Reshape', [cosines, shape], { to: 'similarity' });
  builder.output('similarity', 'float', ['P', 'h', 'w']);
}

/** Cosine of each position of each view [B, h, w, C] with each centre, [B, P, h, w]. */
function addViewSimilarity(builder: GraphBuilder, views: string, channels: number): void {
  const sizes = builder.node('Shape', [views]);
  const part = (...places: number[]) => builder.node('Gather', [sizes, builder.integers(places)]);
  const joined = (...parts: string[]) => builder.node('Concat', parts, { attributes: [int('axis', 0)] });
  const count = builder.node('Gather', [builder.node('Shape', ['centres']), builder.integers([0])]);
  const rest = builder.integers([-1]);
  const cosines = builder.node('Reshape', [
    addCosines(builder, views, channels),
    joined(part(0), rest, count),
  ]);
  const perCentre = builder.node('Transpose', [cosines], { attributes: [ints('perm', 0, 2, 1)] });
  builder.node('Reshape', [perCentre, joined(part(0), count, part(1, 2))], { to: 'viewSimilarity' });
  builder.output('viewSimilarity', 'float', ['B', 'P', 'h', 'w']);
}

/** The feature map as rows, [h * w, C], positions row by row. */
function addRows(builder: GraphBuilder, map: string, channels: number, type: RowType): void {
  const flat = builder.node('Reshape', [map, builder.integers([channels, -1])]);
  const turn = { attributes: [ints('perm', 1, 0)] };
  if (type === 'float32') builder.node('Transpose', [flat], { ...turn, to: 'rows' });
  else {
    const clipped = builder.clip(builder.node('Transpose', [flat], turn), -largestHalf, largestHalf);
    builder.node('Cast', [clipped], { to: 'rows', attributes: [int('to', elementTypes.float16)] });
  }
  builder.output('rows', type === 'float32' ? 'float' : type, ['positions', channels]);
}

/** relu(W F), or the network's own class maps, [B, N, h, w], and its logits, [B, N]. */
function addHead(
  builder: GraphBuilder,
  network: CamNetwork,
  features: string,
  tensor: (name: string) => string,
): { classMaps: string; logits: string } {
  const { channels, classes } = network;
  const linear = network.classMaps === null || network.logits === null;
  const weight = linear ? builder.floats([classes, channels, 1, 1], network.weight) : '';
  const ownLogits = network.logits === null ? null : tensor(network.logits);
  if (network.classMaps === null) {
    const maps = builder.node('Conv', [features, weight]);
    const logits = ownLogits ?? addMeanLogits(builder, maps, network.bias);
    return { classMaps: builder.node('Relu', [maps]), logits };
  }
  const classMaps = tensor(network.classMaps);
  if (ownLogits !== null) return { classMaps, logits: ownLogits };
  const bias = network.bias ? [builder.floats([classes], network.bias)] : [];
  const pooled = builder.node('GlobalAveragePool', [features]);
  return { classMaps, logits: builder.node('Conv', [pooled, weight, ...bias]) };
}

/** Logits, [B, N, 1, 1], of W F, [B, N, h, w]: the mean of the products is the product of the mean, and N maps are fewer than C. */
function addMeanLogits(builder: GraphBuilder, maps: string, bias: Float32Array | null): string {
  const mean = builder.node('GlobalAveragePool', [maps]);
  return bias === null ? mean : builder.node('Add', [mean, builder.floats([bias.length, 1, 1], bias)]);
}

/**
 * The graph, its normalisations folded. Inputs: `image` float32 [B, 3, H, W], B = 2 (the image and its mirror) with `mirror`, else
 * 1; `centres` float32 [P, C], unit vectors, with `similarity`. Outputs: `cam` [N, h, w] = relu(W F0) + mirror(relu(W F1))
 * (no bias; paper eq. 1), or the network's own class maps in place of relu(W F); `logits` [N] of the unmirrored image, with bias; `similarity` [P, h, w], the cosine of
 * F0 + mirror(F1) with each centre; `feature` [C, h, w] = F0; `rows` [h * w, C] = F0. With `fusion`: `fused` [N, h, w],
 * MCTformer's refined product of class attention and class maps, views turned back and summed; and view by view, as
 * mirrored as they are: `attention` [B, N, h, w], `viewSimilarity` [B, P, h, w], `affinity` [B, h * w, h * w].
 * @throws InputError when the network is bound to a batch that cannot be had; Error for fusion without attention
 */
export function buildMapsGraph(network: CamNetwork, options: MapsGraphOptions): OnnxModel {
  const { opsets } = network.backbone;
  const builder = new GraphBuilder(network.opset, opsets);
  const { channels, classes } = network;
  const { mirror, fusion = null } = options;
  const tensor = addBackbone(builder, network, options);
  const features = tensor(network.features);
  const { classMaps, logits } = addHead(builder, network, features, tensor);
  withMirror(builder, classMaps, mirror, 2, 'cam');
  builder.output('cam', 'float', [classes, 'h', 'w']);
  builder.node('Reshape', [builder.pick(logits, 0), builder.integers([classes])], { to: 'logits' });
  builder.output('logits', 'float', [classes]);

  const positionsFirst = () =>
    builder.node('Transpose', [features], { attributes: [ints('perm', 0, 2, 3, 1)] });
  if (options.similarity) {
    builder.input('centres', 'float', ['P', channels]);
    addSimilarity(builder, withMirror(builder, positionsFirst(), mirror, 1), channels);
  }
  if (fusion) {
    if (network.attention === null) throw new Error('The network has no attention to fuse its maps with.');
    const toPatches = tensor(network.attention.toPatches);
    const betweenPatches = tensor(network.attention.betweenPatches);
    const { attention, fused } = addFusion(builder, { classMaps, toPatches, betweenPatches }, fusion.rule);
    withMirror(builder, fused, mirror, 2, 'fused');
    builder.output('fused', 'float', [classes, 'h', 'w']);
    if (options.similarity) {
      builder.node('Identity', [attention], { to: 'attention' });
      builder.output('attention', 'float', ['B', classes, 'h', 'w']);
      addViewSimilarity(builder, positionsFirst(), channels);
      addAffinity(builder, betweenPatches, fusion.affinity);
    }
  }
  if (options.feature) {
    builder.pick(features, 0, 'feature');
    builder.output('feature', 'float', [channels, 'h', 'w']);
  }
  if (options.rows) addRows(builder, builder.pick(features, 0), channels, options.rows);
  return withFoldedNorms(builder.model('maps', Math.max(network.irVersion, 4)));
}
