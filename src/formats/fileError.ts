import { InputError } from '../lpcam/inputError';

/** An InputError whose message starts with the file; `field` is the tensor, key or global inside it. */
export function fileError(file: string, problem: string, field?: string): InputError {
  return new InputError(`${file}: ${problem}`, { file, field });
}
