/** torchvision's vision transformers: the classifier reads the class token, the feature map is the patch tokens. */
import type { Architecture, BuiltHead } from './architecture';
import type { FeatureMap, Layers } from './layers';
import { gridSide } from './positions';
import { countOf, renamedKeys } from './stateDict';
import { TokenLayers, type Tokens } from './tokens';

/** Width of an attention head in all of torchvision's but ViT-H. */
const headWidth = 64;
const widthOfLargest = 1280;
const headWidthOfLargest = 80;

/** Before torchvision 0.13 the two linear layers had names. */
function presentKey(key: string): string {
  return key.replace('.mlp.linear_1.', '.mlp.0.').replace('.mlp.linear_2.', '.mlp.3.');
}

function blockKeys(i: number) {
  const key = `encoder.layers.encoder_layer_${i}`;
  const attention = `${key}.self_attention`;
  return {
    norm1: `${key}.ln_1`,
    qkv: { weight: `${attention}.in_proj_weight`, bias: `${attention}.in_proj_bias` },
    projection: `${attention}.out_proj`,
    norm2: `${key}.ln_2`,
    expand: `${key}.mlp.0`,
    contract: `${key}.mlp.3`,
  };
}

function tokenHead(layers: Layers, tokens: TokenLayers, rows: Tokens): BuiltHead {
  const first = layers.builder.node('Squeeze', [tokens.slice(rows, 0, 1).name, tokens.integers([1])]);
  const logits = layers.linear({ name: first, channels: rows.width }, 'heads.head', { bias: true });
  return {
    classifier: 'heads.head.weight',
    scoring: 'patch-token',
    classes: logits.channels,
    weight: 'heads.head.weight',
    bias: 'heads.head.bias',
    hidden: [],
    logits,
    classMaps: null,
  };
}

export const visionTransformer: Architecture = {
  system: 'torchvision',
  name: "torchvision's vision transformer",
  strides: [16],
  canonical: (dict) => renamedKeys(dict, presentKey),
  marked: ({ tensors }) => tensors.has('conv_proj.weight') && tensors.has('class_token'),
  build: (layers, dict) => {
    const patch = dict.tensors.get('conv_proj.weight')?.shape[2] ?? 16;
    const table = dict.tensors.get('encoder.pos_embedding')?.shape[1] ?? 197;
    const side = gridSide(table - 1);
    const size = (side ?? 14) * patch;
    const tokens = new TokenLayers(layers);
    const map = layers.conv(layers.image([size, size]), 'conv_proj', {
      kernel: patch,
      stride: patch,
      padding: 0,
      bias: true,
    });
    layers.weight('class_token', [1, 1, map.channels]);
    layers.weight('encoder.pos_embedding', [1, (side ?? 14) ** 2 + 1, map.channels]);
    const start = tokens.prepend('class_token', tokens.rows(map));
    let rows: Tokens = { ...start, name: tokens.node('Add', [start.name, 'encoder.pos_embedding']) };
    const perHead = rows.width === widthOfLargest ? headWidthOfLargest : headWidth;
    const heads = Math.max(Math.floor((rows.width ?? perHead) / perHead), 1);
    const count = Math.max(countOf(dict, 'encoder.layers.encoder_layer_*.self_attention.in_proj_weight'), 1);
    for (let i = 0; i < count; i++) rows = tokens.block(rows, blockKeys(i), heads).rows;
    rows = tokens.norm(rows, 'encoder.ln');
    const patches = tokens.slice(rows, 1, Number.MAX_SAFE_INTEGER);
    const features: FeatureMap = tokens.map(patches, tokens.sizes(map.name));
    return {
      architecture: `ViT of ${count} blocks, width ${rows.width ?? '?'}, patch ${patch}`,
      features,
      stride: patch,
      head: tokenHead(layers, tokens, rows),
      extras: [],
      fixedSize: [size, size],
    };
  },
};
