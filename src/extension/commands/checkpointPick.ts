/** The list of checkpoints that a person picks from, into which a path may be typed. */
import { homedir } from 'node:os';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { looksLikePath, typedFile, type TypedFrom } from './typedPath';

interface CheckpointItem extends vscode.QuickPickItem {
  /** What it stands for. */
  readonly means: { readonly path: string } | { readonly problem: string } | 'browse';
}

/** Milliseconds without a key: the disk may be a network away. */
const quiet = 120;

const browse: CheckpointItem = { label: '$(folder-opened) Browse…', means: 'browse', alwaysShow: true };

function from(): TypedFrom {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return {
    home: homedir(),
    folders: folders.filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath),
  };
}

async function typedItem(text: string): Promise<CheckpointItem> {
  const found = await typedFile(text, from());
  return 'path' in found
    ? {
        label: `$(file) ${basename(found.path)}`,
        description: dirname(found.path),
        detail: 'The file at the path you typed',
        means: found,
        alwaysShow: true,
      }
    : { label: `$(error) ${found.problem}`, means: found, alwaysShow: true };
}

/**
 * Asks for one of some checkpoints; a path may be typed instead: absolute, from `~`, or from the workspace's folder. One
 * that names no file is said in the list, which stays open.
 * @returns its path; null: a dialog is wanted; undefined: nothing is
 */
export function pickCheckpoint(paths: readonly string[], title: string): Promise<string | null | undefined> {
  const listed = paths.map((path): CheckpointItem => ({
    label: basename(path),
    description: vscode.workspace.asRelativePath(dirname(path)),
    means: { path },
  }));
  const pick = vscode.window.createQuickPick<CheckpointItem>();
  pick.title = title;
  pick.placeholder = 'Checkpoint as .onnx, .pth, .pt or .safetensors: choose one, or type its path';
  pick.matchOnDescription = true;
  pick.items = [...listed, browse];
  let timer: NodeJS.Timeout | undefined;
  return new Promise((done) => {
    const typed = async (text: string) => {
      const item = await typedItem(text);
      // Somebody has typed on since.
      if (pick.value === text) pick.items = [item, ...listed, browse];
      return item;
    };
    const choose = async ([chosen]: readonly CheckpointItem[]) => {
      // Enter right after the last key: the list does not know the path yet.
      const item =
        looksLikePath(pick.value) && chosen?.alwaysShow !== true ? await typed(pick.value) : chosen;
      if (item === undefined) return;
      const { means } = item;
      if (means !== 'browse' && 'problem' in means) {
        void vscode.window.showErrorMessage(means.problem);
        return;
      }
      done(means === 'browse' ? null : means.path);
      pick.hide();
    };
    pick.onDidChangeValue((text) => {
      clearTimeout(timer);
      if (looksLikePath(text)) timer = setTimeout(() => void typed(text), quiet);
      else pick.items = [...listed, browse];
    });
    pick.onDidAccept(() => void choose(pick.selectedItems));
    pick.onDidHide(() => {
      clearTimeout(timer);
      done(undefined);
      pick.dispose();
    });
    pick.show();
  });
}
