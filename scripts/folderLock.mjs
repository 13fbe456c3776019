/**
 * A lock between processes: a folder, because making one either succeeds or fails. Hand-written, because it
 * must work before node_modules exists.
 */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * @param {string} path
 * @returns {boolean} whether the folder was made by this call
 */
function makeFolder(path) {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Whether the lock's owner is gone. An owner that has not yet written its id is given five seconds.
 * @param {string} path
 */
function isStale(path) {
  /** @type {number} */
  let owner;
  try {
    owner = Number(readFileSync(join(path, 'pid'), 'utf8'));
  } catch {
    const made = statSync(path, { throwIfNoEntry: false });
    return made !== undefined && Date.now() - made.mtimeMs > 5000;
  }
  try {
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH';
  }
}

/**
 * Does some work while no other process does the same.
 * @template T
 * @param {string} path the lock's folder; the folder around it must exist
 * @param {() => Promise<T>} work
 * @param {() => void} [onWait] called once when another process has the lock
 * @returns {Promise<T>}
 */
export async function withFolderLock(path, work, onWait) {
  for (let tries = 0; !makeFolder(path); tries++) {
    if (isStale(path)) {
      rmSync(path, { recursive: true, force: true });
      continue;
    }
    if (tries === 0) onWait?.();
    await sleep(300);
  }
  writeFileSync(join(path, 'pid'), String(process.pid));
  try {
    return await work();
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
