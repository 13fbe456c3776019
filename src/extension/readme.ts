/** The extension's own README, rendered. */
import * as vscode from 'vscode';

export async function openReadme(extensionUri: vscode.Uri): Promise<void> {
  const file = vscode.Uri.joinPath(extensionUri, 'README.md');
  await vscode.commands.executeCommand('markdown.showPreview', file);
}
