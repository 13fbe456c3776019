/** Tensors that stay in their file until somebody asks for their elements: a network is not held in memory twice. */
import type { OnnxTensor } from './onnxModel';

/** A tensor whose elements are read at each access. */
export function lazyTensor(
  { name, type, dims }: Pick<OnnxTensor, 'name' | 'type' | 'dims'>,
  read: () => Uint8Array,
): OnnxTensor {
  return {
    name,
    type,
    dims,
    strings: null,
    get raw() {
      return read();
    },
  };
}

/** The same tensor under another name; its elements are not read. */
export function renamedTensor(tensor: OnnxTensor, name: string): OnnxTensor {
  const { type, dims, strings } = tensor;
  return strings === null
    ? lazyTensor({ name, type, dims }, () => tensor.raw)
    : { name, type, dims, strings, raw: tensor.raw };
}
