/** Asks for a checkpoint: one of the workspace, or any file. */
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { StudyReference } from '../../protocol/study';
import { checkpointEndings } from '../checkpointEditor/checkpointName';
import { diskPath } from '../virtual/diskPath';
import { pickCheckpoint } from './checkpointPick';

const mostCheckpoints = 500;

/** Files of the same endings that hold prototypes, cluster numbers or cached features, not weights. */
const noCheckpoint =
  /(^|[-.])(lpcam-)?bank\.safetensors$|^(class_ceneters|class_centers|class_context|cluster_\w+|tensor_\w+)\.pt$/i;

type CheckpointStudy = Extract<StudyReference, { checkpoint: string }>;

/**
 * A checkpoint as a study without a file.
 *
 * @param near a file of the same data, when there is one
 * @returns the checkpoint, and the folder to look around in: the workspace's, where one holds it
 */
export function checkpointStudy(checkpoint: string, near?: string): CheckpointStudy {
  const folderOf = (path: string) => vscode.workspace.getWorkspaceFolder(vscode.Uri.file(path))?.uri.fsPath;
  const folder =
    folderOf(checkpoint) ??
    (near === undefined ? undefined : folderOf(near)) ??
    vscode.workspace.workspaceFolders?.find((one) => one.uri.scheme === 'file')?.uri.fsPath ??
    dirname(near ?? checkpoint);
  return { checkpoint, folder };
}

/** @returns the checkpoint's path, or undefined when the person thought better of it */
export async function chooseCheckpoint(title: string): Promise<string | undefined> {
  const found = await vscode.workspace.findFiles(
    `**/*.{${checkpointEndings.join(',')}}`,
    '**/node_modules/**',
    mostCheckpoints,
  );
  const files = found
    .filter((uri) => uri.scheme === 'file' && !noCheckpoint.test(basename(uri.fsPath)))
    .map((uri) => uri.fsPath);
  if (files.length > 0) {
    const picked = await pickCheckpoint(files.sort(), title);
    if (picked !== null) return picked;
  }
  const defaultUri = vscode.workspace.workspaceFolders?.[0]?.uri;
  const chosen = await vscode.window.showOpenDialog({
    title,
    openLabel: 'Use Checkpoint',
    filters: { Checkpoints: [...checkpointEndings], 'All files': ['*'] },
    ...(defaultUri && { defaultUri }),
  });
  return chosen?.[0] && diskPath(chosen[0], 'A network runs from a checkpoint on disk');
}
