/**
 * What LPCAM's clustering leaves in `cluster_result/`, one file per class: `cluster_centers_N.pt` (foreground) and
 * `cluster_centers2_N.pt` (background), float [K, C]; `cluster_ids_x_N.pt` and `cluster_ids_x2_N.pt`, int64 [rows], the
 * centre of each row.
 */
import type { CentreSet } from '../lpcam/bank';
import { fileError } from './fileError';
import { toFloat32, toNumbers } from './numericArray';
import type { RangeSource } from './rangeSource';
import { readTorchFile, tensorsOf } from './torchFile';
import type { TorchTensor } from './torchValue';

export interface ClusterFile {
  readonly kind: 'centres' | 'ids';
  readonly set: CentreSet;
  readonly classIndex: number;
}

/** What a file of this name holds; null for other files. */
export function clusterFile(name: string): ClusterFile | null {
  const [, what, second, index] = /^cluster_(centers|ids_x)(2?)_(\d{1,6})\.pt$/.exec(name) ?? [];
  if (what === undefined) return null;
  return {
    kind: what === 'centers' ? 'centres' : 'ids',
    set: second === '2' ? 'background' : 'foreground',
    classIndex: Number(index),
  };
}

function onlyTensor(source: RangeSource | Uint8Array, file: string): TorchTensor {
  const tensor = tensorsOf(readTorchFile(source, file), file).get('');
  if (tensor === undefined) throw fileError(file, 'it holds a dict; one tensor is expected.');
  return tensor;
}

/** @returns K vectors of C numbers. @throws InputError when the file holds no such tensor */
export function readClusterCentres(source: RangeSource | Uint8Array, file: string): Float32Array[] {
  const tensor = onlyTensor(source, file);
  const [k, channels] = tensor.shape;
  if (k === undefined || channels === undefined || tensor.shape.length !== 2 || k * channels === 0)
    throw fileError(file, `it has shape (${tensor.shape.join(', ')}); (centres, channels) is expected.`);
  const values = toFloat32(tensor.numbers());
  if (!values.every(Number.isFinite))
    throw fileError(
      file,
      'it holds numbers that are not finite: a cluster ran empty while it was made. Cluster again.',
    );
  return Array.from({ length: k }, (_, i) => values.slice(i * channels, (i + 1) * channels));
}

/**
 * @param k centres of the same class and set
 * @returns the centre of each row
 * @throws InputError when the file holds no such tensor, or numbers of other centres
 */
export function readClusterIds(source: RangeSource | Uint8Array, file: string, k: number): Int32Array {
  const tensor = onlyTensor(source, file);
  if (tensor.shape.length !== 1)
    throw fileError(
      file,
      `it has shape (${tensor.shape.join(', ')}); one number per clustered row is expected.`,
    );
  const numbers = toNumbers(tensor.numbers());
  const other = numbers.find((id) => !Number.isInteger(id) || id < 0 || id >= k);
  if (other !== undefined)
    throw fileError(
      file,
      `it names the centre ${other}, but there are ${k}, numbered from 0: it belongs to other centres.`,
    );
  return Int32Array.from(numbers);
}
