/** Failures as notifications. */
import * as vscode from 'vscode';
import type { Failure } from '../protocol/failure';

const showLog = 'Show Log';
const restart = 'Restart Engine';
const openFile = 'Open File';

/** Tells the person what went wrong, with a way on. Being cancelled is nothing to tell. */
export async function showProblem(failure: Failure): Promise<void> {
  if (failure.kind === 'cancelled') return;
  const ways = failure.kind === 'engine' ? [restart, showLog] : failure.kind === 'internal' ? [showLog] : [];
  const readable = failure.file?.endsWith('.json') === true;
  const choice = await vscode.window.showErrorMessage(
    failure.message,
    ...(readable ? [openFile] : []),
    ...ways,
  );
  if (choice === showLog) await vscode.commands.executeCommand('lpcam.showLog');
  if (choice === restart) await vscode.commands.executeCommand('lpcam.restartEngine');
  if (choice === openFile && failure.file !== undefined)
    await vscode.window.showTextDocument(vscode.Uri.file(failure.file));
}
