/** Cosines between rows, as a graph. */
import type { OnnxModel } from '../formats/onnxModel';
import { GraphBuilder, int } from './graphBuilder';

/**
 * The graph. Inputs, unit vectors: `rows` float32 [R, C]; `units` float32 [K, C]. Output: `cosines`
 * float32 [R, K].
 */
export function buildCosineGraph(channels: number): OnnxModel {
  const builder = new GraphBuilder(13);
  builder.input('rows', 'float', ['R', channels]);
  builder.input('units', 'float', ['K', channels]);
  builder.node('Gemm', ['rows', 'units'], { to: 'cosines', attributes: [int('transB', 1)] });
  builder.output('cosines', 'float', ['R', 'K']);
  return builder.model('cosines', 7);
}
