/** Runs on Slurm: the study's `slurm` section, and what is known of a run. */
import * as z from 'zod';
import { seedMethods, type SeedMethod } from '../lpcam/seedSchemas';

/** Stages in their order; what puts the shares of the one before together is a stage of one task. */
export const slurmStages = [
  'features',
  'prototypes',
  'bank',
  'seeds',
  'manifest',
  'score',
  'scores',
] as const;
export type SlurmStage = (typeof slurmStages)[number];

/** Stages that people choose; `bank`, `manifest` and `scores` go with those before them. */
export const sharedStages = ['features', 'prototypes', 'seeds', 'score'] as const;
export type SharedStage = (typeof sharedStages)[number];

/** What the seeds of a method need: CAM goes without prototypes. */
export function neededStages(method: SeedMethod): readonly SharedStage[] {
  return method === 'lpcam' ? sharedStages : ['seeds', 'score'];
}

/** Values become arguments of a program, never text of a shell; a line end would still break a log or a table. */
const word = (pattern: RegExp, expected: string) =>
  z.string().max(500).regex(pattern, `Expected ${expected}.`);
const oneLine = /^[^\p{Cc}]+$/u;

const resources = {
  partition: word(oneLine, 'the name of a partition').optional().describe('Partition (sbatch --partition).'),
  account: word(oneLine, 'the name of an account').optional().describe('Account (sbatch --account).'),
  qos: word(oneLine, 'the name of a quality of service')
    .optional()
    .describe('Quality of service (sbatch --qos).'),
  time: word(/^(\d+-)?\d+(:\d+){0,2}$/, 'minutes, MM:SS, HH:MM:SS or D-HH:MM:SS')
    .optional()
    .describe('Time limit of a task: minutes, HH:MM:SS or D-HH:MM:SS (sbatch --time).'),
  gres: word(oneLine, 'a resource such as gpu:1')
    .nullable()
    .optional()
    .describe(
      'Generic resources of a task (sbatch --gres); null: none. Default: gpu:1 where the network runs.',
    ),
  cpus: z.int().min(1).max(1024).optional().describe('Processors of a task (sbatch --cpus-per-task).'),
  memory: word(/^\d+[KMGT]?$/i, 'a size such as 16G')
    .optional()
    .describe('Memory of a task (sbatch --mem).'),
  throttle: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe('Most tasks of an array at a time (sbatch --array=...%N).'),
  shards: z.int().min(1).max(10_000).optional().describe('Tasks that a stage is divided into. Default: 8.'),
};

const stageSchema = z.strictObject(resources).optional();

export const slurmSettingsSchema = z
  .strictObject({
    ...resources,
    prologue: z
      .union([z.string(), z.array(z.string())])
      .optional()
      .describe(
        'Shell lines before lpcam, such as "module load cuda"; end one with "|| exit 1" where its failure should fail the task.',
      ),
    options: z
      .array(word(/^--[a-z][a-z0-9-]*(=[^\p{Cc}]*)?$/u, 'a long option of sbatch, such as --exclude=node3'))
      .max(50)
      .optional()
      .describe('Further options of sbatch, each as --name or --name=value.'),
    command: z
      .array(word(oneLine, 'a program or an argument'))
      .min(1)
      .optional()
      .describe(
        'How a node starts lpcam, as program and arguments. Default: the program that submits, by its path.',
      ),
    stages: z
      .strictObject({
        features: stageSchema,
        prototypes: stageSchema,
        seeds: stageSchema,
        score: stageSchema,
        merge: stageSchema,
      })
      .optional()
      .describe('What one stage has of its own; merge: the small tasks that put shares together.'),
  })
  .describe('How "lpcam slurm" and "LPCAM: Run on Slurm" submit the work of this study.');
export type SlurmSettings = z.infer<typeof slurmSettingsSchema>;
export type SlurmResources = z.infer<z.ZodObject<typeof resources>>;

/**
 * `failed`: it ended with an error, was killed, or never came to start. `cancelled`: because somebody wanted it so.
 * `unknown`: nobody answers for the queue.
 */
