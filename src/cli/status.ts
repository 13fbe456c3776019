/** `lpcam status`: how far the study's runs on Slurm are, and what failed of them. */
import type { Command } from 'commander';
import { resolve } from 'node:path';
import { runFolders, statusOf } from '../engine/slurm/runStatus';
import { resubmit } from '../engine/slurm/submitRun';
import { InputError } from '../lpcam/inputError';
import type { SlurmStatus } from '../protocol/slurm';
import { addStudyOptions, studyPath, type CommonOptions } from './commonOptions';
import { exitCodes } from './exitCode';
import type { Job, RunJob } from './program';
import { tableText } from './table';

interface StatusOptions extends CommonOptions {
  readonly run?: string;
  readonly resubmit?: boolean;
}

/** Failures whose log is shown; the others are of the same making, most of the time. */
const shownTails = 3;

function statusText({ id, queue, stages }: SlurmStatus): string {
  const table = tableText(
    [
      { title: 'stage' },
      { title: 'done' },
      { title: 'running' },
      { title: 'waiting' },
      { title: 'failed' },
      ...(queue ? [] : [{ title: 'unknown' }]),
    ],
    stages.map(({ name, total, counts }) => [
      name,
      `${counts.done}/${total}`,
      counts.running,
      counts.waiting,
      counts.failed,
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
  if (lines.length > 0) parts.push(`${lines.join('\n')}\n\n"lpcam status --resubmit" submits these again.`);
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
  const named = folders.find((folder) => folder.endsWith(run));
  if (named === undefined)
    throw new InputError(`There is no run ${run} of ${study}; the newest is ${newest}.`, { file: study });
  return named;
}

async function status(options: StatusOptions, job: Job): Promise<number> {
  const folder = await folderOf(resolve(studyPath(options)), options.run);
  const submitted = options.resubmit === true ? await resubmit(folder) : null;
  const found = await statusOf(folder);
  job.terminal.result({ ...found, resubmitted: submitted }, () => {
    const again = (submitted ?? []).map(
      ({ stage, tasks, job: id }) => `${stage} ${tasks.join(', ')}: job ${id}`,
    );
    const told =
      again.length === 0 ? 'Nothing failed: nothing was submitted.' : `Submitted again:\n${again.join('\n')}`;
    return `${submitted === null ? '' : `${told}\n\n`}${statusText(found)}`;
  });
  const failed = found.stages.some(({ counts }) => counts.failed > 0);
  return failed ? exitCodes.failed : exitCodes.done;
}

export function addStatus(program: Command, runJob: RunJob): void {
  const command = program
    .command('status')
    .description("Show how far the study's newest run on Slurm is; exit code 1 where something failed.")
    .option('--run <id>', 'another run than the newest')
    .option('--resubmit', 'submit again what failed, and only that');
  addStudyOptions(command).action((options: StatusOptions) => runJob(options, (job) => status(options, job)));
}
