/** Label maps as seeds. */
import { ignored } from '../lpcam/metrics';
import { fileError } from './fileError';
import type { LabelSeed } from './seed';

/**
 * One label per pixel: 0 background, class index + 1, 255 ignored. -1 is read as ignored, too, as some write it.
 * @throws InputError when a value is no label
 */
export function labelSeed(
  values: ArrayLike<number>,
  rest: Omit<LabelSeed, 'kind' | 'labels' | 'keys'>,
  file: string,
): LabelSeed {
  const labels = new Uint8Array(values.length);
  const seen = new Uint8Array(256);
  let negative = false;
  for (let i = 0; i < labels.length; i++) {
    const value = values[i] as number;
    if (value === -1) negative = true;
    else if (!(Number.isInteger(value) && value >= 0 && value <= 255))
      throw fileError(
        file,
        `it has the value ${value}, which is no label; a label map holds whole numbers: 0 background, class index + 1, 255 ignored.`,
      );
    const label = value === -1 ? ignored : value;
    labels[i] = label;
    seen[label] = 1;
  }
  const keys = Array.from({ length: ignored - 1 }, (_, index) => index).filter((key) => seen[key + 1] === 1);
  const assumption = negative ? 'Its value -1 is read as ignored.' : rest.assumption;
  return { ...rest, kind: 'labels', labels, keys, assumption };
}
