/** Puts a text that a page asked for on the clipboard, and says so. */
import * as vscode from 'vscode';

export async function copyText(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage('Copied', 2000);
}
