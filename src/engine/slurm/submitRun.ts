/** Submits a run, or what failed of it again. What was submitted is written down after each job. */
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../lpcam/inputError';
import type { SlurmRun, SlurmStage } from '../../protocol/slurm';
import { readRun, saveRun } from './runFile';
import { scriptPath, type RunPlan } from './runPlan';
import { statusOf } from './runStatus';
import { shellQuote } from './shellQuote';
import { sbatch, scancel } from './slurmTools';

type RunStage = SlurmRun['stages'][number];

/** `1-8`, `2,5,6-9%4`. */
function arrayText(tasks: readonly number[], throttle: number | null): string {
  const ranges: [number, number][] = [];
  for (const task of tasks) {
    const last = ranges.at(-1);
    if (last?.[1] === task - 1) last[1] = task;
    else ranges.push([task, task]);
  }
  const text = ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',');
  return throttle === null ? text : `${text}%${throttle}`;
}

const allTasks = (shards: number) => Array.from({ length: shards }, (_, i) => i + 1);

/** @param after conditions as sbatch takes them, such as `afterok:12` */
function sbatchArguments(
  stage: RunStage,
  tasks: readonly number[],
  after: readonly string[],
  folder: string,
): string[] {
  const dependency =
    after.length === 0 ? [] : [`--dependency=${after.join(',')}`, '--kill-on-invalid-dep=yes'];
  return [
    `--array=${arrayText(tasks, stage.throttle)}`,
    ...stage.options,
    ...dependency,
    scriptPath(folder, stage.name),
  ];
}

/** What would be submitted, for reading: the commands, and each script. */
export function planText({ run, folder, scripts }: RunPlan): string {
  const commands = run.stages.map((stage, at) => {
    const before = run.stages[at - 1];
    const after = before === undefined ? [] : [`afterok:$${before.name}`];
    const args = sbatchArguments(stage, allTasks(stage.shards), after, folder).map((word) =>
      after.length > 0 && word.startsWith('--dependency=') ? `"${word}"` : shellQuote(word),
    );
    return `${stage.name}=$(sbatch --parsable ${args.join(' ')})`;
  });
  const files = [...scripts].map(([stage, text]) => `# ${scriptPath(folder, stage)}\n\n${text}`);
  return [`# Run ${run.id}: nothing was submitted.`, '', ...commands, '', ...files].join('\n');
}

function submittedRun(run: SlurmRun, name: SlurmStage, id: string, tasks: readonly number[]): SlurmRun {
  const job = { id, tasks: [...tasks], submitted: new Date().toISOString(), cancelled: [] };
  const stages = run.stages.map((stage) =>
    stage.name === name ? { ...stage, jobs: [...stage.jobs, job] } : stage,
  );
  return { ...run, stages };
}

/**
 * Submits all stages, each after the one before.
 * @throws InputError when there is no Slurm, or it refuses
 */
export async function submitRun({ run: planned, folder, scripts }: RunPlan): Promise<SlurmRun> {
  if (existsSync(join(folder, 'run.json')))
    throw new InputError(`Run ${planned.id} was submitted before; "lpcam status" tells how far it is.`, {
      file: folder,
    });
  for (const part of ['state', 'logs']) await mkdir(join(folder, part), { recursive: true });
  for (const [stage, text] of scripts) {
    await writeFile(scriptPath(folder, stage), text);
    await chmod(scriptPath(folder, stage), 0o755);
  }
  let run = planned;
  await saveRun(folder, run);
  const submitted: string[] = [];
  try {
    for (const stage of planned.stages) {
      const tasks = allTasks(stage.shards);
      const after = submitted.slice(-1).map((job) => `afterok:${job}`);
      const id = await sbatch(sbatchArguments(stage, tasks, after, folder));
      submitted.push(id);
      run = submittedRun(run, stage.name, id, tasks);
      await saveRun(folder, run);
    }
  } catch (error) {
    // Half a run would wait for nothing.
    await scancel(submitted).catch(() => undefined);
    // Nor is it a run of which nothing ever was.
    if (submitted.length === 0) await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return run;
}

/** Place of the job that a task was submitted with last. */
function lastJob({ jobs }: RunStage, task: number): number {
  return jobs.findLastIndex(({ tasks }) => tasks.includes(task));
}

export interface Resubmitted {
  readonly stage: SlurmStage;
  readonly tasks: readonly number[];
  readonly job: string;
}

/**
 * Submits again what failed, was lost, was cancelled or never came to start; what is done, runs or waits is left alone.
 * @throws InputError when the queue cannot be asked: what runs must not be started twice
 */
export async function resubmit(folder: string): Promise<Resubmitted[]> {
  let run = await readRun(folder);
  const status = await statusOf(folder);
  if (!status.queue)
    throw new InputError(
      'The queue cannot be asked (squeue), so nobody knows what still runs. Resubmit from a login node of the cluster.',
      { file: folder },
    );
  const done: Resubmitted[] = [];
  let before: string[] = [];
  for (const stage of run.stages) {
    const found = status.stages.find(({ name }) => name === stage.name)?.tasks ?? [];
    const alive = found.filter(({ state }) => state === 'running' || state === 'waiting');
    const missing = found
      .filter(({ state }) => state === 'failed' || state === 'cancelled')
      .map(({ task }) => task);
    // One of whose tasks failed never ends well; what it lacked is in a later job.
    const waitsFor = stage.jobs.flatMap(({ id, tasks }, at) => {
      if (!alive.some(({ task }) => lastJob(stage, task) === at)) return [];
      return [
        `${tasks.every((task) => lastJob(stage, task) === at && !missing.includes(task)) ? 'afterok' : 'afterany'}:${id}`,
      ];
    });
    if (missing.length > 0) {
      const job = await sbatch(sbatchArguments(stage, missing, before, folder));
      run = submittedRun(run, stage.name, job, missing);
      await saveRun(folder, run);
      done.push({ stage: stage.name, tasks: missing, job });
      waitsFor.push(`afterok:${job}`);
    }
    // A stage that is done waits for nobody.
    if (waitsFor.length > 0) before = waitsFor;
  }
  return done;
}
