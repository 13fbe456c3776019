/** The seed file that a study has of an image. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineParams, EngineResult } from '../../protocol/engine';
import { isFile } from '../study/find';
import { imageId } from '../study/images';
import { resolveStudy } from '../study/resolve';
import { pathInside } from '../pathInside';
import { seedView } from './seedView';

/** Kinds of seeds, in the order in which one is taken; others follow by name. */
const firstKinds = ['lpcam', 'lpcam-dict', 'cam', 'cam-dict', 'lpcam-png', 'cam-png'];
const endings = ['npy', 'npz', 'png'];

function place(kind: string): number {
  const found = firstKinds.indexOf(kind);
  return found < 0 ? firstKinds.length : found;
}

/** Folders that may hold seeds: the kinds in the study's folder of seeds, and that folder itself. */
async function kindsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const kinds = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return [...kinds.sort((a, b) => place(a) - place(b) || a.localeCompare(b)), ''];
}

/**
 * Finds and reads the seed of an image of a study: LPCAM's before CAM's, maps before label PNGs.
 * @returns null where the study has none
 * @throws InputError when the file is damaged, or the study is
 */
export async function imageSeed(
  { study: reference, image }: EngineParams<'imageSeed'>,
  signal: AbortSignal,
): Promise<EngineResult<'imageSeed'>> {
  const study = await resolveStudy(reference);
  const id = imageId(study, image);
  if (id === null) return { found: null };
  for (const kind of await kindsIn(study.seedsFolder))
    for (const ending of endings) {
      const path = pathInside(join(study.seedsFolder, kind), `${id}.${ending}`);
      if (!isFile(path)) continue;
      const seed = await seedView(
        { path, file: null, study: reference, readAs: null, imageHints: [] },
        signal,
      );
      const { content, height, width } = seed;
      return { found: { path, kind, content, height, width } };
    }
  return { found: null };
}
