/** The one graph that runs per image and scale: backbone, CAM, logits and similarity maps in a single pass. */
import { elementTypes, type OnnxModel, type OnnxNode } from '../formats/onnxModel';
import type { MctFormerRule } from '../lpcam/mctFormer';
import { nodesBehind } from './backbone';
import type { CamNetwork } from './camNetwork';
import { largestHalf } from './castGraph';
import { withFoldedNorms } from './foldedNorms';
import { addAffinity, addFusion } from './fusionGraph';
import { GraphBuilder, int, ints, nth, renamed } from './graphBuilder';
import { addNetwork, viewOf } from './networkViews';
import { GraphIndex } from './graphIndex';
import type { RowType } from './kmeansGraph';
import { pointwiseTail, type PointwiseTail } from './pointwiseTail';
import { withStrips } from './strips';
import { addSimilarity, addViewSimilarity } from './similarityGraph';

export interface MapsGraphOptions {
  /** The batch is the image and its mirror; else the image alone. */
  readonly mirror: boolean;
  /**
   * Each of the two through the network by itself, as inputs `image` and `mirrored`, and the first layers in strips, where nothing
   * hinders it: faster on a CPU.
   */
  readonly apart?: boolean;
  /** Images of one size that take the network together (`takesSeveral`); 1 unless said. Not with `fusion` or `apart`. */
  readonly images?: number;
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
  'mirrored',
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

/** The tail once for each of the views of what it starts from. */
function addTail(
  builder: GraphBuilder,
  { from, nodes }: PointwiseTail,
  views: readonly string[],
  constant: (name: string) => string,
): string[] {
  const made = new Set(nodes.flatMap((node) => node.outputs));
  return views.map((start, place) => {
    const own = (old: string) => `lpcam.view${place}.${old}`;
    const name = (old: string) => (old === from ? start : made.has(old) ? own(old) : constant(old));
    builder.nodes.push(...renamed(nodes, name).map((node) => ({ ...node, name: own(node.name) })));
    return name(nodes.at(-1)?.outputs[0] ?? from);
  });
}

/** The feature map as rows, [h * w, C], positions row by row. @param to the output */
function addRows(builder: GraphBuilder, map: string, channels: number, type: RowType, to: string): void {
  const flat = builder.node('Reshape', [map, builder.integers([channels, -1])]);
  const turn = { attributes: [ints('perm', 1, 0)] };
  if (type === 'float32') builder.node('Transpose', [flat], { ...turn, to });
  else {
    const clipped = builder.clip(builder.node('Transpose', [flat], turn), -largestHalf, largestHalf);
    builder.node('Cast', [clipped], { to, attributes: [int('to', elementTypes.float16)] });
  }
  builder.output(to, type === 'float32' ? 'float' : type, ['positions', channels]);
}

/**
 * relu(W F) of each of some feature maps, or the network's own class maps, [B, N, h, w], and the logits of the first, [B, N].
 * @param features the batch of all views, or each view by itself
 */
function addHead(
  builder: GraphBuilder,
  network: CamNetwork,
  features: readonly string[],
  tensor: (name: string) => string,
): { classMaps: readonly string[]; logits: string } {
  const { channels, classes } = network;
  const [first = ''] = features;
  const linear = network.classMaps === null || network.logits === null;
  const weight = linear ? builder.floats([classes, channels, 1, 1], network.weight) : '';
  const ownLogits = network.logits === null ? null : tensor(network.logits);
  if (network.classMaps === null) {
    const maps = features.map((one) => builder.node('Conv', [one, weight]));
    const logits = ownLogits ?? addMeanLogits(builder, maps[0] ?? '', network.bias);
    return { classMaps: maps.map((map) => builder.node('Relu', [map])), logits };
  }
  const classMaps = [tensor(network.classMaps)];
  if (ownLogits !== null) return { classMaps, logits: ownLogits };
  const bias = network.bias ? [builder.floats([classes], network.bias)] : [];
  const pooled = builder.node('GlobalAveragePool', [first]);
  return { classMaps, logits: builder.node('Conv', [pooled, weight, ...bias]) };
}

/** Logits, [B, N, 1, 1], of W F, [B, N, h, w]: the mean of the products is the product of the mean, and N maps are fewer than C. */
function addMeanLogits(builder: GraphBuilder, maps: string, bias: Float32Array | null): string {
  const mean = builder.node('GlobalAveragePool', [maps]);
  return bias === null ? mean : builder.node('Add', [mean, builder.floats([bias.length, 1, 1], bias)]);
}

/** Whether nothing but the feature map is taken from the network, which takes any batch. */
function bare({ classMaps, logits, fixedBatch }: CamNetwork): boolean {
  return classMaps === null && logits === null && fixedBatch === null;
}

/** The feature map, [B, C, h, w]: of all views as one batch, or of each by itself, [I, C, h, w]. */
interface Features {
  readonly maps: readonly string[];
  /** The mirror's is turned back already. */
  readonly turned: boolean;
  /** Another tensor of the network, of all views. */
  readonly tensor: (name: string) => string;
}

function addFeatures(builder: GraphBuilder, network: CamNetwork, options: MapsGraphOptions): Features {
  const { mirror, apart = false, images = 1, fusion = null } = options;
  const alone = !fusion && bare(network);
  // Behind the tail there are more channels to turn around.
  const tail = mirror && alone ? pointwiseTail(network.backbone.graph, network.features) : null;
  const nodes = nodesFor(network, Boolean(fusion)).filter((node) => tail?.nodes.includes(node) !== true);
  const taken = (name: string) => ownNames.has(name.replace(/\.\d+$/, '')) || name.startsWith('lpcam.');
  const wanted = { ...network.backbone.graph, nodes };
  const graph = alone && apart ? withStrips(wanted, network.input, network.opset) : wanted;
  const views = addNetwork(builder, network, graph, taken, { mirror, apart: alone && apart, images });
  const tensor = views.batch;
  if (tail !== null) {
    const starts = [views.view(tail.from, 0), builder.mirror(views.view(tail.from, 1), 3)];
    return { maps: addTail(builder, tail, starts, views.constant), turned: true, tensor };
  }
  const { features } = network;
  const maps =
    mirror && alone && apart ? [views.view(features, 0), views.view(features, 1)] : [tensor(features)];
  return { maps, turned: false, tensor };
}

/** What a graph gives of each image, from what it has of all of them. */
interface ImageTensors {
  /** [I, N, h, w]. */
  readonly cam: string;
  /** [I or B, N, ...]; the images' come first. */
  readonly logits: string;
  /** The feature map summed over the views, [I, C, h, w]; null: no similarity is asked for. */
  readonly sum: string | null;
  /** The images' feature map, [I or B, C, h, w]. */
  readonly feature: string;
}

/** Adds the outputs of an image, called as they are where there is only one. */
function addOutputs(
  builder: GraphBuilder,
  { channels, classes }: CamNetwork,
  { images = 1, feature, rows }: MapsGraphOptions,
  of: ImageTensors,
  place: number,
): void {
  const named = (name: string) => nth(name, place, images);
  const [cam, logits] = [named('cam'), named('logits')];
  builder.pick(of.cam, place, cam);
  builder.output(cam, 'float', [classes, 'h', 'w']);
  builder.node('Reshape', [builder.pick(of.logits, place), builder.integers([classes])], { to: logits });
  builder.output(logits, 'float', [classes]);
  if (of.sum !== null) {
    const centres = builder.input(named('centres'), 'float', ['P', channels]);
    const sum = images === 1 ? of.sum : viewOf(builder, of.sum, place);
    addSimilarity(builder, sum, { centres, similarity: named('similarity'), channels });
  }
  if (feature) {
    builder.pick(of.feature, place, named('feature'));
    builder.output(named('feature'), 'float', [channels, 'h', 'w']);
  }
  if (rows) addRows(builder, builder.pick(of.feature, place), channels, rows, named('rows'));
}

/**
 * The graph, its normalisations folded. Inputs: `image` float32 [B, 3, H, W], B = 2 (the image and its mirror) with `mirror`, else
 * 1 (with `apart` where it can be, `image` and `mirrored`, [1, 3, H, W] each); `centres` float32 [P, C], unit vectors, with `similarity`. Outputs: `cam` [N, h, w] = relu(W F0) + mirror(relu(W F1))
 * (no bias; paper eq. 1), or the network's own class maps in place of relu(W F); `logits` [N] of the unmirrored image, with bias; `similarity` [P, h, w], the cosine of
 * F0 + mirror(F1) with each centre; `feature` [C, h, w] = F0; `rows` [h * w, C] = F0. With `fusion`: `fused` [N, h, w],
 * MCTformer's refined product of class attention and class maps, views turned back and summed; and view by view, as
 * mirrored as they are: `attention` [B, N, h, w], `viewSimilarity` [B, P, h, w], `affinity` [B, h * w, h * w].
 * For several images each input and output is there once an image: `image.0`, `mirrored.0` ([1, 3, H, W]), `centres.0`, `cam.0`...
 * @throws InputError when the network is bound to a batch that cannot be had; Error for fusion without attention, or of several
 */
export function buildMapsGraph(network: CamNetwork, options: MapsGraphOptions): OnnxModel {
  const { opsets } = network.backbone;
  const builder = new GraphBuilder(network.opset, opsets);
  const { channels, classes } = network;
  const { mirror, images = 1, fusion = null } = options;
  if (images > 1 && fusion) throw new Error('Maps of several images are not fused together.');
  const { maps, turned, tensor } = addFeatures(builder, network, options);
  const [first = ''] = maps;
  /** What the images' views give, [I, ..., h, w]: their sum, the mirror's turned back. */
  const viewSum = ([batch = '', last]: readonly string[]): string => {
    if (!mirror) return batch;
    const image = last === undefined ? viewOf(builder, batch, 0, images) : batch;
    const other = last ?? viewOf(builder, batch, 1, images);
    return builder.node('Add', [image, turned ? other : builder.mirror(other, 3)]);
  };
  const { classMaps, logits } = addHead(builder, network, maps, tensor);
  const of: ImageTensors = {
    cam: viewSum(classMaps),
    logits,
    sum: options.similarity ? viewSum(maps) : null,
    feature: first,
  };
  for (let place = 0; place < images; place++) addOutputs(builder, network, options, of, place);

  if (fusion) {
    if (network.attention === null) throw new Error('The network has no attention to fuse its maps with.');
    const toPatches = tensor(network.attention.toPatches);
    const betweenPatches = tensor(network.attention.betweenPatches);
    const parts = { classMaps: classMaps[0] ?? '', toPatches, betweenPatches };
    const { attention, fused } = addFusion(builder, parts, fusion.rule);
    builder.pick(viewSum([fused]), 0, 'fused');
    builder.output('fused', 'float', [classes, 'h', 'w']);
    if (options.similarity) {
      builder.node('Identity', [attention], { to: 'attention' });
      builder.output('attention', 'float', ['B', classes, 'h', 'w']);
      addViewSimilarity(builder, first, 'centres', channels);
      addAffinity(builder, betweenPatches, fusion.affinity);
    }
  }
  return withFoldedNorms(builder.model('maps', Math.max(network.irVersion, 4)));
}
