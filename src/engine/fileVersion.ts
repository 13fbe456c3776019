import { stat } from 'node:fs/promises';

/** Path, time of change and size of a file: equal as long as nobody wrote it. Null where there is no such file. */
export async function fileVersion(path: string): Promise<string | null> {
  const stats = await stat(path, { bigint: true }).catch(() => null);
  if (stats === null || !stats.isFile()) return null;
  return `${path}\0${stats.mtimeNs}\0${stats.size}`;
}
