/** Every name an image of a study goes by in texts. */
import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import type { EngineParams, EngineResult } from '../../protocol/engine';
import { imageEnding, withoutCocoPrefix } from '../study/images';
import { resolveStudy } from '../study/resolve';

/** COCO has 123,287 images; a folder of more than this is no data set of the field's. */
const mostNames = 500_000;

/** The folder's file names without their endings; none where it cannot be read. */
async function fileNames(folder: string | null): Promise<string[]> {
  if (folder === null) return [];
  // A folder that nobody may look into has no images for us; those of the list are known all the same.
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => imageEnding.test(name)).map((name) => name.replace(imageEnding, ''));
}

/**
 * The ids of the study's list and labels, and the names of the files in its folder of images.
 * @throws InputError when the study cannot be read
 */
export async function imageNames(
  params: EngineParams<'imageNames'>,
  signal: AbortSignal,
): Promise<EngineResult<'imageNames'>> {
  const { dataset } = await resolveStudy(params.study);
  signal.throwIfAborted();
  const names = new Set<string>(dataset.ids);
  for (const id of dataset.labels?.keys() ?? []) names.add(id);
  const { images } = dataset;
  for (const name of await fileNames(images)) {
    if (names.size >= mostNames) break;
    names.add(name);
    if (images !== null) names.add(withoutCocoPrefix(basename(images), name));
  }
  return { names: [...names].slice(0, mostNames), images };
}
