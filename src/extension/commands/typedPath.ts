/** A path that a person types where files are listed. Pure but for the look at the disk. */
import { stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';

export interface TypedFrom {
  readonly home: string;
  /** Folders of the workspace: relative paths start there. */
  readonly folders: readonly string[];
}

/** Whether a text is meant as a path, not as a part of a listed name. */
export function looksLikePath(text: string): boolean {
  return /[\\/]/.test(text) || /^~/.test(text.trim());
}

/** Where a typed path may lie, best first: absolute, from the home folder, or from a folder of the workspace. */
function placesOf(text: string, { home, folders }: TypedFrom): string[] {
  const given = text.trim().replace(/^(["'])(.*)\1$/, '$2');
  if (/^~($|[\\/])/.test(given)) return [join(home, given.slice(1))];
  if (isAbsolute(given)) return [resolve(given)];
  return folders.map((folder) => resolve(folder, given));
}

export type TypedFile = { readonly path: string } | { readonly problem: string };

/** @returns the file that is meant, or what is wrong in words for the person */
export async function typedFile(text: string, from: TypedFrom): Promise<TypedFile> {
  const places = placesOf(text, from);
  let folder: string | null = null;
  for (const path of places) {
    const found = await stat(path).catch(() => null);
    if (found?.isFile() === true) return { path };
    if (found?.isDirectory() === true) folder ??= path;
  }
  if (folder !== null) return { problem: `${folder} is a folder. Type the path of a checkpoint in it.` };
  const [first] = places;
  if (first === undefined)
    return {
      problem: `${text.trim()} is relative, and no folder is open to start from. Type the whole path.`,
    };
  return { problem: `There is no file ${places.join(' or ')}.` };
}
