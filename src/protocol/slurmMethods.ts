/** Requests about runs on Slurm; the reader process answers them. */
import * as z from 'zod';
import {
  cancelledSchema,
  plannedRunSchema,
  resubmittedSchema,
  slurmChoicesSchema,
  slurmQuestionSchema,
  slurmStatusSchema,
  submittedRunSchema,
} from './slurm';

export const slurmMethods = {
  /** What can be run of a study (path) on Slurm. */
  slurmChoices: { params: z.object({ study: z.string() }), event: z.never(), result: slurmChoicesSchema },
  /** The commands and scripts of a run, for reading; nothing is submitted. */
  slurmScripts: { params: slurmQuestionSchema, event: z.never(), result: plannedRunSchema },
  /** Submits a run. Runs sbatch, so the workspace must be trusted; so for all that ask Slurm. */
  submitSlurmRun: { params: slurmQuestionSchema, event: z.never(), result: submittedRunSchema },
  /** Folders of a study's runs, the newest first. */
  slurmRuns: {
    params: z.object({ study: z.string() }),
    event: z.never(),
    result: z.object({ folders: z.array(z.string()) }),
  },
  /** How far the run of a folder is. */
  slurmStatus: { params: z.object({ folder: z.string() }), event: z.never(), result: slurmStatusSchema },
  /** Submits again what failed or was cancelled of a run, and only that. */
  resubmitSlurmRun: {
    params: z.object({ folder: z.string() }),
    event: z.never(),
    result: z.object({ submitted: z.array(resubmittedSchema) }),
  },
  /** Ends what still waits or runs of a run. */
  cancelSlurmRun: {
    params: z.object({ folder: z.string() }),
    event: z.never(),
    result: z.object({ cancelled: z.array(cancelledSchema) }),
  },
} as const;
