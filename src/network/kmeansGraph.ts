/** k-means over a block of feature rows, as graphs for the device (lpcam.md, section 3, step 3). */
import { encodeModel } from '../formats/onnx';
import { GraphBuilder, int, ints } from './graphBuilder';

/** Element type of the rows as they reach the graph. */
export type RowType = 'float16' | 'float32';

const opset = 13;
const irVersion = 7;
const float32 = 1;
const int32 = 6;

/** Both graphs' inputs `rows` [R, C] and `centres` [K, C]; gives the rows as float32, and rows x centres [R, K]. */
function dotProducts(builder: GraphBuilder, channels: number, type: RowType) {
  const given = builder.input('rows', type === 'float32' ? 'float' : type, ['R', channels]);
  builder.input('centres', 'float', ['K', channels]);
  const rows =
    type === 'float32' ? given : builder.node('Cast', [given], { attributes: [int('to', float32)] });
  return { rows, dots: builder.node('Gemm', [rows, 'centres'], { attributes: [int('transB', 1)] }) };
}

/**
 * ONNX bytes of one step. Inputs: `rows` [R, C] of `type`; `centres` float32 [K, C], unit vectors; `places` float32
 * [K, 1], the numbers 0 to K - 1. Outputs: `labels` int32 [R], the centre of largest cosine, the first on ties; `sums`
 * float32 [K, C], the raw rows summed per label. A row's own length divides all its cosines alike, so the largest
 * product is the largest cosine, and nobody need compute the length: that took as long as all the rest.
 */
export function buildKmeansGraph(channels: number, type: RowType): Uint8Array {
  const builder = new GraphBuilder(opset);
  const { rows, dots } = dotProducts(builder, channels, type);
  builder.input('places', 'float', ['K', 1]);

  const highest = (from: string, axis: number) =>
    builder.node('ReduceMax', [from], { attributes: [ints('axes', axis), int('keepdims', 1)] });
  // Not ArgMax: it gives 64-bit integers, which WebGPU lacks, and a pass over all rows would go through the CPU. The
  // first of equal centres is the one with most centres behind it; a row of NaN equals nothing and gets the last.
  const last = highest('places', 0);
  const behind = builder.node('Transpose', [builder.node('Sub', [last, 'places'])]);
  const isBest = builder.node('Equal', [dots, highest(dots, 1)]);
  const most = builder.node('ReduceMax', [builder.node('Where', [isBest, behind, builder.floats([], [0])])], {
    attributes: [ints('axes', 1), int('keepdims', 0)],
  });
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

/** ONNX bytes of the cosines. Inputs `rows` and `centres` as above; output `cosines` float32 [R, K]. */
export function buildCosinesGraph(channels: number, type: RowType): Uint8Array {
  const builder = new GraphBuilder(opset);
  const { rows, dots } = dotProducts(builder, channels, type);
  const lengths = builder.node('ReduceL2', [rows], { attributes: [ints('axes', 1), int('keepdims', 1)] });
  builder.node('Div', [dots, builder.clip(lengths, 1e-8, null)], { to: 'cosines' });
  builder.output('cosines', 'float', ['R', 'K']);
  return encodeModel(builder.model('cosines', irVersion));
}
