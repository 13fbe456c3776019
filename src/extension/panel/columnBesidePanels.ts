/** Where a text editor can be opened without hiding an image panel. */
import * as vscode from 'vscode';
import { imagePanelViewType } from '../../protocol/imagePanel';

function showsPanel(group: vscode.TabGroup): boolean {
  const input = group.activeTab?.input;
  // VS Code puts a word of its own before the type.
  return input instanceof vscode.TabInputWebview && input.viewType.endsWith(imagePanelViewType);
}

/** The active column unless a panel is in front there, else the first one without a panel, else a new one. */
export function columnBesidePanels(): vscode.ViewColumn {
  const { activeTabGroup, all } = vscode.window.tabGroups;
  if (!showsPanel(activeTabGroup)) return activeTabGroup.viewColumn;
  return all.find((group) => !showsPanel(group))?.viewColumn ?? vscode.ViewColumn.Beside;
}
