/** "LPCAM: Score Seeds" and "LPCAM: Compare Seeds…": how good folders of seeds are, image by image. */
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { EngineClient } from '../client/engineClient';
import type { Studies } from '../study/studies';
import { isStudiesNode } from '../studiesView/node';
import { studyFile, studyName } from '../study/studyReference';
import type { TriagePanels } from '../triagePanel/triagePanels';
import { diskPath } from '../virtual/diskPath';

export interface ScoreSeedsParts {
  readonly triage: TriagePanels;
  readonly studies: Studies;
  /** Answers without anything native. */
  readonly fileReader: EngineClient;
}

/** Where a dialog begins: in the seeds of the study that is meant, else beside its file, else in the workspace. */
async function beginning(
  clicked: unknown,
  { studies, fileReader }: ScoreSeedsParts,
): Promise<vscode.Uri | undefined> {
  const study = isStudiesNode(clicked) ? clicked.study : await studies.current();
  if (study) {
    const outcome = await fileReader.request('seedsFolder', { study }, { subject: studyName(study) });
    // A study that cannot be read is told where it is read; a folder can be chosen all the same.
    const folder = outcome.ok ? outcome.value.folder : null;
    if (folder !== null) return vscode.Uri.file(folder);
    const file = studyFile(study);
    if (file !== null) return vscode.Uri.file(dirname(file));
  }
  return vscode.workspace.workspaceFolders?.[0]?.uri;
}

async function askForFolder(title: string, openLabel: string, start: vscode.Uri | undefined) {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title,
      openLabel,
      canSelectFiles: false,
      canSelectFolders: true,
      ...(start ? { defaultUri: start } : {}),
    })) ?? [];
  return chosen;
}

const onDisk = (folder: vscode.Uri) => diskPath(folder, 'Seeds are read from disk');

/** @param clicked the explorer's folder or a node of the tree; else the person is asked */
export async function scoreSeeds(parts: ScoreSeedsParts, clicked: unknown): Promise<void> {
  const folder =
    clicked instanceof vscode.Uri
      ? clicked
      : await askForFolder('Score Seeds', 'Score', await beginning(clicked, parts));
  const path = folder && onDisk(folder);
  if (path !== undefined) parts.triage.open(path, null);
}

/**
 * @param clicked the explorer's folder; from the palette the person is asked for both
 * @param chosen all folders that are selected in the explorer: two of them are the two to compare
 */
export async function compareSeeds(parts: ScoreSeedsParts, clicked: unknown, chosen: unknown): Promise<void> {
  const selected = Array.isArray(chosen)
    ? chosen.filter((folder): folder is vscode.Uri => folder instanceof vscode.Uri)
    : [];
  const pair = selected.length === 2 ? selected : [];
  const first =
    pair[0] ??
    (clicked instanceof vscode.Uri
      ? clicked
      : await askForFolder('Compare Seeds: the first folder (A)', 'Next', await beginning(clicked, parts)));
  if (!first) return;
  const second =
    pair[1] ??
    (await askForFolder('Compare Seeds: the second folder (B)', 'Compare', vscode.Uri.joinPath(first, '..')));
  const a = onDisk(first);
  const b = a && second && onDisk(second);
  if (a !== undefined && b !== undefined) parts.triage.open(a, b);
}
