/** What to wait for where a folder, and perhaps what it lies in, is not there yet. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

/** The outermost part of a path that is not there: a watcher needs a folder to look into. The path itself where it is there. */
export function firstMissing(path: string): string {
  const above = dirname(path);
  return above === path || existsSync(path) || existsSync(above) ? path : firstMissing(above);
}
