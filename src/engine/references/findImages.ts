/** Which image a reference in a text means. Looks at fixed places only, and loads nothing native. */
import { createHash } from 'node:crypto';
import { dirname, isAbsolute, parse, relative, resolve, sep } from 'node:path';
import type { EngineParams, EngineResult } from '../../protocol/engine';
import type { ReferredImage } from '../../protocol/reference';
import { fileVersion } from '../fileVersion';
import { pause } from '../pause';
import { isFile } from '../study/find';
import { imageEnding, imageId, imagePath, labelsOf, maskPath } from '../study/images';
import { resolveStudy } from '../study/resolve';
import type { ResolvedStudy } from '../study/resolvedStudy';

/** A path on another computer: looking for it would ask that computer. */
const remote = /^([\\/]{2}|[a-z][a-z+.-]+:\/\/)/i;

/** Where a path in a text may start from, best first. */
function starts(study: ResolvedStudy | null, folders: readonly string[]): string[] {
  const all = [...folders];
  if (study !== null) {
    all.push(study.folder);
    const { images, masks } = study.dataset;
    for (const folder of [images, masks]) if (folder !== null) all.push(dirname(folder), folder);
  }
  return all;
}

/** The file a path names: as it stands, or under one of the folders (VOC's pairs start with a slash all the same). */
function fileOf(text: string, study: ResolvedStudy | null, folders: readonly string[]): string | null {
  if (remote.test(text) || text.includes('\0')) return null;
  if (isAbsolute(text) && isFile(text)) return resolve(text);
  const way = text.replace(/^[\\/]+/, '').replaceAll('\\', sep);
  for (const folder of starts(study, folders)) {
    const path = resolve(folder, way);
    if (isFile(path)) return path;
  }
  return null;
}

function inside(folder: string | null, path: string): boolean {
  if (folder === null) return false;
  const way = relative(folder, path);
  return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}

/** The image that a file shows or, as a mask, belongs to. */
function imageOfFile(study: ResolvedStudy | null, file: string): string {
  if (study === null || inside(study.dataset.images, file)) return file;
  const { masks } = study.dataset;
  if (!inside(masks, file)) return file;
  return imagePath(study, parse(file).name) ?? file;
}

function imageOf(text: string, study: ResolvedStudy | null, folders: readonly string[]): string | null {
  if (!imageEnding.test(text)) return study === null ? null : imagePath(study, text);
  const file = fileOf(text, study, folders);
  if (file !== null) return imageOfFile(study, file);
  // Lists are written on one machine and read on another: the name of the file is what stays.
  if (study === null || remote.test(text)) return null;
  return imagePath(study, parse(text.replaceAll('\\', '/')).name);
}

/** A digest of everything the study's maps of an image depend on. */
async function stateOf(study: ResolvedStudy, image: string, id: string | null): Promise<string> {
  const { checkpoint, network, classes, settings, system, bankPath, device, precision } = study;
  const mask = id === null ? null : maskPath(study, id);
  const versions = [image, checkpoint, bankPath, ...(mask === null ? [] : [mask])].map(fileVersion);
  const labels = id === null ? null : labelsOf(study, id);
  const parts = [await Promise.all(versions), network, classes, settings, system, device, precision, labels];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

async function referredImage(
  text: string,
  study: ResolvedStudy | null,
  folders: readonly string[],
): Promise<ReferredImage> {
  const image = imageOf(text, study, folders);
  if (image === null) return { image: null, id: null, mask: null, classes: null, state: null };
  if (study === null) return { image, id: null, mask: null, classes: null, state: null };
  const id = imageId(study, image);
  const labels = id === null ? null : labelsOf(study, id);
  return {
    image,
    id,
    mask: id === null ? null : maskPath(study, id),
    classes: labels && labels.map((index) => study.classes?.[index] ?? `class ${index}`),
    state: await stateOf(study, image, id),
  };
}

/** @throws InputError when the study cannot be read */
export async function findImages(
  { study: reference, references, folders }: EngineParams<'findImages'>,
  signal: AbortSignal,
): Promise<EngineResult<'findImages'>> {
  const study = reference === null ? null : await resolveStudy(reference);
  const images: ReferredImage[] = [];
  for (const text of references) {
    await pause(signal);
    images.push(await referredImage(text, study, folders));
  }
  return { images };
}
