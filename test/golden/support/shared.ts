/**
 * Finds the reference data that lies beside the repository (`../shared`): too large and not ours to commit. Tests that
 * need it are skipped, visibly, where it is absent: `describe.skipIf(!hasShared)(...)`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../shared', import.meta.url));

/** Path of a file or folder of the reference data. */
export function sharedPath(...parts: readonly string[]): string {
  return join(root, ...parts);
}

export const hasShared = existsSync(sharedPath('golden', 'README.md'));

/** A JSON file of the reference data, unchecked: the caller states its shape. */
export function sharedJson(...parts: readonly string[]): unknown {
  return JSON.parse(readFileSync(sharedPath(...parts), 'utf8'));
}
