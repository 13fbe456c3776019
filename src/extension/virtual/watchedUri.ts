/** Watches a file wherever it lies. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { literalGlob } from '../panel/literalGlob';

/** Milliseconds without another event. */
const quiet = 1000;

/** @param onChange called once for events that come together; what the file is like now has to be looked up */
export function watchUri(uri: vscode.Uri, onChange: () => void): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  const touched = () => {
    clearTimeout(timer);
    timer = setTimeout(onChange, quiet);
  };
  const watcher = vscode.workspace.createFileSystemWatcher(
    new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), literalGlob(basename(uri.path))),
  );
  return vscode.Disposable.from(
    watcher,
    watcher.onDidChange(touched),
    watcher.onDidCreate(touched),
    watcher.onDidDelete(touched),
    new vscode.Disposable(() => clearTimeout(timer)),
  );
}
