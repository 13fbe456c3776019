/** A machine made up from the names of its files. */
import { dirname } from 'node:path';
import type { Machine } from '../../../../src/engine/machine';

export interface FakeMachine {
  readonly platform?: string;
  readonly files?: readonly string[];
  /** Files with a text. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Of files that were written at another time. */
  readonly stamps?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** ONNX Runtime 1.30.0 lies in /ort, programs run in /work. */
export function fakeMachine({
  platform = 'linux-x64',
  files = [],
  texts = {},
  stamps = {},
  env = {},
}: FakeMachine): Machine {
  const paths = [...files, ...Object.keys(texts)];
  const names = new Map<string, Set<string>>();
  for (const path of paths)
    for (let at = path; at !== '/'; at = dirname(at)) {
      const own = names.get(dirname(at)) ?? new Set<string>();
      names.set(dirname(at), own.add(at.slice(at.lastIndexOf('/') + 1)));
    }
  const exists = (path: string) => names.has(path) || paths.includes(path);
  return {
    platform,
    name: 'lab 6.1',
    home: '/home/me',
    exists,
    list: (folder) => [...(names.get(folder) ?? [])].sort(),
    read: (path) => texts[path] ?? null,
    stamp: (path) => (exists(path) ? (stamps[path] ?? '1 1') : null),
    env,
    workingFolder: '/work',
    runtime: '/ort',
    runtimeVersion: '1.30.0',
  };
}
