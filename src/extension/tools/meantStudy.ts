/** The study that a language model means. */
import { isAbsolute, resolve } from 'node:path';
import * as vscode from 'vscode';
import type { StudyReference } from '../../protocol/study';
import type { Studies } from '../study/studies';

/** A path as it stands, or from the workspace's first folder. */
export function workspacePath(path: string): string {
  const folder = vscode.workspace.workspaceFolders?.find((one) => one.uri.scheme === 'file')?.uri.fsPath;
  return isAbsolute(path) || folder === undefined ? path : resolve(folder, path);
}

/**
 * @param path of lpcam.json; undefined: the current study
 * @throws Error naming the studies there are
 */
export async function meantStudy(studies: Studies, path: string | undefined): Promise<StudyReference> {
  await studies.known;
  if (path !== undefined) return { file: workspacePath(path) };
  const current = await studies.current();
  if (current !== null) return current;
  throw new Error(
    'There is no study in this workspace: a file lpcam.json that names a checkpoint and its images. ' +
      'The command "LPCAM: Create Study…" writes one.',
  );
}
