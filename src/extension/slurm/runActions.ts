/** What can be done with a run on Slurm: read a task's log, submit again what failed. */
import * as vscode from 'vscode';
import type { EngineResult } from '../../protocol/engine';
import type { EngineClient } from '../client/engineClient';
import type { Outcome } from '../client/outcome';
import { showProblem } from '../problem';
import { trusted } from '../trust';
import { isSlurmNode } from './runNode';
import type { SlurmRuns } from './slurmRuns';

/** Opens the log of a task's node at its end, where the reason is. */
export async function openSlurmLog(clicked: unknown): Promise<void> {
  if (!isSlurmNode(clicked) || clicked.kind !== 'slurmTask' || clicked.task.log === null) return;
  const uri = vscode.Uri.file(clicked.task.log);
  let document: vscode.TextDocument;
  try {
    document = await vscode.workspace.openTextDocument(uri);
  } catch {
    // Too large for extensions, or gone: VS Code itself opens the one and tells of the other.
    await vscode.commands.executeCommand('vscode.open', uri);
    return;
  }
  const end = document.lineAt(document.lineCount - 1).range.end;
  const editor = await vscode.window.showTextDocument(document, { selection: new vscode.Range(end, end) });
  editor.revealRange(new vscode.Range(end, end), vscode.TextEditorRevealType.Default);
}

/** Folders of runs that are being submitted again: a task that is asked for twice would run twice. */
const underWay = new Set<string>();

/** Submits again what failed of a run's node. */
export async function resubmitSlurmRun(
  { reader, runs }: { readonly reader: EngineClient; readonly runs: SlurmRuns },
  clicked: unknown,
): Promise<Outcome<EngineResult<'resubmitSlurmRun'>> | undefined> {
  if (!isSlurmNode(clicked) || !trusted()) return undefined;
  const { folder } = clicked.run;
  if (underWay.has(folder)) return undefined;
  underWay.add(folder);
  try {
    const outcome = await vscode.window.withProgress(
      { location: { viewId: 'lpcam.slurmRuns' }, title: 'Submitting again what failed' },
      () => reader.request('resubmitSlurmRun', { folder }),
    );
    await runs.look(true);
    if (!outcome.ok) void showProblem(outcome.failure);
    else {
      const told = outcome.value.submitted.map(
        ({ stage, tasks, job }) => `${stage} ${tasks.join(', ')} (job ${job})`,
      );
      void vscode.window.showInformationMessage(
        told.length === 0 ? 'Nothing failed: nothing was submitted.' : `Submitted again: ${told.join('; ')}.`,
      );
    }
    return outcome;
  } finally {
    underWay.delete(folder);
  }
}
