/** The tensors of a trained network by their keys, whatever file and wrapping they came in. */
import type { NumericArray } from '../../formats/numericArray';

export interface StateTensor {
  readonly shape: readonly number[];
  readonly dtype: NumericArray['dtype'];
  /** The numbers, row-major, read from the file when asked for. */
  numbers(): NumericArray;
}

export interface StateDict {
  /** For messages. */
  readonly file: string;
  readonly tensors: ReadonlyMap<string, StateTensor>;
}

/** Numbers from 0 on that stand at `*` in keys: how many there are, gaps counted in. */
export function countOf({ tensors }: StateDict, pattern: string): number {
  const [before = '', after = ''] = pattern.split('*');
  let count = 0;
  for (const key of tensors.keys()) {
    if (!key.startsWith(before)) continue;
    const digits = /^\d{1,3}/.exec(key.slice(before.length))?.[0];
    if (digits !== undefined && key.startsWith(after, before.length + digits.length))
      count = Math.max(count, Number(digits) + 1);
  }
  return count;
}

/** The same tensors under other keys; of several that come to one key the first stays. `null` leaves a tensor out. */
export function renamedKeys(dict: StateDict, rename: (key: string) => string | null): StateDict {
  const tensors = new Map<string, StateTensor>();
  for (const [key, tensor] of dict.tensors) {
    const name = rename(key);
    if (name !== null && !tensors.has(name)) tensors.set(name, tensor);
  }
  return { file: dict.file, tensors };
}
