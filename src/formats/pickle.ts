/** Pickles of NumPy and PyTorch data, read as data (see `pickleMachine.ts` and `allowedGlobals.ts`). */
import { ByteCursor } from './byteCursor';
import { runPickle } from './pickleMachine';
import type { PickleValue } from './pickleValue';
import { bytesSource } from './rangeSource';
import { torchAllowList } from './torchLegacy';

/**
 * Reads the one pickle that `bytes` start with; what follows its end is not looked at.
 * @throws InputError when it is damaged or asks for a global that is not on the allow-list
 */
export function readPickle(bytes: Uint8Array, file: string): PickleValue {
  return runPickle(new ByteCursor(bytesSource(bytes), file), { allowed: torchAllowList(file) });
}
