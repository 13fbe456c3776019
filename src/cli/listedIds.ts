import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readImageList } from '../formats/imageList';

/** Ids of a list the person named; null when none is named. */
export async function listedIds(path: string | undefined): Promise<readonly string[] | null> {
  if (path === undefined) return null;
  const full = resolve(path);
  return readImageList(await readFile(full, 'utf8'), full);
}
