/** "LPCAM: Run on Slurm": asks which stages in how many tasks, and submits them or shows the scripts. */
import * as vscode from 'vscode';
import { z } from 'zod';
import { sharedStages, type SharedStage, type SlurmChoices, type SubmittedRun } from '../../protocol/slurm';
import type { StudyReference } from '../../protocol/study';
import type { EngineClient } from '../client/engineClient';
import type { Outcome } from '../client/outcome';
import { showProblem } from '../problem';
import { studyFile, studyName } from '../study/studyReference';
import { trusted } from '../trust';
import type { SlurmRuns } from './slurmRuns';
import { writeSlurmSection } from './slurmSection';
import type { SlurmView } from './slurmView';

const answersSchema = z.object({
  stages: z.array(z.enum(sharedStages)).min(1),
  /** Tasks of each stage; null: the study's. */
  shards: z.int().min(1).max(10_000).nullable(),
  /** Only show the scripts. */
  dryRun: z.boolean(),
});
type Answers = z.infer<typeof answersSchema>;

export interface RunOnSlurmParts {
  readonly reader: EngineClient;
  readonly runs: SlurmRuns;
  readonly view: SlurmView;
}

const stageTexts: Readonly<Record<SharedStage, string>> = {
  features: 'features of every image',
  prototypes: 'clustering, into the prototype bank',
  seeds: 'LPCAM seeds',
  score: 'scores of the seeds against the masks',
};

async function askStages(title: string, { stages }: SlurmChoices): Promise<SharedStage[] | undefined> {
  const picked = await vscode.window.showQuickPick(
    stages.map(({ name, shards }) => ({
      label: name,
      description: `${stageTexts[name]}, ${shards} ${shards === 1 ? 'task' : 'tasks'}`,
      picked: true,
      name,
    })),
    {
      title,
      canPickMany: true,
      ignoreFocusOut: true,
      placeHolder: stages.some(({ name }) => name === 'score')
        ? 'Which stages? Each waits for the one before'
        : 'Which stages? Without masks (dataset.masks) there is nothing to score',
    },
  );
  return picked?.map(({ name }) => name);
}

/** @returns null: as the study says; undefined: not at all */
async function askShards(title: string, chosen: SlurmChoices['stages']): Promise<number | null | undefined> {
  const counts = new Set(chosen.map(({ shards }) => shards));
  const own = counts.size === 1 ? String(chosen[0]?.shards) : '';
  const text = await vscode.window.showInputBox({
    title,
    prompt: `Into how many tasks is each stage divided? The study says ${own === '' ? chosen.map(({ name, shards }) => `${name} ${shards}`).join(', ') : own}.`,
    value: own,
    placeHolder: 'as the study says',
    ignoreFocusOut: true,
    validateInput: (value) =>
      value === '' || (/^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 10_000)
        ? undefined
        : 'A whole number from 1 to 10000; empty: as the study says.',
  });
  if (text === undefined) return undefined;
  return text === own || text === '' ? null : Number(text);
}

async function ask(file: string, choices: SlurmChoices): Promise<Answers | undefined> {
  const title = `Run ${studyName({ file })} on Slurm`;
  if (!choices.configured) {
    const [write, without] = ['Write It', "Use the Cluster's Defaults"];
    const choice = await vscode.window.showInformationMessage(
      `${file} has no "slurm" section, which tells partition, account, time, number of tasks and what a node needs before it can run ("prologue").`,
      write,
      without,
    );
    if (choice === write) await writeSlurmSection(file);
    if (choice !== without) return undefined;
  }
  const stages = await askStages(title, choices);
  if (stages === undefined || stages.length === 0) return undefined;
  const shards = await askShards(
    title,
    choices.stages.filter(({ name }) => stages.includes(name)),
  );
  if (shards === undefined) return undefined;
  const act = await vscode.window.showQuickPick(
    [
      { label: '$(server-process) Submit', description: 'with sbatch, here', dryRun: false },
      { label: '$(file-code) Show Scripts', description: 'submits nothing', dryRun: true },
    ],
    { title, ignoreFocusOut: true },
  );
  return act && { stages, shards, dryRun: act.dryRun };
}

async function showScripts(reader: EngineClient, study: string, { stages, shards }: Answers) {
  const outcome = await reader.request('slurmScripts', { study, stages, shards });
  if (!outcome.ok) {
    void showProblem(outcome.failure);
    return;
  }
  const content = outcome.value.text;
  await vscode.window.showTextDocument(
    await vscode.workspace.openTextDocument({ language: 'shellscript', content }),
  );
}

async function submit(
  { reader, runs, view }: RunOnSlurmParts,
  study: string,
  answers: Answers,
): Promise<Outcome<SubmittedRun>> {
  const { stages, shards } = answers;
  const outcome = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Submitting ${studyName({ file: study })} to Slurm`,
    },
    () => reader.request('submitSlurmRun', { study, stages, shards }),
  );
  if (outcome.ok) {
    const { id, folder, stages: submitted } = outcome.value;
    const tasks = submitted.reduce((sum, stage) => sum + stage.shards, 0);
    void vscode.window.showInformationMessage(
      `Run ${id} is submitted: ${submitted.length} job arrays, ${tasks} tasks. They go on when this window is closed.`,
    );
    await runs.submitted(study);
    await view.reveal(folder);
  } else if (outcome.failure.kind === 'input') {
    const scripts = 'Show Scripts';
    void vscode.window.showErrorMessage(outcome.failure.message, scripts).then(async (choice) => {
      if (choice === scripts) await showScripts(reader, study, answers);
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
  const choices = await parts.reader.request('slurmChoices', { study: file }, { subject: studyName(study) });
  if (!choices.ok) {
    void showProblem(choices.failure);
    return choices;
  }
  const parsed = answersSchema.safeParse(given);
  const answers = parsed.success ? parsed.data : await ask(file, choices.value);
  if (answers === undefined) return undefined;
  if (!answers.dryRun) return submit(parts, file, answers);
  await showScripts(parts.reader, file, answers);
  return undefined;
}
