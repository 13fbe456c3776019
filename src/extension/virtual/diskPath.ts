/** The path on disk of what a person chose in a dialog. */
import * as vscode from 'vscode';

/**
 * @param need why it has to be on disk, as the beginning of a sentence
 * @returns undefined, after the person was told, for a file or folder of a virtual file system
 */
export function diskPath(uri: vscode.Uri, need: string): string | undefined {
  if (uri.scheme === 'file') return uri.fsPath;
  void vscode.window.showWarningMessage(
    `${need}; ${uri.path} is in a virtual file system (${uri.scheme}:). Copy it to a folder on disk and choose it there.`,
  );
  return undefined;
}
