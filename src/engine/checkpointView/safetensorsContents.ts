/** The contents of a safetensors file. */
import type { RangeSource } from '../../formats/rangeSource';
import { readSafetensorsTable } from '../../formats/safetensorsTable';
import { stateDictOf } from '../../network/stateDict/readStateDict';
import { roleOf, type Contents } from './contents';

const mostFacts = 60;
const longestFact = 200;

/** @throws InputError when the header is damaged */
export function safetensorsContents(source: RangeSource, file: string): Contents {
  const { tensors, metadata } = readSafetensorsTable(source, file);
  const { format, ...others } = metadata;
  const frameworks: Readonly<Record<string, string>> = {
    pt: 'PyTorch',
    tf: 'TensorFlow',
    flax: 'Flax',
    np: 'NumPy',
  };
  return {
    format: 'safetensors',
    formatName: 'safetensors',
    writer: format === undefined ? null : (frameworks[format] ?? format.slice(0, longestFact)),
    facts: Object.entries(others)
      .slice(0, mostFacts)
      .map(([label, value]) => ({ label: label.slice(0, longestFact), value: value.slice(0, longestFact) })),
    tensors: [...tensors].map(([name, tensor]) => ({
      name,
      dtype: tensor.dtype,
      dtypeName: tensor.dtype,
      shape: tensor.shape,
      role: roleOf(name, tensor.dtype),
      place: name,
      problem: null,
      slices: (most) => tensor.slices(most),
    })),
    dataFiles: [],
    stateDict: () => stateDictOf(tensors, file),
  };
}
