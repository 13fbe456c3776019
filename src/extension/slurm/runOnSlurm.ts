/** "LPCAM: Run on Slurm": asks what to run, shows the commands and scripts, and submits them. */
import * as vscode from 'vscode';
import * as z from 'zod';
import { seedMethods } from '../../lpcam/seedSchemas';
import {
  slurmQuestionSchema,
  type PlannedRun,
  type SlurmQuestion,
  type SubmittedRun,
} from '../../protocol/slurm';
import type { StudyReference } from '../../protocol/study';
import type { EngineClient } from '../client/engineClient';
import type { Outcome } from '../client/outcome';
import { showProblem } from '../problem';
import { studyFile, studyName } from '../study/studyReference';
import { trusted } from '../trust';
import type { ScriptsDocuments } from './scriptsDocument';
import { askRun, askSubmit, sizeText } from './slurmQuestions';
import type { SlurmRuns } from './slurmRuns';
import type { SlurmView } from './slurmView';

const answersSchema = slurmQuestionSchema.pick({ stages: true, shards: true }).extend({
  method: z.enum(seedMethods).default('lpcam'),
  /** Only show the scripts. */
  dryRun: z.boolean(),
});

export interface RunOnSlurmParts {
  readonly reader: EngineClient;
  readonly runs: SlurmRuns;
  readonly view: SlurmView;
  readonly scripts: ScriptsDocuments;
}

async function showScripts(
  { reader, scripts }: RunOnSlurmParts,
  question: SlurmQuestion,
): Promise<PlannedRun | undefined> {
  const outcome = await reader.request('slurmScripts', question);
  if (!outcome.ok) {
    void showProblem(outcome.failure);
    return undefined;
  }
  await scripts.show(outcome.value.id, outcome.value.text);
  return outcome.value;
}

async function submit(parts: RunOnSlurmParts, question: SlurmQuestion): Promise<Outcome<SubmittedRun>> {
  const { reader, runs, view } = parts;
  const outcome = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Submitting ${studyName({ file: question.study })} to Slurm`,
    },
    () => reader.request('submitSlurmRun', question),
  );
  if (outcome.ok) {
    const { id, folder, stages } = outcome.value;
    void vscode.window.showInformationMessage(
      `Run ${id} is submitted: ${sizeText(stages)}. They go on when this window is closed.`,
    );
    await runs.submitted(question.study);
    await view.reveal(folder);
  } else if (outcome.failure.kind === 'input' && question.run === null) {
    const scripts = 'Show Scripts';
    void vscode.window.showErrorMessage(outcome.failure.message, scripts).then(async (choice) => {
      if (choice === scripts) await showScripts(parts, question);
    });
  } else void showProblem(outcome.failure);
  return outcome;
}

/**
 * @param given answers in place of the questions, as a keyboard shortcut may have them
 * @returns how submitting ended; undefined: nothing was submitted
 */
export async function runOnSlurm(
  parts: RunOnSlurmParts,
  study: StudyReference,
  given: unknown,
): Promise<Outcome<SubmittedRun> | undefined> {
  if (!trusted()) return undefined;
  const file = studyFile(study);
  if (file === null) {
    void vscode.window.showWarningMessage(
      'Nodes of a cluster read the study from its file, and this checkpoint has none. "LPCAM: Create Study…" writes one.',
    );
    return undefined;
  }
  const answers = answersSchema.safeParse(given);
  if (answers.success) {
    const { dryRun, ...rest } = answers.data;
    const question = { ...rest, study: file, run: null };
    if (!dryRun) return submit(parts, question);
    await showScripts(parts, question);
    return undefined;
  }
  const choices = await parts.reader.request('slurmChoices', { study: file }, { subject: studyName(study) });
  if (!choices.ok) {
    void showProblem(choices.failure);
    return choices;
  }
  const question = await askRun(file, choices.value);
  if (question === undefined) return undefined;
  const planned = await showScripts(parts, question);
  if (planned === undefined || !(await askSubmit(file, planned))) return undefined;
  const outcome = await submit(parts, { ...question, run: planned.id });
  if (outcome.ok) await parts.scripts.close(planned.id);
  return outcome;
}
