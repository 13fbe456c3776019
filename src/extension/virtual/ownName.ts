/** Failures of a copy on disk, told by the name of what was copied: nobody knows where the copy lies. */
import type { Failure } from '../../protocol/failure';

/** @param name what the person knows the file by */
export function underOwnName(failure: Failure, copy: string, name: string): Failure {
  const { file, ...rest } = failure;
  const message = failure.message.replaceAll(copy, name);
  // A name that is no path on disk leads nowhere.
  return file === undefined || file === copy ? { ...rest, message } : { ...rest, message, file };
}
