/** "LPCAM: Score Seeds" and "LPCAM: Compare Seeds…": how good folders of seeds are, image by image. */
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { isStudiesNode } from '../studiesView/node';
import { studyFile } from '../study/studyReference';
import type { TriagePanels } from '../triagePanel/triagePanels';

/** Where a dialog begins: beside the study that was clicked, else in the workspace. */
function beginning(clicked: unknown): vscode.Uri | undefined {
  const file = isStudiesNode(clicked) ? studyFile(clicked.study) : null;
  if (file !== null) return vscode.Uri.file(dirname(file));
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

/** Seeds are read from disk, by a program of its own. */
function onDisk(folder: vscode.Uri): boolean {
  if (folder.scheme === 'file') return true;
  void vscode.window.showWarningMessage(
    `Seeds are read from disk; ${folder.path} is in a virtual file system (${folder.scheme}:). Open the folder from disk.`,
  );
  return false;
}

/** @param clicked the explorer's folder or a node of the tree; else the person is asked */
export async function scoreSeeds(panels: TriagePanels, clicked: unknown): Promise<void> {
  const folder =
    clicked instanceof vscode.Uri ? clicked : await askForFolder('Score Seeds', 'Score', beginning(clicked));
  if (folder && onDisk(folder)) panels.open(folder.fsPath, null);
}

/**
 * @param clicked the explorer's folder; from the palette the person is asked for both
 * @param chosen all folders that are selected in the explorer: two of them are the two to compare
 */
export async function compareSeeds(panels: TriagePanels, clicked: unknown, chosen: unknown): Promise<void> {
  const selected = Array.isArray(chosen)
    ? chosen.filter((folder): folder is vscode.Uri => folder instanceof vscode.Uri)
    : [];
  const pair = selected.length === 2 ? selected : [];
  const first =
    pair[0] ??
    (clicked instanceof vscode.Uri
      ? clicked
      : await askForFolder('Compare Seeds: the first folder (A)', 'Next', beginning(clicked)));
  if (!first) return;
  const second =
    pair[1] ??
    (await askForFolder('Compare Seeds: the second folder (B)', 'Compare', vscode.Uri.joinPath(first, '..')));
  if (second && onDisk(first) && onDisk(second)) panels.open(first.fsPath, second.fsPath);
}
