/** `lpcam slurm`: the study's work as job arrays, each stage after the one before. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { planStudyRun } from '../engine/slurm/studyRun';
import { planText, submitRun } from '../engine/slurm/submitRun';
import { seedMethods, type SeedMethod } from '../lpcam/seedSchemas';
import { sharedStages, type SharedStage } from '../protocol/slurm';
import { addStudyOptions, nameList, studyPath, type CommonOptions } from './commonOptions';
import type { Job, RunJob } from './program';
import { tableText } from './table';

interface SlurmOptions extends CommonOptions {
  readonly stages?: SharedStage[];
  readonly shards?: number;
  readonly method: SeedMethod;
  readonly dryRun?: boolean;
}

function stageNames(text: string): SharedStage[] {
  return nameList(text).map((name) => {
    const stage = sharedStages.find((one) => one === name);
    if (stage === undefined) throw new InvalidArgumentError(`Expected some of ${sharedStages.join(', ')}.`);
    return stage;
  });
}

function shardCount(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 10_000)
    throw new InvalidArgumentError('Expected a whole number from 1 to 10000.');
  return value;
}

async function slurm(options: SlurmOptions, job: Job): Promise<undefined> {
  const plan = await planStudyRun({
    study: studyPath(options),
    method: options.method,
    stages: options.stages ?? null,
    shards: options.shards ?? null,
    run: null,
  });
  if (options.dryRun === true) {
    const scripts = Object.fromEntries(plan.scripts);
    job.terminal.result({ folder: plan.folder, run: plan.run, scripts }, () => planText(plan));
    return undefined;
  }
  const run = await submitRun(plan);
  job.terminal.result({ folder: plan.folder, run }, () => {
    const rows = run.stages.map(({ name, shards, jobs }) => [name, shards, jobs[0]?.id ?? '']);
    const table = tableText([{ title: 'stage' }, { title: 'tasks' }, { title: 'job' }], rows);
    return `${table}\n\nRun ${run.id} is submitted; "lpcam status" tells how far it is. Logs are in ${plan.folder}.`;
  });
  return undefined;
}

export function addSlurm(program: Command, runJob: RunJob): void {
  const command = program
    .command('slurm')
    .description(
      'Submit features, prototypes, seeds and their score to Slurm as job arrays, as the `slurm` section of the study says.',
    )
    .option('--dry-run', 'print the commands and scripts, submit nothing')
    .option(
      '--stages <names>',
      `some of ${sharedStages.join(',')} (default: all that the method needs: CAM has no prototypes)`,
      stageNames,
    )
    .option('--shards <n>', "tasks of each stage, instead of the study's", shardCount)
    .addOption(new Option('--method <name>', 'whose seeds').choices(seedMethods).default('lpcam'));
  addStudyOptions(command).action((options: SlurmOptions) => runJob(options, (job) => slurm(options, job)));
}
