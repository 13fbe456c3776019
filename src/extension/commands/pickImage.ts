/** Asks for an image of the study, or of the workspace, when none was clicked. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { StudyReference } from '../../protocol/study';
import { imageEndings, imageGlob, isImageName } from '../imageFile';
import { showProblem } from '../problem';
import { diskPath } from '../virtual/diskPath';
import { studyName } from '../study/studyReference';
import type { StudyReader } from '../study/studyReader';

/** A longer list cannot be looked through, only searched; beyond this even that becomes slow. */
const mostItems = 20_000;
const browse = '$(folder-opened) Browse…';

/** Images of a folder, or of its folders when it has none itself. */
async function imagesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const here = entries.filter((entry) => !entry.isDirectory() && isImageName(entry.name));
  if (here.length > 0) return here.map((entry) => join(folder, entry.name)).sort();
  const deeper: string[] = [];
  for (const entry of entries) {
    if (!entry.isDirectory() || deeper.length >= mostItems) continue;
    const names = await readdir(join(folder, entry.name));
    deeper.push(...names.filter(isImageName).map((name) => join(folder, entry.name, name)));
  }
  return deeper.sort();
}

/** Paths of the study's images, or of the workspace's where it names none; null: the person was told why not. */
export async function studyImages(
  study: StudyReference | null,
  reader: StudyReader,
): Promise<string[] | null> {
  if (study) {
    const outcome = await reader.read(study);
    if (!outcome.ok) {
      void showProblem(outcome.failure);
      return null;
    }
    if (outcome.value.images !== null) return imagesIn(outcome.value.images);
  }
  const found = await vscode.workspace.findFiles(imageGlob, '**/node_modules/**', mostItems);
  return found
    .filter((uri) => uri.scheme === 'file')
    .map((uri) => uri.fsPath)
    .sort();
}

/** @returns the path of an image, or undefined when the person thought better of it */
export async function pickImage(
  study: StudyReference | null,
  reader: StudyReader,
  title = 'LPCAM: Show Activation Maps',
): Promise<string | undefined> {
  const images = await studyImages(study, reader);
  if (images === null) return undefined;
  const items = images.slice(0, mostItems).map((path) => ({
    label: basename(path),
    description: vscode.workspace.asRelativePath(dirname(path)),
    path,
  }));
  const picked = await vscode.window.showQuickPick([{ label: browse, description: '', path: '' }, ...items], {
    title,
    placeHolder:
      images.length > mostItems
        ? `Image (the first ${mostItems} of ${images.length}; Browse… reaches the others)`
        : `Image${study ? ` of ${studyName(study)}` : ''}`,
    matchOnDescription: true,
  });
  if (!picked) return undefined;
  if (picked.path !== '') return picked.path;
  const chosen = await vscode.window.showOpenDialog({
    filters: { Images: [...imageEndings] },
    title: 'Image',
  });
  return chosen?.[0] && diskPath(chosen[0], 'Images are chosen from disk here');
}
