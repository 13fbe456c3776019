/** `lpcam status`: how far the study's runs on Slurm are, and what failed of them. */
import { Option, type Command } from 'commander';
import { basename, resolve } from 'node:path';
import { cancelRun } from '../engine/slurm/cancelRun';
import { runFolders } from '../engine/slurm/runFile';
import { statusOf } from '../engine/slurm/runStatus';
import { resubmit, type Resubmitted } from '../engine/slurm/submitRun';
import { InputError } from '../lpcam/inputError';
import type { Cancelled, SlurmStatus } from '../protocol/slurm';
import { addStudyOptions, studyPath, type CommonOptions } from './commonOptions';
import { exitCodes } from './exitCode';
import type { Job, RunJob } from './program';
import { tableText } from './table';

interface StatusOptions extends CommonOptions {
  readonly run?: string;
  readonly resubmit?: boolean;
  readonly cancel?: boolean;
}

/** Failures whose log is shown; the others are of the same making, most of the time. */
const shownTails = 3;

function statusText({ id, queue, stages }: SlurmStatus): string {
  const cancelled = stages.some(({ counts }) => counts.cancelled > 0);
  const table = tableText(
    [
      { title: 'stage' },
      { title: 'done' },
      { title: 'running' },
      { title: 'waiting' },
      { title: 'failed' },
      ...(cancelled ? [{ title: 'cancelled' }] : []),
      ...(queue ? [] : [{ title: 'unknown' }]),
    ],
    stages.map(({ name, total, counts }) => [
      name,
      `${counts.done}/${total}`,
      counts.running,
      counts.waiting,
      counts.failed,
      ...(cancelled ? [counts.cancelled] : []),
      ...(queue ? [] : [counts.unknown]),
    ]),
  );
  const failed = stages.flatMap(({ name, tasks }) =>
    tasks.filter(({ state }) => state === 'failed').map((task) => ({ name, ...task })),
  );
  const lines = failed.map(({ name, task, reason, log, tail }, at) => {
    const quoted = at < shownTails && tail !== '' ? `\n${tail.replace(/^/gm, '    ')}` : '';
    return `${name} ${task}: ${reason}${log === null ? '' : ` (${log})`}${quoted}`;
  });
  const parts = [`Run ${id}`, table];
  if (!queue) parts.push('The queue cannot be asked here (squeue): what has not ended may still run.');
  if (lines.length > 0) parts.push(lines.join('\n'));
  if (lines.length > 0 || cancelled)
    parts.push('"lpcam status --resubmit" submits again what failed or was cancelled.');
  return parts.join('\n\n');
}

async function folderOf(study: string, run: string | undefined): Promise<string> {
  const folders = await runFolders(study);
  const [newest] = folders;
  if (newest === undefined)
    throw new InputError(`${study}: nothing of this study was submitted yet ("lpcam slurm" does).`, {
      file: study,
    });
  if (run === undefined) return newest;
  const [named, ...others] = folders.filter((folder) => basename(folder).endsWith(run));
  if (named === undefined)
    throw new InputError(`There is no run ${run} of ${study}; the newest is ${newest}.`, { file: study });
  if (others.length > 0)
    throw new InputError(
      `Several runs of ${study} end with ${run}: ${[named, ...others].map((folder) => basename(folder)).join(', ')}.`,
      { file: study },
    );
  return named;
}

function submittedText(submitted: readonly Resubmitted[]): string {
  const again = submitted.map(({ stage, tasks, job }) => `${stage} ${tasks.join(', ')}: job ${job}`);
  return again.length === 0
    ? 'Nothing failed or was cancelled: nothing was submitted.'
    : `Submitted again:\n${again.join('\n')}`;
}

function cancelledText(cancelled: readonly Cancelled[]): string {
  const ended = cancelled.map(({ stage, tasks }) => `${stage} ${tasks.join(', ')}`);
  return ended.length === 0
    ? 'Nothing waits or runs any more: nothing was cancelled.'
    : `Cancelled:\n${ended.join('\n')}`;
}

async function status(options: StatusOptions, job: Job): Promise<number> {
  const folder = await folderOf(resolve(studyPath(options)), options.run);
  const submitted = options.resubmit === true ? await resubmit(folder) : null;
  const cancelled = options.cancel === true ? await cancelRun(folder) : null;
  const found = await statusOf(folder);
  job.terminal.result({ ...found, resubmitted: submitted, cancelled }, () => {
    const parts = [statusText(found)];
    if (submitted !== null) parts.unshift(submittedText(submitted));
    if (cancelled !== null) parts.unshift(cancelledText(cancelled));
    return parts.join('\n\n');
  });
  const failed = found.stages.some(({ counts }) => counts.failed > 0);
  return failed ? exitCodes.failed : exitCodes.done;
}

export function addStatus(program: Command, runJob: RunJob): void {
  const command = program
    .command('status')
    .description("Show how far the study's newest run on Slurm is; exit code 1 where something failed.")
    .option('--run <id>', 'another run than the newest')
    .addOption(
      new Option('--resubmit', 'submit again what failed or was cancelled, and only that').conflicts(
        'cancel',
      ),
    )
    .option('--cancel', 'end what still waits or runs of it');
  addStudyOptions(command).action((options: StatusOptions) => runJob(options, (job) => status(options, job)));
}
