/** State dicts with the keys of real networks, few and narrow; numbers follow the rule of the golden references. */
import { parametersOf, ruledStateDict } from '../../../golden/support/ruledWeights';
import type { StateDict } from '../../../../src/network/stateDict/stateDict';

/** Lines `key rule shape` (see parametersOf). */
type Lines = readonly string[];

function block(key: string, inputs: number, outputs: number, changes: boolean): Lines {
  const own = [
    `${key}.conv1.weight fan 4x${inputs}x1x1`,
    `${key}.bn1 norm 4`,
    `${key}.conv2.weight fan 4x4x3x3`,
    `${key}.bn2 norm 4`,
    `${key}.conv3.weight fan ${outputs}x4x1x1`,
    `${key}.bn3 norm ${outputs}`,
  ];
  const shortcut = [
    `${key}.downsample.0.weight fan ${outputs}x${inputs}x1x1`,
    `${key}.downsample.1 norm ${outputs}`,
  ];
  return changes ? [...own, ...shortcut] : own;
}

const widths = [8, 8, 12, 16, 20];

/** Four stages of two bottlenecks; 20 channels in the end. */
function resNetLines(prefix = ''): Lines {
  const stages = widths
    .slice(1)
    .flatMap((width, i) => [
      ...block(`${prefix}layer${i + 1}.0`, widths[i] ?? 0, width, true),
      ...block(`${prefix}layer${i + 1}.1`, width, width, false),
    ]);
  return [`${prefix}conv1.weight fan 8x3x7x7`, `${prefix}bn1 norm 8`, ...stages];
}

export const torchvisionLines: Lines = [...resNetLines(), 'fc.weight fan 3x20', 'fc.bias bias 3'];
export const irnLines: Lines = [...resNetLines('resnet50.'), 'classifier.weight fan 3x20x1x1'];
export const amnLines: Lines = [
  ...resNetLines('resnet50.'),
  'label_enc.weight fan 20x3',
  'label_enc.bias bias 20',
  ...[0, 1, 2, 3].flatMap((i) => [
    `classifier.1.c${i}.weight fan 4x20x3x3`,
    `classifier.1.c${i}.bias bias 4`,
  ]),
];

export const vggLines: Lines = [
  'features.0.weight fan 4x3x3x3',
  'features.0.bias bias 4',
  'features.3.weight fan 6x4x3x3',
  'features.3.bias bias 6',
  'classifier.0.weight fan 5x294',
  'classifier.0.bias bias 5',
  'classifier.3.weight fan 5x5',
  'classifier.3.bias bias 5',
  'classifier.6.weight fan 3x5',
  'classifier.6.bias bias 3',
];

function pair(key: string, shape: string): Lines {
  const [width] = shape.split('x');
  return [
    `${key}.weight ${shape.includes('x') ? 'fan' : 'gain'} ${shape}`,
    `${key}.bias bias ${width ?? ''}`,
  ];
}

/** Three class tokens on a grid of 2 x 2 patches, two blocks of width 64. */
export function mctLines(plus: boolean): Lines {
  const blocks = [0, 1].flatMap((i) => [
    ...pair(`blocks.${i}.norm1`, '64'),
    ...pair(`blocks.${i}.attn.qkv`, '192x64'),
    ...pair(`blocks.${i}.attn.proj`, '64x64'),
    ...pair(`blocks.${i}.norm2`, '64'),
    ...pair(`blocks.${i}.mlp.fc1`, '96x64'),
    ...pair(`blocks.${i}.mlp.fc2`, '64x96'),
  ]);
  const positions = plus
    ? ['pos_embed_cls fan 1x3x64', 'pos_embed_pat fan 1x4x64']
    : ['pos_embed fan 1x7x64'];
  return [
    'cls_token fan 1x3x64',
    ...positions,
    ...pair('patch_embed.proj', '64x3x16x16'),
    ...blocks,
    ...pair('norm', '64'),
    ...pair('head', '3x64x3x3'),
  ];
}

