/** What was made of a study (`sharedStudy.ts`), byte by byte. */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** All but what the study is of: a file that was left behind is a result, too. */
const isResult = (name: string) => !/^(images|list\.txt|lpcam\.json|\.lpcam)/.test(name);

/** Bank, seeds and manifest by path: all results but the record of the scoring, whose name tells when it was. */
export async function results(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const path = join(folder, name);
    if (!isResult(name) || !(await stat(path)).isFile()) continue;
    found.set(name, (await readFile(path)).toString('latin1'));
  }
  return found;
}

export async function removeResults(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (isResult(name)) await rm(join(folder, name), { recursive: true });
}
