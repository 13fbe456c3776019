/** Between image ids, image files, masks and labels of a study. */
import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, isAbsolute, join, parse, relative, resolve, sep } from 'node:path';
import { isFile } from './find';
import type { ResolvedStudy } from './resolvedStudy';

export const imageEndings = [
  '.jpg',
  '.jpeg',
  '.png',
  '.JPG',
  '.JPEG',
  '.PNG',
  '.webp',
  '.tif',
  '.tiff',
  '.avif',
  '.gif',
];

/** The ending of an image file's name. */
export const imageEnding = /\.(jpe?g|png|webp|tiff?|avif|gif)$/i;

/** A file in a folder, or null where the name leads out of it: lists are other people's files. */
function within(folder: string, name: string): string | null {
  const path = resolve(folder, name);
  const way = relative(folder, path);
  return way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way) ? null : path;
}

/** What COCO's files carry before the id that some lists use: `COCO_train2014_` in the folder `train2014`. */
const cocoPrefix = (folder: string) => `COCO_${basename(folder)}_`;

/** `COCO_train2014_000000000009` -> `000000000009` in a folder `train2014`; other names stay as they are. */
export function withoutCocoPrefix(folder: string, name: string): string {
  const prefix = cocoPrefix(folder);
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

/** The file of an image id; null where there is none. */
export function imagePath(study: ResolvedStudy, id: string): string | null {
  const folder = study.dataset.images;
  if (folder === null) return null;
  const names = imageEndings.map((ending) => id + ending);
  names.push(...imageEndings.map((ending) => cocoPrefix(folder) + id + ending), id);
  for (const name of names) {
    const path = within(folder, name);
    if (path !== null && isFile(path)) return path;
  }
  return null;
}

function known(study: ResolvedStudy, id: string): boolean {
  return study.dataset.labels?.has(id) === true || study.dataset.ids.includes(id);
}

function pathFrom(folder: string, path: string): string | null {
  const way = relative(folder, path);
  return way === '' || way.startsWith('..') || isAbsolute(way) ? null : way.split(sep).join('/');
}

/**
 * The id under which the study knows an image file: its path inside the images folder without the ending; null for a
 * file elsewhere. Where the study has no images folder, the file's name alone decides.
 */
export function imageId(study: ResolvedStudy, path: string): string | null {
  const folder = study.dataset.images;
  if (folder === null) {
    const { name } = parse(path);
    return known(study, name) ? name : null;
  }
  const way =
    pathFrom(folder, resolve(path)) ??
    // The folder or the file may be reached through a link.
    (existsSync(path) ? pathFrom(realpathSync(folder), realpathSync(path)) : null);
  if (way === null) return null;
  const { dir, name } = parse(way);
  const id = dir === '' ? name : `${dir}/${name}`;
  const short = withoutCocoPrefix(folder, id);
  return !known(study, id) && known(study, short) ? short : id;
}

/** The mask of an image id; null where there is none. */
export function maskPath(study: ResolvedStudy, id: string): string | null {
  const folder = study.dataset.masks;
  if (folder === null) return null;
  const prefix = study.dataset.images === null ? null : cocoPrefix(study.dataset.images);
  const names = [`${id}.png`, ...(prefix === null ? [] : [`${prefix}${id}.png`])];
  for (const name of names) {
    const path = within(folder, name);
    if (path !== null && isFile(path)) return path;
  }
  return null;
}

/**
 * The names under which other files of an image may lie: its id, and, of COCO's images, the id with and without what
 * their files carry before it.
 */
export function idSpellings(study: ResolvedStudy, id: string): readonly string[] {
  const folder = study.dataset.images;
  if (folder === null || !/^(train|val|test)\d{4}$/.test(basename(folder))) return [id];
  const prefix = cocoPrefix(folder);
  return id.startsWith(prefix) ? [id, id.slice(prefix.length)] : [id, prefix + id];
}

/** Class indices of an image id, ascending; null where no label says. */
export function labelsOf(study: ResolvedStudy, id: string): readonly number[] | null {
  return study.dataset.labels?.get(id) ?? null;
}

/** A path as a study file in `folder` would write it: relative and with forward slashes where it lies inside. */
export function studyPath(folder: string, path: string): string {
  const way = relative(folder, path);
  if (way === '') return '.';
  return way.startsWith('..') || isAbsolute(way) ? path : way.split(sep).join('/');
}

/** A path of a study file in `folder`, absolute; `~/` is the home folder. */
export function studyPathOf(folder: string, given: string): string {
  return resolve(folder, /^~[\\/]/.test(given) ? join(homedir(), given.slice(2)) : given);
}
