/** The contents of a safetensors file. */
import type { RangeSource } from '../../formats/rangeSource';
import { readSafetensorsTable } from '../../formats/safetensorsTable';
import { stateDictOf } from '../../network/stateDict/readStateDict';
import { bankFormat } from '../bankFile';
import { roleOf, type Contents } from './contents';

const mostFacts = 60;
const longestFact = 200;
const longestListed = 10_000;

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
      // A bank's description is a text of megabytes.
      .filter(([, value]) => value.length <= longestListed)
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
    other:
      format === bankFormat
        ? 'This is a prototype bank, made by clustering with a checkpoint. Open the checkpoint: its page Prototypes shows ' +
          'the bank of its study.'
        : null,
    stateDict: () => stateDictOf(tensors, file),
  };
}
