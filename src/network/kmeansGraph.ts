/** One step of k-means over a block of feature rows, as a graph for the device (lpcam.md, section 3, step 3). */
import { encodeModel } from '../formats/onnx';
import { GraphBuilder, int, ints } from './graphBuilder';

/** Element type of the rows as they reach the graph. */
export type RowType = 'float16' | 'float32';

const opset = 13;
const irVersion = 7;
const float32 = 1;
const int32 = 6;

/**
 * ONNX bytes of the graph. Inputs: `rows` [R, C] of `type`; `centres` float32 [K, C], unit vectors; `places` float32
 * [K, 1], the numbers 0 to K - 1. Outputs: `labels` int32 [R], the centre of largest cosine, the first on ties; `best`
 * float32 [R], that cosine; `sums` float32 [K, C], the raw rows summed per label; `cosines` float32 [R, K]. Fetch only
 * what is needed: the rest stays on the device.
 */
export function buildKmeansGraph(channels: number, type: RowType): Uint8Array {
  const builder = new GraphBuilder(opset);
  const given = builder.input('rows', type === 'float32' ? 'float' : type, ['R', channels]);
  builder.input('centres', 'float', ['K', channels]);
  builder.input('places', 'float', ['K', 1]);
  const rows =
    type === 'float32' ? given : builder.node('Cast', [given], { attributes: [int('to', float32)] });

  const dots = builder.node('Gemm', [rows, 'centres'], { attributes: [int('transB', 1)] });
  const norms = builder.node('ReduceL2', [rows], { attributes: [ints('axes', 1), int('keepdims', 1)] });
  builder.node('Div', [dots, builder.clip(norms, 1e-8, null)], { to: 'cosines' });
  builder.output('cosines', 'float', ['R', 'K']);

  const overCentres = [ints('axes', 1), int('keepdims', 0)];
  builder.node('ReduceMax', ['cosines'], { to: 'best', attributes: overCentres });
  builder.output('best', 'float', ['R']);
  const nearest = builder.node('ArgMax', ['cosines'], { attributes: [int('axis', 1), int('keepdims', 0)] });
  builder.node('Cast', [nearest], { to: 'labels', attributes: [int('to', int32)] });
  builder.output('labels', 'int32', ['R']);

  // Membership as a matrix [K, R] of ones and zeros makes the sums one product.
  const labels = builder.node('Cast', [nearest], { attributes: [int('to', float32)] });
  const members = builder.node('Cast', [builder.node('Equal', ['places', labels])], {
    attributes: [int('to', float32)],
  });
  builder.node('MatMul', [members, rows], { to: 'sums' });
  builder.output('sums', 'float', ['K', channels]);
  return encodeModel(builder.model('kmeans', irVersion));
}
