/** Cosines between the positions of feature maps and the centres, as nodes of a graph (lpcam.md, section 4). */
import { int, type GraphBuilder } from './graphBuilder';

const smallestNorm = 1e-8;

/** Cosine of each position of `maps` [B, C, h, w] with each of `centres` [P, C], [B, P, h * w]. */
function addCosines(builder: GraphBuilder, maps: string, centres: string, channels: number): string {
  const columns = builder.node('Reshape', [maps, builder.integers([0, 0, -1])]);
  const dots = builder.node('MatMul', [centres, columns]);
  // A product with ones sums the squares over the channels: unlike ReduceSum it is the same in every opset.
  const ones = builder.floats([1, channels], new Float32Array(channels).fill(1));
  const squares = builder.node('MatMul', [ones, builder.node('Mul', [columns, columns])]);
  const norms = builder.clip(builder.node('Sqrt', [squares]), smallestNorm, null);
  return builder.node('Div', [dots, norms]);
}

/** Some of a tensor's sizes, as the shape of another. */
function sizesOf(builder: GraphBuilder, tensor: string, ...places: number[]): string {
  return builder.node('Gather', [builder.node('Shape', [tensor]), builder.integers(places)]);
}

function joined(builder: GraphBuilder, parts: readonly string[]): string {
  return builder.node('Concat', parts, { attributes: [int('axis', 0)] });
}

/** Output `similarity`: cosine of each position of `sum` [1, C, h, w] with each of `centres`, [P, h, w]. */
export function addSimilarity(
  builder: GraphBuilder,
  sum: string,
  { centres, similarity, channels }: { centres: string; similarity: string; channels: number },
): void {
  const shape = joined(builder, [builder.integers([-1]), sizesOf(builder, sum, 2, 3)]);
  builder.node('Reshape', [addCosines(builder, sum, centres, channels), shape], { to: similarity });
  builder.output(similarity, 'float', ['P', 'h', 'w']);
}

/** Output `viewSimilarity`: cosine of each position of each view [B, C, h, w] with each of `centres`, [B, P, h, w]. */
export function addViewSimilarity(
  builder: GraphBuilder,
  views: string,
  centres: string,
  channels: number,
): void {
  const shape = joined(builder, [builder.integers([0, -1]), sizesOf(builder, views, 2, 3)]);
  builder.node('Reshape', [addCosines(builder, views, centres, channels), shape], { to: 'viewSimilarity' });
  builder.output('viewSimilarity', 'float', ['B', 'P', 'h', 'w']);
}
