/** The seeds of a study that lie in its folder, and whether they still belong to its checkpoint. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { stalenessOf } from '../../lpcam/staleness';
import type { StudySummary } from '../../protocol/study';
import type { LoadedCheckpoint } from '../checkpoints';
import { readManifest } from './manifest';

type FoundSeeds = StudySummary['seeds'][number];

/** A study has a folder per kind; more are somebody's data. */
const mostFolders = 100;

/** When the first seed of a folder was written, milliseconds; null: there is none. */
async function written(folder: string): Promise<number | null> {
  const names = await readdir(folder).catch(() => []);
  const first = names.find((name) => /\.(npy|png)$/i.test(name));
  return first === undefined ? null : ((await stat(join(folder, first)).catch(() => null))?.mtimeMs ?? null);
}

/** @param folder where the study's seeds are written and looked for: a folder per kind, or seeds themselves */
export async function studySeeds(
  folder: string,
  { hash, ownHash, modified }: Pick<LoadedCheckpoint, 'hash' | 'ownHash' | 'modified'>,
): Promise<FoundSeeds[]> {
  const inside = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders = inside.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  const found: FoundSeeds[] = [];
  for (const place of [folder, ...folders.sort().slice(0, mostFolders)]) {
    const manifest = await readManifest(place);
    const time = manifest?.updated === undefined ? await written(place) : Date.parse(manifest.updated);
    // Neither a manifest nor a seed: no folder of seeds.
    if (time === null) continue;
    const made = { checkpointHash: manifest?.checkpoint.hash ?? null, modified: time };
    found.push({
      folder: place,
      kind: manifest?.method ?? null,
      checkpoint: manifest?.checkpoint.path ?? null,
      stale: stalenessOf(made, [hash, ownHash], modified),
    });
  }
  return found;
}
