/**
 * Makes ONNX Runtime find CUDA files that do not lie in its own package, which must not be written to. ONNX Runtime takes
 * its providers from the folder it was loaded from itself, by name. So that folder becomes one of ours: the binding's
 * copy, and links to ONNX Runtime's library and to the provider. `require.cache`, which Node lets a program fill, hands
 * that binding to onnxruntime-node. CUDA's own libraries are loaded before the provider asks for them, since the
 * loader's search path cannot be changed in a running process.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { constants } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../cacheFolder';
import type { Machine } from '../machine';
import type { CudaFiles } from './cudaFiles';

const bindingFile = 'onnxruntime_binding.node';
/** glibc's RTLD_NODELETE: what is no add-on for Node would be unloaded again. Node does not name it. */
const keepLoaded = 0x1000;

/** In the order in which they need each other; cuDNN's parts last. */
const loadOrder = [
  /^libcudart\.so\.\d+$/,
  /^libnvJitLink\.so\.\d+$/,
  /^libcublasLt\.so\.\d+$/,
  /^libcublas\.so\.\d+$/,
  /^libnvrtc\.so\.\d+$/,
  /^libcurand\.so\.\d+$/,
  /^libcufft\.so\.\d+$/,
  /^libcudnn_graph\.so\.\d+$/,
  /^libcudnn_ops\.so\.\d+$/,
  /^libcudnn_\w+\.so\.\d+$/,
  /^libcudnn\.so\.\d+$/,
];

/**
 * A folder with the binding and the provider side by side, made once per pair of them.
 * @throws Error of the file system
 */
export function joinedFolder(machine: Machine, files: CudaFiles, parent: string): string {
  const stamps = [machine.runtime, files.folder].flatMap((folder) =>
    machine.list(folder).map((name) => [folder, name, machine.stamp(join(folder, name))]),
  );
  const name = createHash('sha256')
    .update(JSON.stringify([machine.runtimeVersion, stamps]))
    .digest('hex')
    .slice(0, 16);
  const folder = join(parent, name);
  if (existsSync(folder)) return folder;
  const beside = `${folder}.${process.pid}.part`;
  rmSync(beside, { recursive: true, force: true });
  mkdirSync(beside, { recursive: true, mode: 0o700 });
  try {
    for (const file of machine.list(machine.runtime))
      // Node loads what a link leads to; a copy it takes from here. All else follows from where that lies.
      if (file === bindingFile) copyFileSync(join(machine.runtime, file), join(beside, file));
      else symlinkSync(join(machine.runtime, file), join(beside, file));
    for (const file of machine.list(files.folder))
      if (/^libonnxruntime_providers_\w+\.so$/.test(file) && !existsSync(join(beside, file)))
        symlinkSync(join(files.folder, file), join(beside, file));
    renameSync(beside, folder);
  } catch (error) {
    rmSync(beside, { recursive: true, force: true });
    // Another process may have been quicker.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** Where joined folders are kept. */
export function joinedFolders(): string {
  return join(cacheFolder(), 'lpcam-lens', 'cuda');
}

/** Hands the binding in `folder` to onnxruntime-node, which must not have been loaded yet. */
export function useBinding(machine: Machine, folder: string): void {
  const require = createRequire(__filename);
  const own = join(machine.runtime, bindingFile);
  const path = require.resolve(own);
  if (require.cache[path]) throw new Error('onnxruntime-node was loaded before its CUDA files were found.');
  const binding = new Module(path);
  binding.filename = path;
  process.dlopen(binding, join(folder, bindingFile));
  binding.loaded = true;
  require.cache[path] = binding;
}

/** Loads CUDA's libraries out of folders that the loader does not search. What cannot be loaded is told by the provider. */
export function loadLibraries(folders: readonly string[]): string[] {
  const files = folders.flatMap((folder) =>
    existsSync(folder) ? readdirSync(folder).map((name) => ({ name, path: join(folder, name) })) : [],
  );
  const loaded: string[] = [];
  for (const pattern of loadOrder)
    for (const { name, path } of files) {
      if (!pattern.test(name)) continue;
      try {
        process.dlopen({ exports: {} }, path, constants.dlopen.RTLD_NOW | keepLoaded);
        loaded.push(path);
      } catch (error) {
        // It is no add-on, which Node says after it was loaded.
        if (error instanceof Error && /did not self-register/.test(error.message)) loaded.push(path);
      }
    }
  return loaded;
}