export const taskStates = ['done', 'running', 'waiting', 'failed', 'cancelled', 'unknown'] as const;
export type TaskState = (typeof taskStates)[number];

const tasksSchema = z.array(z.int().min(1));
const jobSchema = z.object({
  /** Slurm's number: it is handed to Slurm's programs, and the file lies in a shared folder. */
  id: z.string().regex(/^\d+$/),
  tasks: tasksSchema,
  submitted: z.string(),
  /** Those that were waiting or running when the run was cancelled. */
  cancelled: tasksSchema.default([]),
});
/** `20260301-141502-3f2a`: sorts by time. */
const runIdSchema = z.string().regex(/^\d{8}-\d{6}-[0-9a-f]{4}$/);
export const slurmRunSchema = z.object({
  format: z.literal('lpcam-lens slurm run'),
  version: z.literal(1),
  id: z.string(),
  created: z.string(),
  /** Path of the study. */
  study: z.string(),
  stages: z.array(
    z.object({
      name: z.enum(slurmStages),
      shards: z.int().min(1),
      /** Arguments of sbatch but for array and dependency. */
      options: z.array(z.string()),
      throttle: z.int().nullable(),
      jobs: z.array(jobSchema),
    }),
  ),
});
export type SlurmRun = z.infer<typeof slurmRunSchema>;

export const taskStatusSchema = z.object({
  task: z.int(),
  state: z.enum(taskStates),
  /** For people: why it waits or failed; empty where there is nothing to say. */
  reason: z.string(),
  /** Its newest log; null: none yet. */
  log: z.string().nullable(),
  /** Last lines of the log, of tasks that failed. */
  tail: z.string(),
});
export type TaskStatus = z.infer<typeof taskStatusSchema>;

export const slurmStatusSchema = z.object({
  id: z.string(),
  folder: z.string(),
  study: z.string(),
  created: z.string(),
  /** Whether the queue could be asked. */
  queue: z.boolean(),
  stages: z.array(
    z.object({
      name: z.enum(slurmStages),
      total: z.int(),
      counts: z.record(z.enum(taskStates), z.int()),
      tasks: z.array(taskStatusSchema),
    }),
  ),
});
export type SlurmStatus = z.infer<typeof slurmStatusSchema>;

/** What may be asked for of a study's run. */
export const slurmQuestionSchema = z.object({
  /** Path of lpcam.json. */
  study: z.string(),
  /** Whose seeds. */
  method: z.enum(seedMethods),
  stages: z.array(z.enum(sharedStages)).min(1),
  /** Tasks of each stage; null: the study's. */
  shards: z.int().min(1).max(10_000).nullable(),
  /** A run that was shown before, to be submitted under its name; null: another. */
  run: runIdSchema.nullable(),
});
export type SlurmQuestion = z.infer<typeof slurmQuestionSchema>;

export const slurmChoicesSchema = z.object({
  /** Whether the study says anything about Slurm. */
  configured: z.boolean(),
  /** Stages that can be run, with the tasks that the study divides each into. */
  stages: z.array(z.object({ name: z.enum(sharedStages), shards: z.int() })),
});
export type SlurmChoices = z.infer<typeof slurmChoicesSchema>;

const stageSizeSchema = z.object({ name: z.enum(slurmStages), shards: z.int() });

/** A run as it would be submitted. */
export const plannedRunSchema = z.object({
  id: z.string(),
  stages: z.array(stageSizeSchema),
  /** Its commands and scripts. */
  text: z.string(),
});
export type PlannedRun = z.infer<typeof plannedRunSchema>;

export const submittedRunSchema = z.object({
  id: z.string(),
  folder: z.string(),
  stages: z.array(stageSizeSchema.extend({ job: z.string() })),
});
export type SubmittedRun = z.infer<typeof submittedRunSchema>;

export const resubmittedSchema = z.object({
  stage: z.enum(slurmStages),
  tasks: z.array(z.int()),
  job: z.string(),
});

export const cancelledSchema = z.object({ stage: z.enum(slurmStages), tasks: z.array(z.int()) });
export type Cancelled = z.infer<typeof cancelledSchema>;
