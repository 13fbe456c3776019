/** Layers on rows of tokens [N, T, D], as vision transformers use them. */
import type { OnnxAttribute } from '../../formats/onnxModel';
import { float, int, ints } from '../graphBuilder';
import type { FeatureMap, Layers } from './layers';

/** Rows [N, T, D]. */
export interface Tokens {
  readonly name: string;
  /** D */
  readonly width: number | null;
}

/** Keys of one block's weights. */
export interface BlockKeys {
  readonly norm1: string;
  /** `weight` and `bias` of the query, key and value projection, as whole keys. */
  readonly qkv: { readonly weight: string; readonly bias: string };
  readonly projection: string;
  readonly norm2: string;
  readonly expand: string;
  readonly contract: string;
}

/** Of DeiT, timm and torchvision alike. */
const epsilon = 1e-6;

export class TokenLayers {
  constructor(private readonly layers: Layers) {}

  node(op: string, inputs: readonly string[], ...attributes: OnnxAttribute[]): string {
    return this.layers.builder.node(op, inputs, { attributes });
  }

  /** A node whose output has a name to be known by. */
  named(
    op: string,
    inputs: readonly string[],
    to: string,
    attributes: readonly OnnxAttribute[] = [],
  ): string {
    return this.layers.builder.node(op, inputs, { attributes, to });
  }

  integers(values: readonly number[]): string {
    return this.layers.builder.integers(values);
  }

  norm(x: Tokens, key: string): Tokens {
    const names = [`${key}.weight`, `${key}.bias`];
    for (const name of names) this.layers.weight(name, [x.width]);
    const name = this.node(
      'LayerNormalization',
      [x.name, ...names],
      int('axis', -1),
      float('epsilon', epsilon),
    );
    return { ...x, name };
  }

  linear(x: Tokens, keys: { weight: string; bias: string }, outputs: number | null = null): Tokens {
    const [width = null] = this.layers.weight(keys.weight, [outputs, x.width]);
    this.layers.weight(keys.bias, [width]);
    const turned = this.node('Transpose', [keys.weight], ints('perm', 1, 0));
    const product = this.node('MatMul', [x.name, turned]);
    return { name: this.node('Add', [product, keys.bias]), width };
  }

  add(x: Tokens, y: Tokens): Tokens {
    return { ...x, name: this.node('Add', [x.name, y.name]) };
  }

  /** x (1 + erf(x / sqrt 2)) / 2 */
  private gelu(x: Tokens): Tokens {
    const { builder } = this.layers;
    const half = this.node('Mul', [x.name, builder.floats([], [0.5])]);
    const error = this.node('Erf', [this.node('Mul', [x.name, builder.floats([], [Math.SQRT1_2])])]);
    return { ...x, name: this.node('Mul', [half, this.node('Add', [error, builder.floats([], [1])])]) };
  }

  /** @returns the result, and the attention [N, heads, T, T] */
  private attention(x: Tokens, keys: BlockKeys, heads: number): { rows: Tokens; attention: string } {
    const width = x.width ?? heads;
    const size = Math.floor(width / heads);
    const mixed = this.linear(x, keys.qkv, x.width === null ? null : 3 * x.width);
    const parted = this.node('Reshape', [mixed.name, this.integers([0, 0, 3, heads, size])]);
    const turned = this.node('Transpose', [parted], ints('perm', 2, 0, 3, 1, 4));
    const [query = '', key = '', value = ''] = [0, 1, 2].map((part) =>
      this.layers.builder.pick(turned, part),
    );
    const scale = this.layers.builder.floats([], [size ** -0.5]);
    const scaled = this.node('Mul', [query, scale]);
    const scores = this.node('MatMul', [scaled, this.node('Transpose', [key], ints('perm', 0, 1, 3, 2))]);
    const attention = this.node('Softmax', [scores], int('axis', -1));
    const seen = this.node('Transpose', [this.node('MatMul', [attention, value])], ints('perm', 0, 2, 1, 3));
    const joined = { name: this.node('Reshape', [seen, this.integers([0, 0, width])]), width: x.width };
    return { rows: this.linear(joined, pair(keys.projection), x.width), attention };
  }

  /** Attention and then two linear layers, each on normalised rows and beside a shortcut. */
  block(x: Tokens, keys: BlockKeys, heads: number): { rows: Tokens; attention: string } {
    const { rows, attention } = this.attention(this.norm(x, keys.norm1), keys, heads);
    const y = this.add(x, rows);
    const expanded = this.gelu(this.linear(this.norm(y, keys.norm2), pair(keys.expand)));
    return { rows: this.add(y, this.linear(expanded, pair(keys.contract), x.width)), attention };
  }

  /** A map [N, D, h, w] as rows [N, h w, D]. */
  rows(map: FeatureMap): Tokens {
    const flat = this.node('Reshape', [map.name, this.integers([0, 0, -1])]);
    return { name: this.node('Transpose', [flat], ints('perm', 0, 2, 1)), width: map.channels };
  }

  /** Rows `from` to `to` (behind the last one). */
  slice(x: Tokens, from: number, to: number): Tokens {
    const limits = [[from], [to], [1]].map((value) => this.integers(value));
    return { ...x, name: this.node('Slice', [x.name, ...limits]) };
  }

  /** Rows [1, T, D] of the state dict for each image of a batch, before other rows. */
  prepend(first: string, x: Tokens): Tokens {
    const batch = this.node('Slice', [
      this.node('Shape', [x.name]),
      ...[[0], [1]].map((value) => this.integers(value)),
    ]);
    const shape = this.node('Concat', [batch, this.integers([1, 1])], int('axis', 0));
    return { ...x, name: this.node('Concat', [this.node('Expand', [first, shape]), x.name], int('axis', 1)) };
  }

  /** Rows [N, h w, D] as a map [N, D, h, w], `sizes` being the int64 tensor [h, w]. */
  map(x: Tokens, sizes: string): FeatureMap {
    const turned = this.node('Transpose', [x.name], ints('perm', 0, 2, 1));
    const shape = this.node('Concat', [this.integers([0, 0]), sizes], int('axis', 0));
    return { name: this.node('Reshape', [turned, shape]), channels: x.width };
  }

  /** The int64 tensor [h, w] of a map. */
  sizes(map: string): string {
    const limits = [[2], [4]].map((value) => this.integers(value));
    return this.node('Slice', [this.node('Shape', [map]), ...limits]);
  }
}

function pair(key: string): { weight: string; bias: string } {
  return { weight: `${key}.weight`, bias: `${key}.bias` };
}
