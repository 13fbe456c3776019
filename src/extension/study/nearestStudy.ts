/** The study of a file: the nearest `lpcam.json` in its folder or above. */
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { studyFileName } from './studyReference';

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    // Not there, or not for us to see: no study either way.
    return false;
  }
}

/**
 * @param path of a file, whether it exists or not
 * @returns the path of the study file, or null up to the root of the file system
 */
export async function nearestStudy(path: string): Promise<string | null> {
  let folder = dirname(path);
  for (;;) {
    const candidate = join(folder, studyFileName);
    if (await isFile(candidate)) return candidate;
    const parent = dirname(folder);
    if (parent === folder) return null;
    folder = parent;
  }
}
