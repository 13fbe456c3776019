/** The run of a study as its `slurm` section and its data set say. */
import { join } from 'node:path';
import { InputError } from '../../lpcam/inputError';
import type { SeedMethod } from '../../lpcam/seedSchemas';
import type { SharedStage } from '../../protocol/slurm';
import { resolveStudy } from '../study/resolve';
import { planRun, type RunPlan } from './runPlan';

export interface RunQuestion {
  /** Path of lpcam.json. */
  readonly study: string;
  readonly method: SeedMethod;
  /** Null: all. */
  readonly stages: readonly SharedStage[] | null;
  /** Null: the study's. */
  readonly shards: number | null;
  /** Its id; null: one of now. */
  readonly run: string | null;
}

/** @throws InputError when the study cannot be run on several machines */
export async function planStudyRun({
  study: file,
  method,
  stages,
  shards,
  run,
}: RunQuestion): Promise<RunPlan> {
  const study = await resolveStudy({ file });
  if (study.file === null) throw new InputError(`${file} is no study file.`, { file });
  // VS Code's own program stands in for Node where it is no Node.
  const node = process.versions['electron'] === undefined ? [] : ['env', 'ELECTRON_RUN_AS_NODE=1'];
  return planRun({
    study: study.file,
    studyName: study.name,
    settings: study.slurm,
    seedsFolder: study.seedsFolder,
    method,
    stages,
    withMasks: study.dataset.masks !== null,
    shards,
    run,
    command: [...node, process.execPath, join(__dirname, 'lpcam.cjs')],
  });
}
