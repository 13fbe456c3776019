import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of this user on a disk: the system's folder for temporary files often is memory itself. */
export function cacheFolder(): string {
  if (process.platform === 'win32') return process.env['LOCALAPPDATA'] ?? tmpdir();
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches');
  const stated = process.env['XDG_CACHE_HOME'];
  return stated ? stated : join(homedir(), '.cache');
}
