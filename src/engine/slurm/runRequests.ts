/** What the editor asks of a study's runs on Slurm; `lpcam slurm` and `lpcam status` ask the same of the command line. */
import {
  sharedStages,
  type Cancelled,
  type PlannedRun,
  type SlurmChoices,
  type SlurmQuestion,
  type SubmittedRun,
} from '../../protocol/slurm';
import { resolveStudy } from '../study/resolve';
import { cancelRun } from './cancelRun';
import { runFolders } from './runFile';
import { stageShards } from './runPlan';
import { planStudyRun } from './studyRun';
import { planText, resubmit, submitRun, type Resubmitted } from './submitRun';

/** @throws InputError when the study cannot be read */
export async function runChoices(file: string): Promise<SlurmChoices> {
  const { slurm, dataset } = await resolveStudy({ file });
  const offered = sharedStages.filter((stage) => stage !== 'score' || dataset.masks !== null);
  return {
    configured: Object.keys(slurm).length > 0,
    stages: offered.map((name) => ({ name, shards: stageShards(slurm, name) })),
  };
}

/** @throws InputError when the study cannot be run so */
export async function runScripts(question: SlurmQuestion): Promise<PlannedRun> {
  const plan = await planStudyRun(question);
  const { id, stages } = plan.run;
  return { id, stages: stages.map(({ name, shards }) => ({ name, shards })), text: planText(plan) };
}

/** @throws InputError when there is no Slurm, or it refuses */
export async function submitStudyRun(question: SlurmQuestion): Promise<SubmittedRun> {
  const plan = await planStudyRun(question);
  const { id, stages } = await submitRun(plan);
  return {
    id,
    folder: plan.folder,
    stages: stages.map(({ name, shards, jobs }) => ({ name, shards, job: jobs[0]?.id ?? '' })),
  };
}

export async function studyRuns(study: string): Promise<{ folders: string[] }> {
  return { folders: await runFolders(study) };
}

/** @throws InputError when nobody can be asked what still runs */
export async function resubmitRun(
  folder: string,
): Promise<{ submitted: (Omit<Resubmitted, 'tasks'> & { tasks: number[] })[] }> {
  const submitted = await resubmit(folder);
  return { submitted: submitted.map((one) => ({ ...one, tasks: [...one.tasks] })) };
}

/** @throws InputError when nobody can be asked what still runs, or Slurm refuses */
export async function cancelStudyRun(folder: string): Promise<{ cancelled: Cancelled[] }> {
  return { cancelled: await cancelRun(folder) };
}
