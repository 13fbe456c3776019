/** What can be done with a run on Slurm: read a task's log, cancel it, submit again what did not finish. */
import * as vscode from 'vscode';
import * as z from 'zod';
import type { EngineResult } from '../../protocol/engine';
import type { TaskState } from '../../protocol/slurm';
import type { EngineClient } from '../client/engineClient';
import type { Outcome } from '../client/outcome';
import { showProblem } from '../problem';
import { studyName } from '../study/studyReference';
import { trusted } from '../trust';
import { isSlurmNode, slurmNodeText } from './runNode';
import { tasksIn, type ShownRun, type SlurmRuns } from './slurmRuns';

export interface RunActionParts {
  readonly reader: EngineClient;
  readonly runs: SlurmRuns;
}

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

/** The clicked run; from the command palette one that a person chooses among those with tasks in these states. */
async function meantRun(
  runs: SlurmRuns,
  clicked: unknown,
  title: string,
  states: readonly TaskState[],
): Promise<ShownRun | undefined> {
  if (isSlurmNode(clicked)) return clicked.run;
  // Nobody may have looked since, if the view is closed.
  await runs.look();
  const found = (await runs.all()).filter(({ status }) => status && tasksIn(status, ...states) > 0);
  if (found.length === 0) {
    const what = states.join(' or ');
    void vscode.window.showInformationMessage(
      `No run of this workspace's studies has tasks that are ${what}.`,
    );
    return undefined;
  }
  const items = found.map((run) => {
    const { label, description } = slurmNodeText({ kind: 'slurmRun', run });
    return { label, description, detail: run.status?.id ?? '', run };
  });
  return (await vscode.window.showQuickPick(items, { title, placeHolder: 'Which run?' }))?.run;
}

/** Folders of runs with which something is being done: a task that is asked for twice would run twice. */
const underWay = new Set<string>();

async function alone<T>(folder: string, work: () => Promise<T>): Promise<T | undefined> {
  if (underWay.has(folder)) return undefined;
  underWay.add(folder);
  try {
    return await work();
  } finally {
    underWay.delete(folder);
  }
}

function inView<T>(title: string, work: () => Thenable<T>): Thenable<T> {
  return vscode.window.withProgress({ location: { viewId: 'lpcam.slurmRuns' }, title }, work);
}

/** Submits again what failed or was cancelled of a run. */
export async function resubmitSlurmRun(
  { reader, runs }: RunActionParts,
  clicked: unknown,
): Promise<Outcome<EngineResult<'resubmitSlurmRun'>> | undefined> {
  if (!trusted()) return undefined;
  const title = 'Resubmit What Did Not Finish';
  const run = await meantRun(runs, clicked, title, ['failed', 'cancelled']);
  return (
    run &&
    alone(run.folder, async () => {
      const outcome = await inView('Submitting again what did not finish', () =>
        reader.request('resubmitSlurmRun', { folder: run.folder }),
      );
      await runs.look(true);
      if (!outcome.ok) void showProblem(outcome.failure);
      else {
        const told = outcome.value.submitted.map(
          ({ stage, tasks, job }) => `${stage} ${tasks.join(', ')} (job ${job})`,
        );
        void vscode.window.showInformationMessage(
          told.length === 0
            ? 'Nothing failed or was cancelled: nothing was submitted.'
            : `Submitted again: ${told.join('; ')}.`,
        );
      }
      return outcome;
    })
  );
}

const plural = (count: number) => (count === 1 ? '1 task' : `${count} tasks`);

/** Asks, with what is true now; the view's word may be some seconds old. */
async function confirmed({ reader }: RunActionParts, { folder, study }: ShownRun): Promise<boolean> {
  const found = await reader.request('slurmStatus', { folder });
  if (!found.ok) {
    void showProblem(found.failure);
    return false;
  }
  const status = found.value;
  const [running, waiting, done] = [
    tasksIn(status, 'running'),
    tasksIn(status, 'waiting'),
    tasksIn(status, 'done'),
  ];
  if (running + waiting === 0) {
    void vscode.window.showInformationMessage(`Nothing of run ${status.id} waits or runs any more.`);
    return false;
  }
  const cancel = { title: 'Cancel Run' };
  const keep = { title: 'Let It Go On', isCloseAffordance: true };
  const choice = await vscode.window.showWarningMessage(
    `Cancel run ${status.id} of ${studyName({ file: study })}? ${plural(running + waiting)} will end.`,
    {
      modal: true,
      detail: `${running} running, ${waiting} waiting. What is done (${plural(done)}) stays; "Resubmit What Did Not Finish" takes up the rest.`,
    },
    cancel,
    keep,
  );
  return choice === cancel;
}

const givenSchema = z.object({ confirmed: z.literal(true) });

/**
 * Ends what still waits or runs of a run.
 * @param given `{confirmed: true}` in place of the question
 */
export async function cancelSlurmRun(
  parts: RunActionParts,
  clicked: unknown,
  given: unknown,
): Promise<Outcome<EngineResult<'cancelSlurmRun'>> | undefined> {
  if (!trusted()) return undefined;
  const run = await meantRun(parts.runs, clicked, 'Cancel Slurm Run', ['running', 'waiting']);
  if (run === undefined) return undefined;
  return alone(run.folder, async () => {
    if (!givenSchema.safeParse(given).success && !(await confirmed(parts, run))) return undefined;
    const outcome = await inView('Cancelling the run', () =>
      parts.reader.request('cancelSlurmRun', { folder: run.folder }),
    );
    await parts.runs.look(true);
    if (!outcome.ok) void showProblem(outcome.failure);
    else {
      const count = outcome.value.cancelled.reduce((sum, { tasks }) => sum + tasks.length, 0);
      void vscode.window.showInformationMessage(
        count === 0 ? 'Nothing waited or ran any more.' : `Cancelled: ${plural(count)}.`,
      );
    }
    return outcome;
  });
}
