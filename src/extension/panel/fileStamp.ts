/** What tells that a file is as it was. */
import { stat } from 'node:fs/promises';

/** Equal while a file is as it was; a missing file has a stamp as well. */
export async function fileStamp(path: string): Promise<string> {
  try {
    const { mtimeMs, size } = await stat(path);
    return `${mtimeMs} ${size}`;
  } catch {
    // Deleted, or being replaced: that is a change like any other.
    return 'missing';
  }
}
