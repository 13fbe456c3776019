/** The machine as far as devices are looked for on it without loading anything native; tests describe others. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir, hostname, release } from 'node:os';
import { dirname, join } from 'node:path';

export interface Machine {
  /** `linux-x64`. */
  readonly platform: string;
  /** Its name and its system's version. */
  readonly name: string;
  readonly home: string;
  readonly exists: (path: string) => boolean;
  /** Names in a folder, sorted; empty where there is none. */
  readonly list: (folder: string) => readonly string[];
  /** A small text file; null where it cannot be read. */
  readonly read: (path: string) => string | null;
  /** Another word for another file: its size and time; null where there is none. */
  readonly stamp: (path: string) => string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where relative names of environments start. */
  readonly workingFolder: string;
  /** Folder of ONNX Runtime's native binding. */
  readonly runtime: string;
  /** ONNX Runtime's version, `1.30.0`. */
  readonly runtimeVersion: string;
}

function tried<T>(look: () => T): T | null {
  try {
    return look();
  } catch (error) {
    // Whatever cannot be looked at is not there for us: no permission, no such file, a folder of another kind.
    if (error instanceof Error && 'syscall' in error) return null;
    throw error;
  }
}

function versionIn(packageFile: string): string {
  const content: unknown = JSON.parse(readFileSync(packageFile, 'utf8'));
  const version = typeof content === 'object' && content && 'version' in content ? content.version : null;
  return typeof version === 'string' ? version : 'unknown';
}

/** This machine. */
export function thisMachine(): Machine {
  const packageFile = createRequire(__filename).resolve('onnxruntime-node/package.json');
  return {
    platform: `${process.platform}-${process.arch}`,
    name: `${hostname()} ${release()}`,
    home: homedir(),
    exists: (path) => tried(() => statSync(path)) !== null,
    list: (folder) => (tried(() => readdirSync(folder)) ?? []).sort(),
    read: (path) => tried(() => readFileSync(path, 'utf8')),
    stamp: (path) => {
      const found = tried(() => statSync(path));
      return found && `${found.size} ${found.mtimeMs}`;
    },
    env: process.env,
    workingFolder: process.cwd(),
    runtime: join(dirname(packageFile), 'bin', 'napi-v6', process.platform, process.arch),
    runtimeVersion: versionIn(packageFile),
  };
}
