/** What an engine in this process makes of a study. */
import { join } from 'node:path';
import { Engine } from '../../../../src/engine/engine';
import type { EngineOptions } from '../../../../src/engine/engineParts';
import { removeResults, results } from '../../cli/support/studyResults';

export interface DataSetRun {
  /** What each file of bank and seeds holds. */
  readonly files: Map<string, string>;
  readonly failed: readonly string[];
  readonly log: readonly string[];
}

/** Makes bank and seeds anew. */
export async function makeDataSet(folder: string, options: EngineOptions): Promise<DataSetRun> {
  await removeResults(folder);
  const log: string[] = [];
  const { signal } = new AbortController();
  const study = { file: join(folder, 'lpcam.json') };
  const engine = new Engine({ ...options, log: (line) => log.push(line) });
  try {
    await engine.clustering.cluster({ study, deviceChoice: null }, () => undefined, signal);
    const outputs = (['cam', 'lpcam'] as const).map((method) => ({ method, schema: null, folder: null }));
    const asked = { study, deviceChoice: null, outputs, list: null, force: false };
    const { failed } = await engine.makeSeeds(asked, () => undefined, signal);
    return { files: await results(folder), failed: failed.map(({ id }) => id), log };
  } finally {
    await engine.dispose();
  }
}
