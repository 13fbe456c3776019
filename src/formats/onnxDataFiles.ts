/** The files beside an ONNX model that hold its weights. */
import onnxProto from 'onnx-proto';

/** TensorProto.DataLocation. */
const external = 1;

/**
 * Locations as the model gives them, relative to its folder, each once, unchecked: reading the model refuses what leads
 * out of it. Nothing for bytes that are no ONNX model.
 */
export function onnxDataFiles(bytes: Uint8Array): string[] {
  let tensors;
  try {
    tensors = onnxProto.onnx.ModelProto.decode(bytes).graph?.initializer ?? [];
  } catch {
    // Reading the model says what is wrong with it.
    return [];
  }
  const locations = tensors
    .filter((tensor) => (tensor.dataLocation as number | null | undefined) === external)
    .map((tensor) => tensor.externalData?.find(({ key }) => key === 'location')?.value ?? '');
  return [...new Set(locations.filter((location) => location !== ''))].sort();
}
