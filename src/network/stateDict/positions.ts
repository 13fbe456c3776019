/** Position embeddings of vision transformers, resized to the image's grid of patches. */
import { int, ints, string } from '../graphBuilder';
import type { Layers } from './layers';
import type { Tokens, TokenLayers } from './tokens';

/** The side of a square grid of `count` patches; null when it is no square. */
export function gridSide(count: number): number | null {
  const side = Math.round(Math.sqrt(count));
  return side * side === count && side > 0 ? side : null;
}

/** Rows of a table [T, D] from row `from` on, laid out as a map [D, T - from]. */
function asMap(values: Float32Array, width: number, from: number): Float32Array {
  const count = values.length / width - from;
  const result = new Float32Array(count * width);
  for (let t = 0; t < count; t++)
    for (let d = 0; d < width; d++) result[d * count + t] = values[(t + from) * width + d] ?? 0;
  return result;
}

export interface PositionTable {
  readonly key: string;
  /** Rows before those of the patches. */
  readonly skipped: number;
  readonly side: number;
  readonly width: number;
  readonly values: () => Float32Array;
  /** `nudged`: by the factor (h + 0.1) / side, DINO's guard against rounding, which MCTformer V2 keeps. */
  readonly factor: 'nudged' | 'exact';
}

/** Factors (h + 0.1) / side and (w + 0.1) / side, and 1 for a square image with the table's own grid. */
function nudgedFactors(layers: Layers, tokens: TokenLayers, side: number, sizes: string): string {
  const { builder } = layers;
  const image = tokens.sizes('image');
  const [height, columns] = [0, 1].map((place) => builder.pick(image, place));
  const isSquare = tokens.node('Equal', [height ?? '', columns ?? '']);
  const sameGrid = tokens.node('Equal', [builder.pick(sizes, 0), builder.integers(side)]);
  const asTrained = tokens.node('And', [isSquare, sameGrid]);
  const counts = tokens.node('Cast', [sizes], int('to', 1));
  const nudged = tokens.node('Add', [counts, builder.floats([], [0.1])]);
  const factors = tokens.node('Div', [nudged, builder.floats([], [side])]);
  return tokens.node('Where', [asTrained, builder.floats([2], [1, 1]), factors]);
}

/**
 * Rows [1, h w, D] for an image of h x w patches, resized bicubically as PyTorch does.
 * @param sizes the int64 tensor [h, w]
 */
export function resizedPositions(
  layers: Layers,
  tokens: TokenLayers,
  { key, skipped, side, width, values, factor }: PositionTable,
  sizes: string,
): Tokens {
  const { builder } = layers;
  const table = layers.constant(`lpcam.${key}.map`, [1, width, side, side], () =>
    asMap(values(), width, skipped),
  );
  const join = int('axis', 0);
  const target =
    factor === 'exact'
      ? ['', tokens.node('Concat', [builder.integers([1, width]), sizes], join)]
      : [
          tokens.node(
            'Concat',
            [builder.floats([2], [1, 1]), nudgedFactors(layers, tokens, side, sizes)],
            join,
          ),
        ];
  const resized = builder.node('Resize', [table, '', ...target], {
    attributes: [string('mode', 'cubic'), string('coordinate_transformation_mode', 'half_pixel')],
  });
  const flat = tokens.node('Reshape', [resized, builder.integers([0, 0, -1])]);
  return { name: tokens.node('Transpose', [flat], ints('perm', 0, 2, 1)), width };
}
