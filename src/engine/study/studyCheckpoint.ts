/** Which file a study's checkpoint is now: named, or the newest complete one of those it follows. */
import { InputError } from '../../lpcam/inputError';
import { lookAtFile } from '../completeFile';
import { present } from './dataset';
import { isFile } from './find';
import { matchingFiles } from './matchingFiles';

export interface NamedCheckpoint {
  /** The study file; null: there is none. */
  readonly file: string | null;
  /** Absolute pattern; null: the study follows none. */
  readonly follow: string | null;
  /** The study's `checkpoint`, absolute. */
  readonly named: string;
}

/** @throws InputError when there is no such file, or none is complete */
export async function studyCheckpoint({ file, follow, named }: NamedCheckpoint): Promise<string> {
  if (follow === null) return present(named, 'file', 'checkpoint', file);
  const matching = await matchingFiles(follow);
  let reason = `No file is called so yet.`;
  for (const { path } of matching.reverse()) {
    const { whole, problem } = await lookAtFile(path);
    if (whole) return path;
    reason = problem ?? reason;
  }
  if (isFile(named)) return named;
  throw new InputError(
    `No checkpoint of ${follow} is complete yet (\`follow\` of ${file ?? 'the study'}). ${reason} ` +
      `\`checkpoint\`, ${named}, does not exist either.`,
    { file: file ?? follow, field: 'follow' },
  );
}
