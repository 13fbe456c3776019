/** Values of ONNX tensors and attributes, and tensors made from values. */
import { InputError } from '../lpcam/inputError';
import { elementTypeName, elementTypes } from './onnxModel';
import { decodeNumbers, toFloat32 } from './numericArray';
import type { DType } from './numericArray';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from './onnxModel';

const floatTypes = new Map<number, DType>([
  [elementTypes.float, 'float32'],
  [elementTypes.double, 'float64'],
  [elementTypes.float16, 'float16'],
  [elementTypes.bfloat16, 'bfloat16'],
]);

/** A copy aligned for any element type: views into a file start anywhere. */
function aligned(raw: Uint8Array): ArrayBuffer {
  const copy = new Uint8Array(raw.byteLength);
  copy.set(raw);
  return copy.buffer;
}

/**
 * A tensor's elements as float32, from float, double, half or bfloat16.
 * @throws InputError for any other element type
 */
export function tensorFloats(tensor: OnnxTensor, file: string): Float32Array {
  const dtype = floatTypes.get(tensor.type);
  if (!dtype)
    throw new InputError(
      `${file}: weight '${tensor.name}' is ${elementTypeName(tensor.type)}; expected floating-point numbers. ` +
        'Quantised checkpoints are not supported: export the float model.',
      { file, field: tensor.name },
    );
  return toFloat32({ dtype, data: decodeNumbers(tensor.raw, dtype) });
}

/** An integer tensor's elements (shapes, axes); null for other element types. */
export function tensorIntegers(tensor: OnnxTensor): number[] | null {
  const buffer = aligned(tensor.raw);
  if (tensor.type === elementTypes.int64) return Array.from(new BigInt64Array(buffer), Number);
  if (tensor.type === elementTypes.int32) return Array.from(new Int32Array(buffer));
  return null;
}

/** A float32 tensor. */
export function floatTensor(name: string, dims: readonly number[], values: ArrayLike<number>): OnnxTensor {
  const floats = Float32Array.from(values);
  return { name, type: elementTypes.float, dims, raw: new Uint8Array(floats.buffer), strings: null };
}

/** An int64 tensor; dims [] makes a scalar. */
export function integerTensor(name: string, dims: readonly number[], values: readonly number[]): OnnxTensor {
  const words = BigInt64Array.from(values, BigInt);
  return { name, type: elementTypes.int64, dims, raw: new Uint8Array(words.buffer), strings: null };
}

export function attribute(node: OnnxNode, name: string): OnnxAttribute | undefined {
  return node.attributes.find((candidate) => candidate.name === name);
}

export function intAttribute(node: OnnxNode, name: string, otherwise: number): number {
  const found = attribute(node, name);
  return found?.kind === 'int' ? Number(found.value) : otherwise;
}

export function floatAttribute(node: OnnxNode, name: string, otherwise: number): number {
  const found = attribute(node, name);
  return found?.kind === 'float' ? found.value : otherwise;
}

export function intsAttribute(node: OnnxNode, name: string): number[] | null {
  const found = attribute(node, name);
  return found?.kind === 'ints' ? found.value.map(Number) : null;
}

export function stringAttribute(node: OnnxNode, name: string, otherwise: string): string {
  const found = attribute(node, name);
  return found?.kind === 'string' ? new TextDecoder().decode(found.value) : otherwise;
}
