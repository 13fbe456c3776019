/** Cosines between rows, as a graph. */
import { encodeModel } from '../formats/onnx';
import { GraphBuilder, int } from './graphBuilder';

/**
 * ONNX bytes of the graph. Inputs, unit vectors: `rows` float32 [R, C]; `units` float32 [K, C]. Output: `cosines`
 * float32 [R, K].
 */
export function buildCosineGraph(channels: number): Uint8Array {
  const builder = new GraphBuilder(13);
  builder.input('rows', 'float', ['R', channels]);
  builder.input('units', 'float', ['K', channels]);
  builder.node('Gemm', ['rows', 'units'], { to: 'cosines', attributes: [int('transB', 1)] });
  builder.output('cosines', 'float', ['R', 'K']);
  return encodeModel(builder.model('cosines', 7));
}
