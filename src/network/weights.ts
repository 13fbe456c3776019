/** Constant weights of a graph, through the layers exporters put between a weight and its user. */
import type { OnnxNode } from '../formats/onnxModel';
import { intAttribute, intsAttribute, tensorFloats, tensorIntegers } from '../formats/onnxValues';
import { InputError } from '../lpcam/inputError';
import type { GraphIndex } from './graphIndex';

export interface Weight {
  /** Name of the tensor in the file that holds the numbers. */
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

/** Swaps the axes of a matrix [rows, columns]. */
export function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = values[row * columns + column] ?? 0;
  return result;
}

function reshapedDims(node: OnnxNode, weight: Weight, index: GraphIndex): readonly number[] | null {
  const count = weight.values.length;
  if (node.op === 'Flatten') {
    const rows = weight.dims.slice(0, intAttribute(node, 'axis', 1)).reduce((a, b) => a * b, 1);
    return [rows, count / rows];
  }
  if (node.op === 'Squeeze') return weight.dims.filter((size) => size !== 1);
  const tensor = index.constant(node.inputs[1] ?? '');
  const target = tensor ? tensorIntegers(tensor) : (intsAttribute(node, 'axes') ?? null);
  if (!target) return null;
  if (node.op === 'Unsqueeze') {
    const dims = [...weight.dims];
    for (const axis of target) dims.splice(axis < 0 ? axis + dims.length + 1 : axis, 0, 1);
    return dims;
  }
  const known = target.map((size, axis) => (size === 0 ? (weight.dims[axis] ?? 1) : size));
  const rest = count / known.filter((size) => size !== -1).reduce((a, b) => a * b, 1);
  return known.map((size) => (size === -1 ? rest : size));
}

/**
 * The constant behind a tensor name, through Identity, Cast, Transpose of a matrix, Reshape, Flatten, Squeeze and
 * Unsqueeze; null when the tensor is computed from the image.
 * @throws InputError when the weight is quantised
 */
export function weightOf(index: GraphIndex, name: string, file: string): Weight | null {
  const constant = index.constant(name);
  if (constant) return { name, dims: constant.dims, values: tensorFloats(constant, file) };
  const node = index.producer(name);
  if (!node) return null;
  if (node.op === 'DequantizeLinear' && index.constant(node.inputs[0] ?? ''))
    throw new InputError(
      `${file}: weight '${node.inputs[0] ?? ''}' is quantised. Quantised checkpoints are not supported: export the float model.`,
      { file, field: node.inputs[0] },
    );
  const through = ['Identity', 'Cast', 'Transpose', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze'];
  if (!through.includes(node.op)) return null;
  const weight = weightOf(index, node.inputs[0] ?? '', file);
  if (!weight || node.op === 'Identity' || node.op === 'Cast') return weight;
  if (node.op === 'Transpose') {
    const [rows, columns] = weight.dims;
    const order = intsAttribute(node, 'perm') ?? [1, 0];
    if (weight.dims.length !== 2 || rows === undefined || columns === undefined) return null;
    if (order[0] === 0) return weight;
    return { ...weight, dims: [columns, rows], values: transposed(weight.values, rows, columns) };
  }
  const dims = reshapedDims(node, weight, index);
  return dims ? { ...weight, dims } : null;
}
