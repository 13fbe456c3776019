/** "LPCAM: Compare Prototype Banks…": two banks beside each other. */
import * as vscode from 'vscode';
import type { ComparePanels } from '../comparePanel/comparePanels';

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

/**
 * @param clicked the explorer's file; from the palette the person is asked for both
 * @param chosen all files that are selected in the explorer: two of them are the two banks
 */
export async function compareBanks(panels: ComparePanels, clicked: unknown, chosen: unknown): Promise<void> {
  const files = Array.isArray(chosen)
    ? chosen.filter((file): file is vscode.Uri => file instanceof vscode.Uri)
    : [];
  const pair = files.length === 2 ? files : [];
  const first =
    pair[0] ??
    (clicked instanceof vscode.Uri ? clicked : await ask('Compare Prototype Banks: the first', undefined));
  if (!first) return;
  const second = pair[1] ?? (await ask('Compare Prototype Banks: the second', first));
  if (second) panels.open({ first: first.fsPath, second: second.fsPath });
}
