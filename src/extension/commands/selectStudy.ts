/** Asks which study to use, for one thing or for everything. */
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { StudyReference } from '../../protocol/study';
import type { Studies } from '../study/studies';
import { studyName } from '../study/studyReference';

interface StudyItem extends vscode.QuickPickItem {
  readonly file: string | null;
}

/** Looks again first: a folder that comes with its files, as from Git, is not always told file by file. */
async function items(studies: Studies): Promise<StudyItem[]> {
  await studies.refresh();
  return studies.files.map((file) => ({
    label: studyName({ file }),
    description: vscode.workspace.asRelativePath(dirname(file)),
    file,
  }));
}

/** Asks for one of the workspace's studies. @param placeHolder why it is asked */
export async function pickStudy(studies: Studies, placeHolder: string): Promise<StudyReference | undefined> {
  const options = { title: 'LPCAM: Select Study', placeHolder, matchOnDescription: true };
  const picked = await vscode.window.showQuickPick(items(studies), options);
  return picked?.file == null ? undefined : { file: picked.file };
}

/** The command: which study counts for every image, or each image's nearest. */
export async function selectStudy(studies: Studies): Promise<void> {
  const nearest: StudyItem = {
    label: 'Nearest',
    description: 'each image by the nearest lpcam.json above it',
    file: null,
  };
  const all = [nearest, ...(await items(studies))].map((item) => ({
    ...item,
    label: item.file === studies.selected ? `$(check) ${item.label}` : item.label,
  }));
  const picked = await vscode.window.showQuickPick(all, {
    title: 'LPCAM: Select Study',
    placeHolder: 'The study that images are shown by',
    matchOnDescription: true,
  });
  if (picked) await studies.select(picked.file);
}
