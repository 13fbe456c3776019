/** Installs the project's packages when they are missing or out of date, and does nothing otherwise. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError, isMain, npm, runMain, UserError } from './command.mjs';
import { root } from './project.mjs';

const lockFile = join(root, 'package-lock.json');
const modules = join(root, 'node_modules');
const stamp = join(modules, '.lpcam-lock-hash');

/** @typedef {{version?: string, optional?: boolean, devOptional?: boolean, link?: boolean}} LockedPackage */

/**
 * @param {string} path
 * @returns {Record<string, LockedPackage>}
 */
function lockedPackages(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages ?? {};
}

/** The hash of what should be installed. Native packages differ by platform, so it is part of it. */
function wantedHash() {
  const hash = createHash('sha256').update(readFileSync(lockFile));
  return hash.update(`${process.platform}-${process.arch}`).digest('hex');
}

/**
 * Whether npm's own record of the installed tree has every package of the lock file at its version. This is
 * so after a plain `npm install`, which knows nothing of our stamp: there is no reason to install twice.
 */
function treeEqualsLock() {
  const record = join(modules, '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = lockedPackages(record);
  return Object.entries(lockedPackages(lockFile)).every(([path, wanted]) => {
    if (path === '' || wanted.link) return true;
    const found = installed[path];
    if (!found) return Boolean(wanted.optional || wanted.devOptional);
    return found.version === wanted.version && existsSync(join(root, path, 'package.json'));
  });
}

/** Node's version is checked here, because every script comes by and npm only warns. */
function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 15)) {
    throw new UserError(
      `LPCAM Lens needs Node 20.15 or later; this is ${process.version} (${process.execPath}).`,
    );
  }
}

/**
 * Installs what package-lock.json lists, unless it is there already.
 * @returns {Promise<boolean>} whether anything was installed
 * @throws {UserError} when npm fails
 */
export async function install() {
  checkNode();
  const hash = wantedHash();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return false;
  if (treeEqualsLock()) {
    writeFileSync(stamp, hash);
    return false;
  }
  console.log('Installing packages (npm ci) ...');
  // onnxruntime-node's install script fetches the CUDA provider from outside the registry; it is not needed.
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
  try {
    await npm(['ci', '--no-audit', '--no-fund'], { cwd: root, env });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new UserError(
      `The packages could not be installed (${error.message})\n` +
        `npm's own message is above. The npm registry must be reachable ("npm ping" tries it), and ${root} must be writable.`,
    );
  }
  writeFileSync(stamp, hash);
  return true;
}

if (isMain(import.meta.url)) {
  await runMain(async () => {
    if (!(await install())) console.log('Packages are up to date.');
  });
}
