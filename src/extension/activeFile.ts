/** The file of the editor the person is in, whatever kind of editor shows it. */
import * as vscode from 'vscode';

/** Images are shown by custom editors, which `window.activeTextEditor` knows nothing of: the tab tells. */
export function activeFile(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom) return input.uri;
  if (input instanceof vscode.TabInputTextDiff) return input.modified;
  return undefined;
}
