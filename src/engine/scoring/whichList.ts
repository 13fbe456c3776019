/**
 * Which list of images a folder of seeds belongs to. Scoring the seeds of one list on another is a classic mistake: so
 * the lists beside the study's are looked at, and what was taken is said.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readImageList } from '../../formats/imageList';
import { InputError } from '../../lpcam/inputError';
import type { ListChoice } from '../../protocol/score';
import { bareId } from './seedFiles';

/** Lists beside the study's that are looked at; a folder with more is no folder of lists. */
const mostLists = 40;
const mostBytes = 16 << 20;

export interface ImageList extends ListChoice {
  readonly ids: readonly string[];
}

/** What the person asked for: whatever fits best, every seed of the folder, or a file. */
export type WantedList = 'auto' | 'folder' | { readonly path: string };

async function listOf(path: string, has: (id: string) => boolean): Promise<ImageList> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new InputError(`The list ${path} cannot be read (${String(error)}).`, { file: path });
  });
  return made(path, basename(path), readImageList(text, path), has);
}

function made(
  path: string | null,
  name: string,
  ids: readonly string[],
  has: (id: string) => boolean,
): ImageList {
  return { path, name, ids, listed: ids.length, found: ids.filter(has).length };
}

/** The other lists of the folder that the study's lies in; files that are none are passed over. */
async function listsBeside(list: string, has: (id: string) => boolean): Promise<ImageList[]> {
  const folder = dirname(list);
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.txt')).sort();
  const lists: ImageList[] = [];
  for (const name of names.slice(0, mostLists)) {
    const path = join(folder, name);
    if (path === list) continue;
    const stats = await stat(path).catch(() => null);
    if (stats?.isFile() !== true || stats.size > mostBytes) continue;
    try {
      const beside = await listOf(path, has);
      if (beside.found > 0) lists.push(beside);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  }
  return lists;
}

/** How well a list fits a folder: images in both over images in either. */
function fit(list: ImageList, seeds: number): number {
  return list.found / (list.listed + seeds - list.found);
}

export interface ChosenList {
  readonly list: ImageList;
  /** Also possible, for the person to choose from. */
  readonly others: readonly ListChoice[];
}

/**
 * Chooses the list.
 * @param seeds ids of the folder's files; @param studyList path and ids of the study's list
 * @throws InputError when the list that was asked for cannot be read, or nothing listed has a seed
 */
export async function whichList(
  wanted: WantedList,
  seeds: readonly string[],
  studyList: { readonly path: string | null; readonly ids: readonly string[] },
): Promise<ChosenList> {
  const there = new Set(seeds);
  const has = (id: string) => there.has(bareId(id));
  const folder = made(null, 'every seed of the folder', seeds, has);
  const known =
    studyList.path === null
      ? []
      : [
          made(studyList.path, basename(studyList.path), studyList.ids, has),
          ...(await listsBeside(studyList.path, has)),
        ];
  const all = [...known, folder];
  const pick = async (): Promise<ImageList> => {
    if (wanted === 'folder') return folder;
    if (wanted !== 'auto')
      return all.find(({ path }) => path === wanted.path) ?? (await listOf(wanted.path, has));
    const [own] = known;
    // The study's own list counts as long as most of it has seeds, even where another fits a little better.
    if (own !== undefined && own.found >= own.listed / 2) return own;
    const best = known.reduce<ImageList | null>(
      (one, other) => (one === null || fit(other, seeds.length) > fit(one, seeds.length) ? other : one),
      null,
    );
    return best !== null && fit(best, seeds.length) > 0.5 ? best : folder;
  };
  const list = await pick();
  if (list.found === 0)
    throw new InputError(
      `None of the ${list.listed} images of ${list.path ?? list.name} has a seed (first: ${list.ids[0] ?? 'none'}). Seeds must be named as the list names the images.`,
      { file: list.path ?? undefined },
    );
  const others = all
    .filter((other) => other.path !== list.path)
    .map(({ path, name, listed, found }) => ({ path, name, listed, found }));
  return { list, others };
}
