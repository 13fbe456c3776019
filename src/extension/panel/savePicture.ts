/** Saves the picture a panel shows where the person says. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';

/**
 * @param folder where the dialog starts
 * @param name proposed by the page: only its last part is used
 */
export async function savePicture(folder: string, name: string, png: Uint8Array): Promise<void> {
  const proposed = basename(name.replace(/\\/g, '/')).trim() || 'picture.png';
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(join(folder, proposed)),
    filters: { 'PNG picture': ['png'] },
    title: 'Save Picture',
  });
  if (!target) return;
  if (target.scheme !== 'file') {
    await vscode.workspace.fs.writeFile(target, png);
  } else {
    // Written beside, then renamed: a full disk leaves no half picture under the name.
    const part = `${target.fsPath}.part`;
    try {
      await writeFile(part, png);
      await rename(part, target.fsPath);
    } catch (error) {
      await rm(part, { force: true });
      void vscode.window.showErrorMessage(`The picture could not be saved: ${String(error)}`);
      return;
    }
  }
  const open = 'Open';
  const choice = await vscode.window.showInformationMessage(`Saved ${basename(target.path)}.`, open);
  if (choice === open) await vscode.commands.executeCommand('vscode.open', target);
}
