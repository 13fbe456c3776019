/** "LPCAM: Compare Prototype Banks…": two banks beside each other. */
import * as vscode from 'vscode';
import type { ComparePanels } from '../comparePanel/comparePanels';
import { showProblem } from '../problem';
import { isStudiesNode } from '../studiesView/node';
import type { StudyReader } from '../study/studyReader';

async function ask(title: string, beside: vscode.Uri | undefined): Promise<vscode.Uri | undefined> {
  const folder = beside ? vscode.Uri.joinPath(beside, '..') : vscode.workspace.workspaceFolders?.[0]?.uri;
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title,
      openLabel: 'Compare',
      filters: { 'Prototype banks': ['safetensors', 'pt'] },
      ...(folder ? { defaultUri: folder } : {}),
    })) ?? [];
  return chosen;
}

/** The file that was clicked, or the bank of the study in the tree; null: the person was told why there is none. */
async function clickedBank(clicked: unknown, reader: StudyReader): Promise<vscode.Uri | null | undefined> {
  if (clicked instanceof vscode.Uri) return clicked;
  if (!isStudiesNode(clicked)) return undefined;
  const outcome = await reader.read(clicked.study);
  if (!outcome.ok) {
    await showProblem(outcome.failure);
    return null;
  }
  return vscode.Uri.file(outcome.value.bankPath);
}

/**
 * @param clicked the explorer's file, or a node of the tree; from the palette the person is asked for both
 * @param chosen all files that are selected in the explorer: two of them are the two banks
 */
export async function compareBanks(
  panels: ComparePanels,
  reader: StudyReader,
  clicked: unknown,
  chosen: unknown,
): Promise<void> {
  const files = Array.isArray(chosen)
    ? chosen.filter((file): file is vscode.Uri => file instanceof vscode.Uri)
    : [];
  const pair = files.length === 2 ? files : [];
  const named = pair[0] ?? (await clickedBank(clicked, reader));
  if (named === null) return;
  const first = named ?? (await ask('Compare Prototype Banks: the first', undefined));
  if (!first) return;
  const second = pair[1] ?? (await ask('Compare Prototype Banks: the second', first));
  if (second) panels.open({ first: first.fsPath, second: second.fsPath });
}
