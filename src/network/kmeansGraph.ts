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

  const highest = (from: string, axis: number, keep: number, to?: string) =>
    builder.node('ReduceMax', [from], {
      attributes: [ints('axes', axis), int('keepdims', keep)],
      ...(to === undefined ? {} : { to }),
    });
  highest('cosines', 1, 0, 'best');
  builder.output('best', 'float', ['R']);
  // Not ArgMax: it gives 64-bit integers, which WebGPU lacks, and a pass over all rows would go through the CPU. The
  // first of equal centres is the one with most centres behind it; a row of NaN equals nothing and gets the last.
  const last = highest('places', 0, 1);
  const behind = builder.node('Transpose', [builder.node('Sub', [last, 'places'])]);
  const isBest = builder.node('Equal', ['cosines', highest('cosines', 1, 1)]);
  const most = highest(builder.node('Where', [isBest, behind, builder.floats([], [0])]), 1, 0);
  const labels = builder.node('Sub', [builder.node('Reshape', [last, builder.integers([1])]), most]);
  builder.node('Cast', [labels], { to: 'labels', attributes: [int('to', int32)] });
  builder.output('labels', 'int32', ['R']);

  // Membership as a matrix [K, R] of ones and zeros makes the sums one product.
  const members = builder.node('Cast', [builder.node('Equal', ['places', labels])], {
    attributes: [int('to', float32)],
  });
  builder.node('MatMul', [members, rows], { to: 'sums' });
  builder.output('sums', 'float', ['K', channels]);
  return encodeModel(builder.model('kmeans', irVersion));
}
