/** MCTformer V2 and MCTformer+: DeiT-S with a class token for each class, and a 3x3 head on the patch tokens. */
import { int, ints } from '../graphBuilder';
import type { Architecture, BuiltHead, BuiltNetwork } from './architecture';
import { summedKernel } from './heads';
import type { FeatureMap, Layers } from './layers';
import { gridSide, resizedPositions } from './positions';
import { countOf, type StateDict } from './stateDict';
import { TokenLayers, type Tokens } from './tokens';

const patch = 16;
const headWidth = 64;
/** Blocks whose class-to-patch attention V2's run.sh adds up; MCTformer+ takes the mean over all. */
const lastLayers = 3;
/** MCTformer+'s decay_parameter, which its files do not hold. */
const rankDecay = 0.996;

function blockKeys(i: number) {
  const key = `blocks.${i}`;
  return {
    norm1: `${key}.norm1`,
    qkv: { weight: `${key}.attn.qkv.weight`, bias: `${key}.attn.qkv.bias` },
    projection: `${key}.attn.proj`,
    norm2: `${key}.norm2`,
    expand: `${key}.mlp.fc1`,
    contract: `${key}.mlp.fc2`,
  };
}

interface Embedded {
  readonly rows: Tokens;
  /** int64 [h, w] */
  readonly sizes: string;
  readonly classes: number | null;
}

/** Class tokens and patches with their positions. */
function embedded(layers: Layers, tokens: TokenLayers, plus: boolean): Embedded {
  const map = layers.conv(layers.image(), 'patch_embed.proj', {
    kernel: patch,
    stride: patch,
    padding: 0,
    bias: true,
  });
  const width = map.channels;
  const sizes = tokens.sizes(map.name);
  const [, classes = null] = layers.weight('cls_token', [1, null, width]);
  const key = plus ? 'pos_embed_pat' : 'pos_embed';
  const { shape, values } = layers.raw(key, [1, null, width]);
  const skipped = plus ? 0 : (classes ?? 0);
  const side = gridSide((shape[1] ?? 0) - skipped);
  if (side === null && shape[1] !== null)
    layers.problems.push({ key, expected: [1, 196 + skipped, width], found: shape.map((n) => n ?? 0) });
  const factor = plus ? ('exact' as const) : ('nudged' as const);
  const table = { key, skipped, side: side ?? 14, width: width ?? 1, values, factor };
  const patches = tokens.add(tokens.rows(map), resizedPositions(layers, tokens, table, sizes));
  return { rows: tokens.prepend(classTokens(layers, tokens, plus, classes, width), patches), sizes, classes };
}

/** [1, classes, D] with their positions. */
function classTokens(
  layers: Layers,
  tokens: TokenLayers,
  plus: boolean,
  classes: number | null,
  width: number | null,
): string {
  if (plus) {
    layers.weight('pos_embed_cls', [1, classes, width]);
    return tokens.node('Add', ['cls_token', 'pos_embed_cls']);
  }
  const { values } = layers.raw('pos_embed', [1, null, width]);
  const positions = layers.constant('lpcam.pos_embed.classes', [1, classes, width], () =>
    values().slice(0, (classes ?? 0) * (width ?? 0)),
  );
  return tokens.node('Add', ['cls_token', positions]);
}

/** Head-averaged attention of every block, [N, blocks, T, T], in its two parts that maps are made of. */
function addAttention(
  tokens: TokenLayers,
  attentions: readonly string[],
  { classes, sizes }: Embedded,
): { toPatches: string } {
  const count = classes ?? 1;
  const end = Number.MAX_SAFE_INTEGER;
  const averaged = attentions.map((name) =>
    tokens.node('ReduceMean', [name], ints('axes', 1), int('keepdims', 0)),
  );
  const cut = (name: string, rows: readonly [number, number]) => {
    const limits = [
      [rows[0], count],
      [rows[1], end],
      [1, 2],
    ].map((value) => tokens.integers(value));
    return tokens.node('Slice', [name, ...limits]);
  };
  const stacked = tokens.node(
    'Concat',
    averaged.map((name) => tokens.node('Unsqueeze', [cut(name, [0, count]), tokens.integers([1])])),
    int('axis', 1),
  );
  const shape = tokens.node('Concat', [tokens.integers([0, 0, 0]), sizes], int('axis', 0));
  const toPatches = tokens.named('Reshape', [stacked, shape], 'class_attention');
  const between = averaged.map((name) => cut(name, [count, end]));
  // Not Sum: WebGPU lacks it, and the largest tensor here would go through the CPU.
  const [first = '', ...others] = between;
  const added = others.slice(0, -1).reduce((sum, name) => tokens.node('Add', [sum, name]), first);
  if (others.length === 0) tokens.named('Identity', [first], 'patch_attention');
  else tokens.named('Add', [added, others.at(-1) ?? ''], 'patch_attention');
  return { toPatches };
}

/** Class maps by attention, [N, classes, h, w]: the last blocks' sum (V2) or the mean of all (MCTformer+). */
function attentionMaps(tokens: TokenLayers, toPatches: string, plus: boolean): string {
  const over = [ints('axes', 1), int('keepdims', 0)];
  if (plus) return tokens.node('ReduceMean', [toPatches], ...over);
  const limits = [[-lastLayers], [Number.MAX_SAFE_INTEGER], [1]].map((value) => tokens.integers(value));
  return tokens.node(
    'ReduceSum',
    [tokens.node('Slice', [toPatches, ...limits]), tokens.integers([1])],
    int('keepdims', 0),
  );
}

