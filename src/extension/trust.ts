/** Nothing native runs in a workspace that nobody vouches for. */
import * as vscode from 'vscode';
import type { Failure } from '../protocol/failure';

export const untrusted: Failure = {
  kind: 'input',
  message:
    'This workspace is not trusted. LPCAM Lens runs checkpoints as native code, so it computes nothing until you trust the workspace ("Workspaces: Manage Workspace Trust").',
};

/** Whether native code may run; tells the person when not. */
export function trusted(): boolean {
  if (vscode.workspace.isTrusted) return true;
  const manage = 'Manage Workspace Trust';
  void vscode.window.showWarningMessage(untrusted.message, manage).then(async (choice) => {
    if (choice === manage) await vscode.commands.executeCommand('workbench.trust.manage');
  });
  return false;
}
