import { isAbsolute, relative, resolve, sep } from 'node:path';
import { InputError } from '../lpcam/inputError';

/**
 * Path of a file in a folder by a name that comes from a list. Names may hold folders, but may not lead out:
 * lists are other people's files.
 */
export function pathInside(folder: string, name: string): string {
  const path = resolve(folder, name);
  const way = relative(folder, path);
  if (way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way))
    throw new InputError(`The image id "${name}" leads out of ${folder}.`, { file: folder });
  return path;
}
