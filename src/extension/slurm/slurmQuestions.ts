/** What "LPCAM: Run on Slurm" asks, one list after the other, as `lpcam slurm` takes it as options. */
import * as vscode from 'vscode';
import type { SeedMethod } from '../../lpcam/seedSchemas';
import {
  neededStages,
  type PlannedRun,
  type SharedStage,
  type SlurmChoices,
  type SlurmQuestion,
} from '../../protocol/slurm';
import { studyName } from '../study/studyReference';
import { writeSlurmSection } from './slurmSection';

const methodTexts: Readonly<Record<SeedMethod, { label: string; description: string }>> = {
  lpcam: { label: 'LPCAM', description: 'seeds from the prototype bank, which is clustered first' },
  cam: { label: 'CAM', description: 'seeds of the classifier alone, without prototypes' },
};

const stageTexts: Readonly<Record<SharedStage, string>> = {
  features: 'features of every image',
  prototypes: 'clustering, into the prototype bank',
  seeds: 'seed files',
  score: 'scores of the seeds against the masks',
};

const titleOf = (file: string) => `Run ${studyName({ file })} on Slurm`;

async function askMethod(title: string): Promise<SeedMethod | undefined> {
  const items = (['lpcam', 'cam'] as const).map((method) => ({ ...methodTexts[method], method }));
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: 'Whose seeds?',
    ignoreFocusOut: true,
  });
  return picked?.method;
}

async function askStages(
  title: string,
  { stages }: SlurmChoices,
  method: SeedMethod,
): Promise<SharedStage[] | undefined> {
  const needed = neededStages(method);
  const picked = await vscode.window.showQuickPick(
    stages.map(({ name, shards }) => ({
      label: name,
      description: `${stageTexts[name]}, ${shards} ${shards === 1 ? 'task' : 'tasks'}`,
      picked: needed.includes(name),
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

/** Whether to go on with a study that says nothing of Slurm. */
async function goOnWithoutSection(file: string): Promise<boolean> {
  const [write, without] = ['Write It', "Use the Cluster's Defaults"];
  const choice = await vscode.window.showInformationMessage(
    `${file} has no "slurm" section, which tells partition, account, time, number of tasks and what a node needs before it can run ("prologue").`,
    write,
    without,
  );
  if (choice === write) await writeSlurmSection(file);
  return choice === without;
}

/** @returns undefined: nothing is to be run */
export async function askRun(file: string, choices: SlurmChoices): Promise<SlurmQuestion | undefined> {
  if (!choices.configured && !(await goOnWithoutSection(file))) return undefined;
  const title = titleOf(file);
  const method = await askMethod(title);
  if (method === undefined) return undefined;
  const stages = await askStages(title, choices, method);
  if (stages === undefined || stages.length === 0) return undefined;
  const shards = await askShards(
    title,
    choices.stages.filter(({ name }) => stages.includes(name)),
  );
  return shards === undefined ? undefined : { study: file, method, stages, shards, run: null };
}

/** `7 job arrays, 14 tasks` */
export function sizeText(stages: PlannedRun['stages']): string {
  const tasks = stages.reduce((sum, { shards }) => sum + shards, 0);
  const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
  return `${plural(stages.length, 'job array')}, ${plural(tasks, 'task')}`;
}

/** Asks beside the commands and scripts that are shown. */
export async function askSubmit(file: string, { stages }: PlannedRun): Promise<boolean> {
  const act = await vscode.window.showQuickPick(
    [
      {
        label: '$(server-process) Submit',
        description: `${sizeText(stages)}, with sbatch, as the editor shows`,
        submit: true,
      },
      { label: '$(file-code) Only Show the Scripts', description: 'submits nothing', submit: false },
    ],
    { title: titleOf(file), placeHolder: 'Submit what the editor shows?', ignoreFocusOut: true },
  );
  return act?.submit === true;
}
