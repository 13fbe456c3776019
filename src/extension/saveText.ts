/** Saves text where the person says. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import * as vscode from 'vscode';

export interface SavedText {
  readonly title: string;
  /** Path that the dialog proposes. */
  readonly proposed: string;
  readonly filters: Readonly<Record<string, string[]>>;
  readonly text: string;
}

export async function saveText({ title, proposed, filters, text }: SavedText): Promise<void> {
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(proposed),
    filters: { ...filters },
    title,
  });
  if (!target) return;
  try {
    if (target.scheme !== 'file') {
      await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
    } else {
      // Written beside, then renamed: a full disk leaves no half file under the name.
      const part = `${target.fsPath}.part`;
      try {
        await writeFile(part, text);
        await rename(part, target.fsPath);
      } catch (error) {
        await rm(part, { force: true });
        throw error;
      }
    }
  } catch (error) {
    void vscode.window.showErrorMessage(`${basename(target.path)} could not be saved: ${String(error)}`);
    return;
  }
  const open = 'Open';
  const choice = await vscode.window.showInformationMessage(`Saved ${basename(target.path)}.`, open);
  if (choice === open) await vscode.commands.executeCommand('vscode.open', target);
}
