/** The status bar item's menu: everything one can do, in one list. */
import * as vscode from 'vscode';

const entries: readonly { readonly label: string; readonly command: string; readonly needsStudy: boolean }[] =
  [
    { label: '$(flame) Show activation maps…', command: 'lpcam.showActivationMaps', needsStudy: false },
    {
      label: '$(type-hierarchy-sub) Cluster prototypes',
      command: 'lpcam.clusterPrototypes',
      needsStudy: true,
    },
    { label: '$(server-process) Run on Slurm…', command: 'lpcam.runOnSlurm', needsStudy: true },
    { label: '$(list-selection) Select study…', command: 'lpcam.selectStudy', needsStudy: true },
    { label: '$(go-to-file) Open study file', command: 'lpcam.openStudyFile', needsStudy: true },
    { label: '$(new-file) Create study…', command: 'lpcam.createStudy', needsStudy: false },
    { label: '$(chip) Select device…', command: 'lpcam.selectDevice', needsStudy: false },
    { label: '$(debug-restart) Restart engine', command: 'lpcam.restartEngine', needsStudy: false },
    { label: '$(output) Show log', command: 'lpcam.showLog', needsStudy: false },
    { label: '$(mortar-board) Get started', command: 'lpcam.openWalkthrough', needsStudy: false },
  ];

/** @param title the status bar's text, so that the menu says what it is about */
export async function showMenu(title: string, hasStudy: boolean): Promise<void> {
  const offered = entries.filter((entry) => hasStudy || !entry.needsStudy);
  const picked = await vscode.window.showQuickPick(offered, { title, placeHolder: 'LPCAM Lens' });
  if (picked) await vscode.commands.executeCommand(picked.command);
}
