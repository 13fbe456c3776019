/** Python environments of the workspace, as folders on disk: none of their programs is run. */
import { delimiter, isAbsolute, join } from 'node:path';
import type { Machine } from '../machine';

/** Variable in which the extension names environments: of the chosen interpreter, and of the workspace's folders. */
const environmentsVariable = 'LPCAM_PYTHON_ENVIRONMENTS';

/** Names under which a workspace usually keeps its environment. */
const usualNames = ['.venv', 'venv', 'env', '.conda'];

/** Folders of environments, the most likely first: the chosen interpreter's, the shell's, those beside the code. */
export function pythonEnvironments(machine: Machine): string[] {
  const { env, workingFolder } = machine;
  const named = (env[environmentsVariable] ?? '').split(delimiter);
  const active = [env['VIRTUAL_ENV'] ?? '', env['CONDA_PREFIX'] ?? ''];
  const beside = usualNames.map((name) => join(workingFolder, name));
  const folders = [...named, ...active, ...beside].filter((folder) => isAbsolute(folder));
  return [...new Set(folders)].filter((folder) => machine.exists(folder));
}

/** Folders in which an environment's packages lie. */
export function sitePackages(machine: Machine, environment: string): string[] {
  return machine
    .list(join(environment, 'lib'))
    .filter((name) => /^python3\.\d+t?$/.test(name))
    .map((name) => join(environment, 'lib', name, 'site-packages'))
    .filter((folder) => machine.exists(folder));
}

/** Version of an installed package, by the name of its `dist-info` folder; null: it is not installed. */
export function installedVersion(machine: Machine, site: string, name: string): string | null {
  const prefix = `${name.replaceAll('-', '_')}-`.toLowerCase();
  const suffix = '.dist-info';
  const found = machine.list(site).find((entry) => {
    const lower = entry.toLowerCase();
    return lower.startsWith(prefix) && lower.endsWith(suffix);
  });
  return found?.slice(prefix.length, -suffix.length) ?? null;
}
