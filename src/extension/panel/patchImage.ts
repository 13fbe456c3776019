/** The file of an image that a bank knows by its id. */
import { stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { imageEndings } from '../imageFile';

/**
 * @param folder the study's images; null: it has none
 * @param image id (`2007_000033`), file name, or path
 * @returns path of the first file that is there, or null
 */
export async function patchImage(folder: string | null, image: string): Promise<string | null> {
  const start = isAbsolute(image) ? image : folder === null ? null : join(folder, image);
  if (start === null) return null;
  const endings = imageEndings.flatMap((ending) => [`.${ending}`, `.${ending.toUpperCase()}`]);
  for (const path of [start, ...endings.map((ending) => start + ending)]) {
    try {
      if ((await stat(path)).isFile()) return path;
    } catch {
      // Not under this ending; the next one.
    }
  }
  return null;
}
