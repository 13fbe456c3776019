/** What a study's work becomes on Slurm: stages with their scripts and the options of sbatch. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { InputError } from '../../lpcam/inputError';
import type { SeedMethod } from '../../lpcam/seedSchemas';
import {
  neededStages,
  slurmStages,
  type SharedStage,
  type SlurmResources,
  type SlurmRun,
  type SlurmSettings,
  type SlurmStage,
} from '../../protocol/slurm';
import { studyFolder } from '../scoring/scoreRecords';
import { jobScript } from './jobScript';

const defaultShards = 8;

export interface PlanOptions {
  /** Path of lpcam.json. */
  readonly study: string;
  readonly studyName: string;
  readonly settings: SlurmSettings;
  /** Folder of the study's seeds. */
  readonly seedsFolder: string;
  readonly method: SeedMethod;
  /** Null: all that the method needs, without scoring where there are no masks. */
  readonly stages: readonly SharedStage[] | null;
  readonly withMasks: boolean;
  /** Instead of the study's own; null: the study's. */
  readonly shards: number | null;
  /** Null: one of now. */
  readonly run: string | null;
  /** How lpcam is started where the study does not say. */
  readonly command: readonly string[];
}

export interface RunPlan {
  readonly run: SlurmRun;
  readonly folder: string;
  readonly scripts: ReadonlyMap<SlurmStage, string>;
}

const stageOf: Readonly<Record<SlurmStage, SharedStage>> = {
  features: 'features',
  prototypes: 'prototypes',
  bank: 'prototypes',
  seeds: 'seeds',
  manifest: 'seeds',
  score: 'score',
  scores: 'score',
};
const merges: ReadonlySet<SlurmStage> = new Set(['bank', 'manifest', 'scores']);
const withNetwork: ReadonlySet<SlurmStage> = new Set(['features', 'prototypes', 'seeds']);

export function runsFolder(study: string): string {
  return join(studyFolder({ file: study }), '.lpcam', 'slurm');
}

export function scriptPath(runFolder: string, stage: SlurmStage): string {
  return join(runFolder, `${stage}.sh`);
}

/** Defined values of the second over the first. */
function resourcesOf(settings: SlurmSettings, stage: SlurmStage): SlurmResources {
  const own = settings.stages?.[merges.has(stage) ? 'merge' : stageOf[stage]] ?? {};
  const gres = withNetwork.has(stage) ? (settings.gres === undefined ? 'gpu:1' : settings.gres) : null;
  const set = Object.entries(own).filter(([, value]) => value !== undefined);
  return { ...settings, gres, ...(Object.fromEntries(set) as SlurmResources) };
}

/** Tasks that the study divides a stage into. */
export function stageShards(settings: SlurmSettings, stage: SharedStage): number {
  return resourcesOf(settings, stage).shards ?? defaultShards;
}

/** Slurm replaces %-letters in a log's path, and a backslash anywhere in it turns that off. */
function logPattern(folder: string, stage: SlurmStage): string {
  return `${join(folder, 'logs', stage).replaceAll('%', '%%')}-%a-%A.log`;
}

function sbatchOptions(
  { settings, studyName }: PlanOptions,
  stage: SlurmStage,
  folder: string,
  { partition, account, qos, time, gres, cpus, memory }: SlurmResources,
): string[] {
  const given: [string, string | number | null | undefined][] = [
    ['partition', partition],
    ['account', account],
    ['qos', qos],
    ['time', time],
    ['gres', gres],
    ['cpus-per-task', cpus],
    ['mem', memory],
  ];
  return [
    `--job-name=lpcam-${stage} ${studyName}`,
    `--chdir=${folder}`,
    `--output=${logPattern(folder, stage)}`,
    '--open-mode=append',
    '--requeue',
    ...given.flatMap(([name, value]) => (value == null ? [] : [`--${name}=${value}`])),
    ...(settings.options ?? []),
  ];
}

function commandOf(options: PlanOptions, stage: SlurmStage): string[] {
  const { method, study, seedsFolder } = options;
  const seeds = ['seeds', '--method', method, '--study', study];
  const evaluate = ['evaluate', join(seedsFolder, method), '--study', study];
  const shard = ['--shard', '{shard}'];
  const of: Record<SlurmStage, string[]> = {
    features: ['features', '--study', study, ...shard],
    prototypes: ['prototypes', '--study', study, ...shard],
    bank: ['prototypes', '--study', study, '--merge'],
    seeds: [...seeds, ...shard],
    manifest: [...seeds, '--merge'],
    score: [...evaluate, ...shard],
    scores: [...evaluate, '--merge', '--json'],
  };
  return [...(options.settings.command ?? options.command), ...of[stage]];
}

function chosen({ stages, method, withMasks }: PlanOptions): SlurmStage[] {
  if (stages?.includes('score') === true && !withMasks)
    throw new InputError(
      'The study names no masks (dataset.masks), so seeds cannot be scored: leave the stage "score" out.',
    );
  const wanted = new Set(stages ?? neededStages(method).filter((stage) => stage !== 'score' || withMasks));
  return slurmStages.filter((stage) => wanted.has(stageOf[stage]));
}

/** `20260301-141502-3f2a`: sorts by time, in the machine's own. */
function runId(now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const date = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `${date}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}-${randomBytes(2).toString('hex')}`;
}

/** @throws InputError when the study cannot be run so */
export function planRun(options: PlanOptions): RunPlan {
  const now = new Date();
  const id = options.run ?? runId(now);
  const folder = join(runsFolder(options.study), id);
  if (folder.includes('\\'))
    throw new InputError(`${folder}: Slurm cannot write logs to a path with a backslash in it.`, {
      file: folder,
    });
  const { prologue = [] } = options.settings;
  const lines = typeof prologue === 'string' ? prologue.split('\n') : prologue;
  const scripts = new Map<SlurmStage, string>();
  const stages = chosen(options).map((name): SlurmRun['stages'][number] => {
    const resources = resourcesOf(options.settings, name);
    const shards = merges.has(name) ? 1 : (options.shards ?? resources.shards ?? defaultShards);
    scripts.set(
      name,
      jobScript({
        stage: name,
        runFolder: folder,
        prologue: lines,
        command: commandOf(options, name),
        shards,
        resultFile: name === 'scores' ? join(folder, 'scores.json') : null,
      }),
    );
    return {
      name,
      shards,
      options: sbatchOptions(options, name, folder, resources),
      throttle: merges.has(name) ? null : (resources.throttle ?? null),
      jobs: [],
    };
  });
  return {
    run: {
      format: 'lpcam-lens slurm run',
      version: 1,
      id,
      created: now.toISOString(),
      study: options.study,
      stages,
    },
    folder,
    scripts,
  };
}
