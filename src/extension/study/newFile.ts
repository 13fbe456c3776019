/** Writes a file that must not be there yet. */
import { randomBytes } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';

/** What file systems without hard links answer. */
const unlinkable: ReadonlySet<string | undefined> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
]);

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;

/**
 * Writes a file whole or not at all, and never over another: beside its place first, then linked to it, which fails
 * where a file is. The engine's `writeWhole` renames, which would replace that file.
 * @param linkFile `link` of `node:fs/promises`, or what stands for it
 * @throws Error with code `EEXIST` when there is a file of that name
 */
export async function writeNewFile(path: string, text: string, linkFile = link): Promise<void> {
  const beside = `${path}.${randomBytes(4).toString('hex')}.part`;
  try {
    const file = await open(beside, 'wx');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    try {
      await linkFile(beside, path);
    } catch (error) {
      if (!unlinkable.has(codeOf(error))) throw error;
      await renameToNew(beside, path);
    }
  } finally {
    await rm(beside, { force: true });
  }
}

/** Takes the name with an empty file of our own, which may be replaced, where there are no hard links. */
async function renameToNew(beside: string, path: string): Promise<void> {
  await (await open(path, 'wx')).close();
  try {
    await rename(beside, path);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}
