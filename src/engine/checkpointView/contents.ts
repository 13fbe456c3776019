/** What a checkpoint file holds, whatever its format: tensors that are read in slices, and what is written beside them. */
import type { DType, NumericData } from '../../formats/numericArray';
import type { CheckpointTable } from '../../protocol/checkpoint';
import type { StateDict } from '../../network/stateDict/stateDict';

export interface HeldTensor {
  readonly name: string;
  /** Null: of a type that is not read here, which `dtypeName` names. */
  readonly dtype: DType | null;
  readonly dtypeName: string;
  readonly shape: readonly number[];
  readonly role: 'parameter' | 'buffer' | 'variance';
  /** Equal for tensors that are the same numbers of the file. */
  readonly place: string;
  /** Why its numbers cannot be read; null: they can. */
  readonly problem: string | null;
  /** All numbers in pieces of at most `most`, in no particular order. */
  slices(most: number): Iterable<NumericData>;
}

export interface Contents {
  readonly format: CheckpointTable['format'];
  readonly formatName: string;
  readonly writer: string | null;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly tensors: readonly HeldTensor[];
  /** Files beside it that hold weights. */
  readonly dataFiles: readonly string[];
  /** What the file is instead of a network, with what to do; null: nothing tells. */
  readonly other: string | null;
  /** The weights of a network without a graph; throws InputError where the file holds none. Null: the file has a graph. */
  readonly stateDict: (() => StateDict) | null;
}

/** Numbers of a network that training does not change by its gradients, by PyTorch's names. */
export function roleOf(name: string, dtype: DType | null): HeldTensor['role'] {
  if (name.endsWith('running_var')) return 'variance';
  const float = dtype !== null && /float/.test(dtype);
  return float && !/(?:^|\.)(?:running_mean|num_batches_tracked)$/.test(name) ? 'parameter' : 'buffer';
}
