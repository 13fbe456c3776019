/** The folder of a run: which there are, and what `run.json` keeps of one. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../lpcam/inputError';
import { slurmRunSchema, type SlurmRun } from '../../protocol/slurm';
import { writeWhole } from '../writeWhole';
import { runsFolder } from './runPlan';

/** @throws InputError when it is no run's folder */
export async function readRun(folder: string): Promise<SlurmRun> {
  const path = join(folder, 'run.json');
  const text = await readFile(path, 'utf8').catch(() => {
    throw new InputError(`${folder} is no folder of a run: there is no run.json in it.`, { file: path });
  });
  try {
    return slurmRunSchema.parse(JSON.parse(text));
  } catch {
    throw new InputError(`${path} is damaged, or of another version of this program.`, { file: path });
  }
}

/** Folders of a study's runs, the newest first. */
export async function runFolders(study: string): Promise<string[]> {
  const place = runsFolder(study);
  const names = await readdir(place).catch(() => []);
  return names
    .sort()
    .reverse()
    .map((name) => join(place, name));
}

export async function saveRun(folder: string, run: SlurmRun): Promise<void> {
  await writeWhole(join(folder, 'run.json'), `${JSON.stringify(run, null, 2)}\n`);
}