/**
 * Logits of scores [N, classes, h, w], [N, classes]. V2: their mean. MCTformer+: positions sorted by score, the i-th
 * weighted by 0.996^i (global weighted ranking pooling).
 */
function patchLogits(layers: Layers, tokens: TokenLayers, scores: FeatureMap, plus: boolean): FeatureMap {
  if (!plus) return layers.flat(layers.pooled(scores));
  const { builder } = layers;
  const flat = tokens.node('Reshape', [scores.name, tokens.integers([0, 0, -1])]);
  const count = tokens.node('Slice', [
    tokens.node('Shape', [flat]),
    tokens.integers([2]),
    tokens.integers([3]),
  ]);
  const sorted = 'lpcam.sorted';
  builder.nodes.push({
    name: sorted,
    op: 'TopK',
    domain: '',
    inputs: [flat, count],
    outputs: [sorted, 'lpcam.sorted.places'],
    attributes: [int('axis', -1)],
  });
  // In floats, since 64-bit integers are no business of WebGPU's.
  const end = tokens.node('Cast', [builder.pick(count, 0)], int('to', 1));
  const powers = tokens.node('Range', [builder.floats([], [0]), end, builder.floats([], [1])]);
  const weights = tokens.node('Pow', [builder.floats([], [rankDecay]), powers]);
  const sum = tokens.node(
    'ReduceSum',
    [tokens.node('Mul', [sorted, weights]), tokens.integers([2])],
    int('keepdims', 0),
  );
  const total = tokens.node('ReduceSum', [weights], int('keepdims', 0));
  return { ...scores, name: tokens.node('Div', [sum, total]) };
}

/** @param means of the class tokens, [N, classes] */
function patchHead(
  layers: Layers,
  tokens: TokenLayers,
  features: FeatureMap,
  means: FeatureMap,
  plus: boolean,
): BuiltHead {
  const classes = means.channels;
  const scores = layers.conv(features, 'head', { kernel: 3, bias: true, outputs: classes });
  const ranked = layers.named(patchLogits(layers, tokens, scores, plus), 'patch_logits');
  const half = layers.builder.floats([], [0.5]);
  const mean = (): FeatureMap => ({
    ...means,
    name: tokens.node('Mul', [layers.add(means, ranked).name, half]),
  });
  const { values } = layers.raw('head.weight', [classes, features.channels, 3, 3]);
  const weight = layers.constant('lpcam.head.weight', [classes, features.channels], () =>
    summedKernel(values(), 9),
  );
  return {
    classifier: 'head.weight',
    scoring: 'summed-kernel',
    classes,
    weight,
    bias: 'head.bias',
    hidden: [],
    logits: plus ? mean() : means,
    classMaps: layers.named(layers.relu(scores), 'patch_cam'),
  };
}

function build(layers: Layers, dict: StateDict, plus: boolean): BuiltNetwork {
  const tokens = new TokenLayers(layers);
  const start = embedded(layers, tokens, plus);
  const { classes, sizes } = start;
  const heads = Math.max(Math.floor((start.rows.width ?? headWidth) / headWidth), 1);
  const attentions: string[] = [];
  let { rows } = start;
  for (let i = 0; i < Math.max(countOf(dict, 'blocks.*.attn.qkv.weight'), 1); i++) {
    const block = tokens.block(rows, blockKeys(i), heads);
    attentions.push(block.attention);
    rows = block.rows;
  }
  const count = classes ?? 1;
  const features = tokens.map(tokens.slice(rows, count, Number.MAX_SAFE_INTEGER), sizes);
  const means = tokens.node(
    'ReduceMean',
    [tokens.slice(rows, 0, count).name],
    ints('axes', 2),
    int('keepdims', 0),
  );
  const head = patchHead(layers, tokens, features, { name: means, channels: classes }, plus);
  const { toPatches } = addAttention(tokens, attentions, start);
  const maps = attentionMaps(tokens, toPatches, plus);
  const product = tokens.node('Mul', [maps, head.classMaps?.name ?? '']);
  tokens.named(plus ? 'Sqrt' : 'Identity', [product], 'fused');
  const shape = ['N', classes ?? 'K', 'h', 'w'];
  return {
    architecture: `DeiT of ${attentions.length} blocks, width ${start.rows.width ?? '?'}`,
    features,
    stride: patch,
    head,
    extras: [
      { name: 'patch_logits', shape: ['N', classes ?? 'K'] },
      { name: 'patch_cam', shape },
      { name: 'fused', shape },
      { name: 'class_attention', shape: ['N', attentions.length, classes ?? 'K', 'h', 'w'] },
      { name: 'patch_attention', shape: ['N', 'P', 'P'] },
    ],
    attention: { toPatches: 'class_attention', betweenPatches: 'patch_attention' },
    fixedSize: null,
  };
}

function isMctFormer({ tensors }: StateDict): boolean {
  return tensors.has('cls_token') && tensors.get('head.weight')?.shape.length === 4;
}

export const mctFormers: readonly Architecture[] = [
  {
    system: 'mctformer-plus',
    name: 'MCTformer+ (DeiT-S with class tokens)',
    strides: [patch],
    marked: (dict) => isMctFormer(dict) && dict.tensors.has('pos_embed_pat'),
    build: (layers, dict) => build(layers, dict, true),
  },
  {
    system: 'mctformer-v2',
    name: 'MCTformer V2 (DeiT-S with class tokens)',
    strides: [patch],
    marked: (dict) => isMctFormer(dict) && !dict.tensors.has('pos_embed_pat'),
    build: (layers, dict) => build(layers, dict, false),
  },
];
