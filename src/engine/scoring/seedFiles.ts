/** The files of a folder by the image ids they belong to. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { readSeed } from '../../formats/readSeed';
import { InputError } from '../../lpcam/inputError';
import { pathInside } from '../pathInside';

/** Path of the file by image id. */
export type FilesById = ReadonlyMap<string, string>;

/** Of seeds; the first one wins where an image has several. */
export const seedEndings = ['.npy', '.npz', '.png'] as const;
/** Files that are looked into before a folder is taken for one of class maps. */
const tried = 5;

/** COCO's lists and files name an image with or without this. */
const cocoPrefix = /^COCO_(train|val|test)2014_/;

export function bareId(id: string): string {
  return id.replace(cocoPrefix, '');
}

/**
 * Finds the files of a folder and the folders in it. Paths come from the folder, never from a list: no id leads out.
 * @param endings in lower case, with their dot; the first one wins where an image has several
 * @throws InputError when the folder cannot be read
 */
export async function filesById(folder: string, endings: readonly string[]): Promise<FilesById> {
  const names = await readdir(folder, { recursive: true }).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT'
        ? 'does not exist'
        : code === 'ENOTDIR'
          ? 'is no folder'
          : `cannot be read (${String(error)})`;
    throw new InputError(`${folder} ${why}.`, { file: folder });
  });
  const found = new Map<string, { path: string; rank: number }>();
  for (const name of names.sort()) {
    const ending = extname(name);
    const rank = endings.indexOf(ending.toLowerCase());
    if (rank < 0) continue;
    const id = bareId(name.slice(0, -ending.length).split(sep).join('/'));
    const known = found.get(id);
    if (known === undefined || rank < known.rank) found.set(id, { path: join(folder, name), rank });
  }
  return new Map([...found].map(([id, { path }]) => [id, path]));
}

/**
 * The file of an image in a folder: under its own name, or found among all when it is named otherwise.
 * @throws InputError when the folder cannot be read
 */
export async function fileOf(folder: string, id: string, endings: readonly string[]): Promise<string | null> {
  for (const ending of endings) {
    const path = pathInside(folder, id + ending);
    if (existsSync(path)) return path;
  }
  return (await filesById(folder, endings)).get(bareId(id)) ?? null;
}

/** Whether a folder's first readable file is a label map: there is nothing to threshold then. */
async function holdsLabels(files: FilesById, classes: number | null): Promise<boolean> {
  for (const path of [...files.values()].slice(0, tried)) {
    try {
      const seed = readSeed(await readFile(path), path, { classes, labels: null, readAs: null });
      return seed.kind === 'labels';
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  }
  return false;
}

/**
 * The seeds of a folder: arrays where it has any, else PNGs.
 * @param classes of the study; null: nobody names them
 * @throws InputError when it has none
 */
export async function seedFiles(
  folder: string,
  classes: number | null,
): Promise<{ readonly files: FilesById; readonly labelMaps: boolean }> {
  const arrays = await filesById(folder, seedEndings.slice(0, 2));
  const files = arrays.size > 0 ? arrays : await filesById(folder, ['.png']);
  if (files.size > 0) return { files, labelMaps: await holdsLabels(files, classes) };
  throw new InputError(
    `${folder}: no seeds in this folder. Seeds are .npy or .npz files (class maps) or .png files (label maps), one per image, named as the list names the image.`,
    { file: folder },
  );
}
