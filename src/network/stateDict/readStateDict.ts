/** State dicts out of files: .pth and .pt (zip and legacy) and .safetensors, unwrapped. */
import type { PickleValue } from '../../formats/pickleValue';
import type { RangeSource } from '../../formats/rangeSource';
import { readSafetensorsTable } from '../../formats/safetensorsTable';
import { readTorchFile } from '../../formats/torchFile';
import { isZip } from '../../formats/zipDirectory';
import type { StateDict, StateTensor } from './stateDict';
import { unwrapped, withoutPrefix } from './unwrap';

/** Is it, by its first bytes, a zip, a pickle or a tar, as torch.save has written over time? */
export function isTorchFile(source: RangeSource): boolean {
  if (isZip(source) || source.read(0, Math.min(1, source.size))[0] === 0x80) return true;
  return source.size > 262 && new TextDecoder('latin1').decode(source.read(257, 5)) === 'ustar';
}

/**
 * Reads which tensors a file holds; their numbers are read when asked for, so `source` has to stay readable.
 * @throws InputError when it is neither a torch nor a safetensors file, is damaged, or holds no state dict
 */
export function readStateDict(source: RangeSource, file: string): StateDict {
  if (isTorchFile(source)) return stateDictIn(readTorchFile(source, file), file);
  return stateDictOf(readSafetensorsTable(source, file).tensors, file);
}

/** The state dict in what a torch file holds: the tensors are those of `value`. @throws InputError when there is none */
export function stateDictIn(value: PickleValue, file: string): StateDict {
  return { file, tensors: withoutPrefix(unwrapped(value, file)) };
}

/** The state dict in tensors by name. */
export function stateDictOf(tensors: ReadonlyMap<string, StateTensor>, file: string): StateDict {
  return { file, tensors: withoutPrefix(new Map(tensors)) };
}
