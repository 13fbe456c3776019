/** The contents of an ONNX file and of the data files beside it. */
import { readOnnxTable } from '../../formats/onnxTable';
import type { RangeSource } from '../../formats/rangeSource';
import { roleOf, type Contents, type HeldTensor } from './contents';

const longestFact = 200;

/**
 * @param open opens a file beside the model; null when it cannot be read
 * @throws InputError when it is no ONNX model
 */
export function onnxContents(
  source: RangeSource,
  file: string,
  open: (path: string) => RangeSource | null,
): Contents {
  const table = readOnnxTable(source, file, open);
  const roles = (name: string, role: HeldTensor['role']): HeldTensor['role'] =>
    table.variances.has(name) ? 'variance' : table.means.has(name) ? 'buffer' : role;
  const dataFiles = table.tensors.flatMap(({ dataFile }) => (dataFile === null ? [] : [dataFile]));
  return {
    format: 'onnx',
    formatName: table.opset === null ? 'ONNX' : `ONNX, opset ${table.opset}`,
    writer: table.producer === '' ? null : table.producer,
    facts: [
      { label: 'IR version', value: String(table.irVersion) },
      { label: 'Nodes', value: String(table.nodes) },
      ...[...table.metadata].map(([label, value]) => ({
        label: label.slice(0, longestFact),
        value: value.slice(0, longestFact),
      })),
    ],
    tensors: table.tensors.map((tensor, place) => ({
      name: tensor.name,
      dtype: tensor.dtype,
      dtypeName: tensor.typeName,
      shape: tensor.shape,
      // Single numbers are constants of operators, such as a ReLU6's limit.
      role: tensor.shape.length === 0 ? 'buffer' : roles(tensor.name, roleOf(tensor.name, tensor.dtype)),
      place: String(place),
      problem: tensor.problem,
      slices: (most) => tensor.slices(most),
    })),
    dataFiles: [...new Set(dataFiles)].sort(),
    other: null,
    stateDict: null,
  };
}
