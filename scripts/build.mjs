/** Builds dist/ through esbuild.mjs, or leaves it when it is newer than everything it is made from. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError, run, UserError } from './command.mjs';
import { root } from './project.mjs';

const dist = join(root, 'dist');
/** What every complete build has; one that failed lacks some. */
const outputs = [
  'extension.cjs',
  'engine.cjs',
  'reader.cjs',
  'probe.cjs',
  'scoreWorker.cjs',
  'inputWorker.cjs',
  'lpcam.cjs',
  'webview',
].map((name) => join(dist, name));
const sources = ['src', 'esbuild.mjs', 'package-lock.json'].map((name) => join(root, name));

/**
 * The modification times of a file, or of a folder and all it holds. Folders count: a file that was deleted
 * leaves its mark only there.
 * @param {string} path
 * @returns {number[]} milliseconds; empty when there is nothing
 */
function times(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return [];
  if (!found.isDirectory()) return [found.mtimeMs];
  return [found.mtimeMs, ...readdirSync(path).flatMap((name) => times(join(path, name)))];
}

/** Whether dist/ was built after the last change of its sources. */
function upToDate() {
  if (!outputs.every((path) => existsSync(path))) return false;
  // esbuild writes no folder's name anew, so the oldest built file tells when the build began.
  const built = times(dist);
  return Math.min(...built) > Math.max(...sources.flatMap(times));
}

/**
 * @param {{always?: boolean}} [options] `always` builds even when dist/ is newer than its sources
 * @returns {Promise<boolean>} whether anything was built
 * @throws {UserError} when it does not build
 */
export async function build({ always = false } = {}) {
  if (!always && upToDate()) return false;
  try {
    await run(process.execPath, [join(root, 'esbuild.mjs')], { cwd: root });
  } catch (error) {
    if (error instanceof CommandError) throw new UserError('The build failed; the errors are above.');
    throw error;
  }
  return true;
}
