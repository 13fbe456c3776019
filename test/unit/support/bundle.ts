/** Programs of ours, built for a test as they are for the package. */
import { build } from 'esbuild';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeBuild } from '../../../scripts/nodeBuild.mjs';

const root = join(import.meta.dirname, '..', '..', '..');

/**
 * Builds programs into a new folder inside the repository, where the native packages are found.
 * @param entryPoints name of the program -> its source, relative to the repository
 * @returns the folder, which the caller removes; it holds `<name>.cjs`
 */
export async function bundle(entryPoints: Readonly<Record<string, string>>): Promise<string> {
  const cache = join(root, 'node_modules', '.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'lpcam-test-'));
  await build({
    ...nodeBuild,
    entryPoints: Object.fromEntries(
      Object.entries(entryPoints).map(([name, source]) => [name, join(root, source)]),
    ),
    outdir: folder,
    outExtension: { '.js': '.cjs' },
  });
  return folder;
}
