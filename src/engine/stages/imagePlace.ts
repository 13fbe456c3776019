/** Where an image stands among the study's images, and which come before and after it. */
import { readdirSync } from 'node:fs';
import { basename, dirname, extname, join, parse } from 'node:path';
import { InputError } from '../../lpcam/inputError';
import { imageEndings, imageId, imagePath } from '../study/images';
import type { ResolvedStudy } from '../study/resolvedStudy';

export interface ImagePlace {
  /** Path. */
  readonly image: string;
  /** The id under which the study's lists know it, else the file's name without its ending. */
  readonly id: string;
  /** From 0; null: the image is neither in the list nor in its folder. */
  readonly index: number | null;
  readonly count: number;
  /** `list`: the study's; `folder`: the image's own, for images that the list leaves out. */
  readonly of: 'list' | 'folder';
  readonly previous: string | null;
  readonly next: string | null;
}

/** Lists name images that somebody never copied; further than this nobody looks. */
const mostSteps = 1000;

function there(study: ResolvedStudy, from: number, step: 1 | -1): string | null {
  const { ids } = study.dataset;
  for (let i = from, steps = 0; i >= 0 && i < ids.length && steps < mostSteps; i += step, steps++) {
    const path = imagePath(study, ids[i] ?? '');
    if (path !== null) return path;
  }
  return null;
}

function inList(study: ResolvedStudy, image: string, id: string, index: number): ImagePlace {
  const [previous, next] = [there(study, index - 1, -1), there(study, index + 1, 1)];
  return { image, id, index, count: study.dataset.ids.length, of: 'list', previous, next };
}

function inFolder(image: string, id: string): ImagePlace {
  const folder = dirname(image);
  const names = readdirSync(folder)
    .filter((name) => imageEndings.includes(extname(name)))
    .sort();
  const index = names.indexOf(basename(image));
  const at = (place: number) => (index < 0 || names[place] === undefined ? null : join(folder, names[place]));
  return {
    image,
    id,
    index: index < 0 ? null : index,
    count: names.length,
    of: 'folder',
    previous: at(index - 1),
    next: at(index + 1),
  };
}

/**
 * @param wanted a path, or a place in the study's list
 * @throws InputError when there is no such image
 */
export function imagePlace(study: ResolvedStudy, wanted: string | number): ImagePlace {
  const { ids } = study.dataset;
  const file = study.file ?? undefined;
  if (typeof wanted === 'number') {
    const image = there(study, Math.min(wanted, ids.length - 1), 1);
    if (image === null)
      throw new InputError(
        ids.length === 0
          ? 'The study lists no images: name a list as `dataset.list`, or choose an image file.'
          : `None of the study's ${ids.length} listed images is there${wanted > 0 ? ` from number ${wanted + 1} on` : ''}: check \`dataset.images\`.`,
        { file, field: 'dataset.images' },
      );
    return imagePlace(study, image);
  }
  const id = imageId(study, wanted) ?? parse(wanted).name;
  const index = ids.indexOf(id);
  return index < 0 ? inFolder(wanted, id) : inList(study, wanted, id, index);
}
