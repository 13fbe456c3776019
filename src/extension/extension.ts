/** The extension's entry: makes the parts, registers the commands, and passes on what happens in the editor. */
import * as vscode from 'vscode';
import type { LpcamApi } from './api';
import { showProblem } from './problem';
import { cudaFolderSetting, deviceSetting, precisionSetting } from './settings';
import { studyFileName } from './study/studyReference';
import { apiOf } from './apiOf';
import { registerCommands } from './commands/registerCommands';
import { makeParts } from './parts';

export function activate(context: vscode.ExtensionContext): LpcamApi {
  const parts = makeParts(context);
  const { engine, studies, reader, panels } = parts;
  registerCommands(context, parts);
  context.subscriptions.push(
    engine.onState((state) => {
      void vscode.commands.executeCommand('setContext', 'lpcam.engineUsed', true);
      // Whoever waited was told; a crash of the idle engine would else go unseen.
      if (state === 'givenUp')
        void showProblem({ kind: 'engine', message: 'The engine crashed too often and is stopped.' });
    }),
    studies.onDidChange(() => follow()),
    studies.onDidAdopt(({ checkpoint, study }) => {
      for (const panel of panels.of(checkpoint)) panel.useStudy(study);
    }),
    vscode.workspace.onDidSaveTextDocument((document) => {
      const { uri } = document;
      if (uri.scheme !== 'file' || !uri.path.endsWith(`/${studyFileName}`) || !vscode.workspace.isTrusted)
        return;
      void reader.read({ file: uri.fsPath });
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      const other = [deviceSetting, precisionSetting].some((name) => event.affectsConfiguration(name));
      if (other) panels.refreshAll();
      // The engine takes CUDA's files at its start only.
      if (event.affectsConfiguration(cudaFolderSetting) && engine.pid !== undefined) engine.restart();
    }),
  );

  /** Panels go over to a study that was just selected for every image. */
  let selected = studies.selected;
  function follow(): void {
    if (studies.selected === selected) return;
    ({ selected } = studies);
    for (const panel of panels.all) {
      void studies.of(panel.image).then((study) => {
        if (study) panel.useStudy(study);
      });
    }
  }

  void studies.refresh();
  return apiOf(parts);
}