export const vitLines: Lines = [
  'class_token fan 1x1x64',
  ...pair('conv_proj', '64x3x16x16'),
  'encoder.pos_embedding fan 1x5x64',
  ...pair('encoder.layers.encoder_layer_0.ln_1', '64'),
  'encoder.layers.encoder_layer_0.self_attention.in_proj_weight fan 192x64',
  'encoder.layers.encoder_layer_0.self_attention.in_proj_bias bias 192',
  ...pair('encoder.layers.encoder_layer_0.self_attention.out_proj', '64x64'),
  ...pair('encoder.layers.encoder_layer_0.ln_2', '64'),
  ...pair('encoder.layers.encoder_layer_0.mlp.linear_1', '96x64'),
  ...pair('encoder.layers.encoder_layer_0.mlp.linear_2', '64x96'),
  ...pair('encoder.ln', '64'),
  ...pair('heads.head', '3x64'),
];

function wideBlock(key: string, inputs: number, outputs: number, changes: boolean): Lines {
  return [
    `${key}.bn_branch2a norm ${inputs}`,
    `${key}.conv_branch2a.weight fan 4x${inputs}x3x3`,
    `${key}.bn_branch2b1 norm 4`,
    `${key}.conv_branch2b1.weight fan ${outputs}x4x3x3`,
    ...(changes ? [`${key}.conv_branch1.weight fan ${outputs}x${inputs}x1x1`] : []),
  ];
}

function wideBottleneck(key: string, inputs: number, outputs: number): Lines {
  return [
    `${key}.bn_branch2a norm ${inputs}`,
    `${key}.conv_branch2a.weight fan 4x${inputs}x1x1`,
    `${key}.bn_branch2b1 norm 4`,
    `${key}.conv_branch2b1.weight fan 4x4x3x3`,
    `${key}.bn_branch2b2 norm 4`,
    `${key}.conv_branch2b2.weight fan ${outputs}x4x1x1`,
    `${key}.conv_branch1.weight fan ${outputs}x${inputs}x1x1`,
  ];
}

/** WRN-38 of 12 channels in the end. */
function wideLines(...head: Lines): Lines {
  const counts = { b2: 3, b3: 3, b4: 6, b5: 3 };
  const stages = Object.entries(counts).flatMap(([key, count], i) =>
    Array.from({ length: count }, (_, b) =>
      wideBlock(b === 0 ? key : `${key}_${b}`, b === 0 ? 4 + i : 5 + i, 5 + i, b === 0),
    ).flat(),
  );
  return [
    'conv1a.weight fan 4x3x3x3',
    ...stages,
    ...wideBottleneck('b6', 8, 10),
    ...wideBottleneck('b7', 10, 12),
    'bn7 norm 12',
    ...head,
  ];
}

export const seamLines = wideLines(
  'fc8.weight fan 4x12x1x1',
  'f8_3.weight fan 4x6x1x1',
  'f9.weight fan 4x11x1x1',
);
export const psaLines = wideLines('fc8.weight fan 3x12x1x1');
export const edamLines = wideLines('mask_layer.weight fan 4x12x3x3', 'd_d fan 20x12');

export function tinyDict(lines: Lines, file = 'net.pth'): StateDict {
  return ruledStateDict(parametersOf(lines), file);
}

/** Without some keys, and with other shapes for some. */
export function changed(
  dict: StateDict,
  without: readonly string[],
  shapes: Readonly<Record<string, readonly number[]>> = {},
): StateDict {
  const tensors = new Map([...dict.tensors].filter(([key]) => !without.includes(key)));
  for (const [key, shape] of Object.entries(shapes)) {
    const count = shape.reduce((product, side) => product * side, 1);
    const numbers = () => ({ dtype: 'float32' as const, shape, data: new Float32Array(count) });
    tensors.set(key, { shape, dtype: 'float32', numbers });
  }
  return { file: dict.file, tensors };
}
