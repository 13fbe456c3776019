/** Ends what still waits or runs of a run, and remembers that it was wanted: cancelled is not failed. */
import { InputError } from '../../lpcam/inputError';
import type { Cancelled, SlurmRun, SlurmStatus } from '../../protocol/slurm';
import { readRun, saveRun } from './runFile';
import { statusOf } from './runStatus';
import { scancel, squeue } from './slurmTools';

interface Ending {
  readonly job: string;
  readonly task: number;
}

/** What still waits or runs, each task with the job that it was last submitted in. */
function unfinished(run: SlurmRun, { stages }: SlurmStatus): Ending[] {
  return run.stages.flatMap(({ name, jobs }) => {
    const tasks = stages.find((stage) => stage.name === name)?.tasks ?? [];
    const alive = tasks.filter(({ state }) => state === 'running' || state === 'waiting');
    return alive.flatMap(({ task }) => {
      const job = jobs.findLast((one) => one.tasks.includes(task));
      return job === undefined ? [] : [{ job: job.id, task }];
    });
  });
}

function marked(run: SlurmRun, endings: readonly Ending[]): SlurmRun {
  const stages = run.stages.map((stage) => ({
    ...stage,
    jobs: stage.jobs.map((job) => {
      const tasks = endings.filter((one) => one.job === job.id).map(({ task }) => task);
      return { ...job, cancelled: [...new Set([...job.cancelled, ...tasks])] };
    }),
  }));
  return { ...run, stages };
}

/**
 * Cancels every task that has not ended.
 * @returns what was cancelled, stage by stage; of nothing: nothing waited or ran any more
 * @throws InputError when the queue cannot be asked, or Slurm refuses (the run is another person's)
 */
export async function cancelRun(folder: string): Promise<Cancelled[]> {
  const status = await statusOf(folder);
  if (!status.queue)
    throw new InputError(
      'The queue cannot be asked (squeue), so nobody knows what still runs. Cancel from a login node of the cluster.',
      { file: folder },
    );
  const run = await readRun(folder);
  const endings = unfinished(run, status);
  const jobs = [...new Set(endings.map(({ job }) => job))];
  // Before they end: whoever looks meanwhile must not find failures.
  if (jobs.length > 0) await saveRun(folder, marked(run, endings));
  try {
    // The last stage first, or one might begin when that before it ends.
    await scancel(jobs.reverse());
  } catch (error) {
    const left = await squeue(jobs);
    const refused = endings.filter(({ job, task }) => {
      const state = left?.get(`${job}_${task}`)?.state;
      return left === null || (state !== undefined && state !== 'COMPLETING');
    });
    // It is no fault that a task came to its end meanwhile.
    if (refused.length > 0) {
      await saveRun(
        folder,
        marked(
          run,
          endings.filter((one) => !refused.includes(one)),
        ),
      );
      throw error;
    }
  }
  return run.stages.flatMap(({ name, jobs: own }) => {
    const tasks = endings.filter(({ job }) => own.some(({ id }) => id === job)).map(({ task }) => task);
    return tasks.length === 0 ? [] : [{ stage: name, tasks }];
  });
}
