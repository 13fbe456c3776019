/** "LPCAM: Inspect Checkpoint": opens a checkpoint's editor at its first page. */
import * as vscode from 'vscode';
import { activeFile } from '../activeFile';
import type { CheckpointEditors } from '../checkpointEditor/checkpointEditors';
import { checkpointEndings, isCheckpointName } from '../checkpointEditor/checkpointName';
import type { Studies } from '../study/studies';

/** The folder a dialog begins with: where the current study is, else the workspace. */
async function startFolder(studies: Studies): Promise<vscode.Uri | undefined> {
  const study = await studies.current();
  if (study !== null) return vscode.Uri.joinPath(vscode.Uri.file(filePath(study)), '..');
  return vscode.workspace.workspaceFolders?.[0]?.uri;
}

function filePath(study: { file: string } | { checkpoint: string }): string {
  return 'file' in study ? study.file : study.checkpoint;
}

/** @param clicked a menu's file; from the palette it is what is open, else the person is asked */
export async function inspectCheckpoint(
  editors: CheckpointEditors,
  studies: Studies,
  clicked: unknown,
): Promise<void> {
  const meant = clicked instanceof vscode.Uri ? clicked : activeFile();
  if (meant && (clicked instanceof vscode.Uri || isCheckpointName(meant.path))) {
    await editors.open(meant, { page: 'checkpoint' });
    return;
  }
  const defaultUri = await startFolder(studies);
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: 'Inspect Checkpoint',
      openLabel: 'Inspect',
      filters: { Checkpoints: [...checkpointEndings] },
      ...(defaultUri ? { defaultUri } : {}),
    })) ?? [];
  if (chosen) await editors.open(chosen, { page: 'checkpoint' });
}
