/** Slurm's own programs. Arguments go to them as they are: no shell reads them. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { InputError } from '../../lpcam/inputError';

const run = promisify(execFile);
const patience = 60_000;

interface Fault {
  readonly code?: string | number;
  readonly stderr?: string;
  readonly message: string;
}

async function output(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run(program, [...args], { timeout: patience, maxBuffer: 1 << 28 });
  return stdout;
}

/**
 * Submits.
 * @returns the job's id
 * @throws InputError with Slurm's own words, or that there is no Slurm here
 */
export async function sbatch(args: readonly string[]): Promise<string> {
  const text = await output('sbatch', ['--parsable', ...args]).catch((error: unknown) => {
    const { code, stderr, message } = error as Fault;
    if (code === 'ENOENT')
      throw new InputError(
        `There is no sbatch in PATH (${process.env['PATH'] ?? ''}): this machine is not part of a Slurm cluster, or its ` +
          'programs are elsewhere. Submit from a login node, or only look at the commands and scripts (--dry-run; "Show Scripts" in the editor).',
      );
    throw new InputError(`Slurm refused the job: ${(stderr ?? '').trim() || message}`);
  });
  const id = /^(\d+)/.exec(text.trim())?.[1];
  if (id === undefined) throw new Error(`sbatch answered "${text.trim()}", which is no job id`);
  return id;
}

/** @throws InputError with Slurm's own words */
export async function scancel(ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await output('scancel', ids).catch((error: unknown) => {
    const { stderr, message } = error as Fault;
    throw new InputError(`Slurm did not cancel the jobs: ${(stderr ?? '').trim() || message}`);
  });
}

export interface QueuedTask {
  /** `PENDING`, `RUNNING`, ... */
  readonly state: string;
  readonly reason: string;
}

/**
 * What the queue holds of the jobs, by `job_task`.
 * @returns null where there is nobody to ask
 */
export async function squeue(jobs: readonly string[]): Promise<ReadonlyMap<string, QueuedTask> | null> {
  if (jobs.length === 0) return new Map();
  try {
    const text = await output('squeue', [
      '--noheader',
      '--array',
      `--jobs=${jobs.join(',')}`,
      '--format=%i|%T|%r',
    ]);
    const lines = text.split('\n').filter((line) => line.includes('|'));
    return new Map(
      lines.map((line) => {
        const [id = '', state = '', reason = ''] = line.trim().split('|');
        return [id, { state, reason }];
      }),
    );
  } catch (error) {
    // Slurm forgets jobs a few minutes after their end.
    return /invalid job id/i.test((error as Fault).stderr ?? '') ? new Map() : null;
  }
}

/** Final states by `job_task`, where accounting is kept; else none. */
export async function sacct(jobs: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (jobs.length === 0) return new Map();
  const args = [
    '--noheader',
    '--parsable2',
    '--allocations',
    '--array',
    `--jobs=${jobs.join(',')}`,
    '--format=JobID,State',
  ];
  const text = await output('sacct', args).catch(() => '');
  return new Map(
    text.split('\n').flatMap((line): [string, string][] => {
      const [id, state] = line.trim().split('|');
      return id === undefined || state === undefined ? [] : [[id, state.split(' ')[0] ?? state]];
    }),
  );
}
