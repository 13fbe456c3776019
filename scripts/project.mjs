/** Where things are: the project's own folders and the user's cache. Imports nothing outside Node. */
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The repository's root. Found by walking up, because the test bundles in dist-test/ contain this file too.
 * @returns {string}
 */
function findRoot() {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package-lock.json'))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new Error('Not inside the LPCAM Lens repository: no package-lock.json above.');
    folder = parent;
  }
  return folder;
}

export const root = findRoot();
export const testResults = join(root, 'test-results');
export const testBundles = join(root, 'dist-test');

/**
 * The parts of package.json that the scripts need.
 * @returns {{name: string, publisher: string, version: string}}
 */
export function manifest() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
}

/**
 * The folder for what is downloaded once and kept between clones.
 * @returns {string}
 */
export function cacheFolder() {
  const base =
    process.env['XDG_CACHE_HOME'] ||
    (process.platform === 'win32' && process.env['LOCALAPPDATA']) ||
    join(homedir(), '.cache');
  return join(base, 'lpcam-lens');
}

/**
 * A new folder for one run. Its name has a space on purpose: people's paths have them.
 * @param {string} purpose
 * @returns {string}
 */
export function temporaryFolder(purpose) {
  return mkdtempSync(join(tmpdir(), `lpcam ${purpose}-`));
}

/**
 * VS Code's name for this platform, as in a VSIX's `--target`.
 * @returns {string}
 */
export function platformTarget() {
  return `${process.platform}-${process.arch === 'arm' ? 'armhf' : process.arch}`;
}
