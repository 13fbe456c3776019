/** What the shell is told, and the lines a person reads when a command fails. */
import { CommanderError } from 'commander';
import { basename } from 'node:path';
import { DeviceError } from '../engine/failure';
import { InputError } from '../lpcam/inputError';

/** `badInput`: wrong usage, or a file of the person's is at fault. `failed`: anything else. */
export const exitCodes = { done: 0, failed: 1, badInput: 2, interrupted: 130 } as const;

export interface Ending {
  readonly code: number;
  /** For stderr; empty when there is nothing to say (help, or commander has said it). */
  readonly text: string;
}

/** What Node reports about a path that the person gave: the system's words are for programmers. */
const pathFaults: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'no permission',
  EPERM: 'not permitted',
  EISDIR: 'is a folder, a file was expected',
  ENOTDIR: 'is a file where a folder was expected',
  EEXIST: 'exists already',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
};

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

/** At most two lines: the first of the message, and the others joined. */
function twoLines(message: string): string {
  const [first = '', ...others] = message
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const joined = others.reduce((text, line) => `${text}${text.endsWith(':') ? '' : ';'} ${line}`, '');
  return others.length === 0 ? first : `${first}\n${joined.slice('; '.length)}`;
}

function inputText(error: InputError): string {
  const { file } = error.where;
  const named = file === undefined || error.message.includes(basename(file));
  return twoLines(named ? error.message : `${file}: ${error.message}`);
}

/** How a command that threw ends. `interrupted`: the person pressed Ctrl+C, whatever was thrown then. */
export function endingOf(error: unknown, interrupted: boolean): Ending {
  if (interrupted) return { code: exitCodes.interrupted, text: 'lpcam: interrupted' };
  if (error instanceof CommanderError)
    return { code: error.exitCode === 0 ? exitCodes.done : exitCodes.badInput, text: '' };
  if (error instanceof InputError) return { code: exitCodes.badInput, text: `lpcam: ${inputText(error)}` };
  if (error instanceof DeviceError)
    return { code: exitCodes.failed, text: `lpcam: ${twoLines(error.message)}` };
  if (isSystemError(error)) {
    const fault = error.code === undefined ? undefined : pathFaults[error.code];
    if (fault !== undefined && error.path !== undefined)
      return { code: exitCodes.badInput, text: `lpcam: ${error.path}: ${fault}` };
    return { code: exitCodes.failed, text: `lpcam: ${error.message}` };
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: exitCodes.failed, text: `lpcam: unexpected: ${text}` };
}
