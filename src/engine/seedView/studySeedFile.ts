/** Where a study has the seed of an image. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathInside } from '../pathInside';
import { isFile } from '../study/find';
import { idSpellings } from '../study/images';
import type { ResolvedStudy } from '../study/resolvedStudy';

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

export interface StudySeedFile {
  readonly path: string;
  /** Name of its folder in the study's folder of seeds; empty: that folder itself. */
  readonly kind: string;
  readonly folder: string;
}

/** The seed file of an image id: LPCAM's before CAM's, maps before label PNGs; null where the study has none. */
export async function studySeedFile(study: ResolvedStudy, id: string): Promise<StudySeedFile | null> {
  for (const kind of await kindsIn(study.seedsFolder)) {
    const folder = join(study.seedsFolder, kind);
    for (const spelling of idSpellings(study, id))
      for (const ending of endings) {
        const path = pathInside(folder, `${spelling}.${ending}`);
        if (isFile(path)) return { path, kind, folder };
      }
  }
  return null;
}
