/** What a finding about devices depends on: drivers, ONNX Runtime, and the files and variables that lead to them. */
import { createHash } from 'node:crypto';
import { delimiter, isAbsolute, join } from 'node:path';
import { version } from '../../package.json';
import { findCuda } from './cuda/cudaFiles';
import type { Machine } from './machine';

/** Variables that choose drivers, GPUs or libraries. */
const variables = [
  'CUDA_VISIBLE_DEVICES',
  'NVIDIA_TF32_OVERRIDE',
  'LD_LIBRARY_PATH',
  'VK_ICD_FILENAMES',
  'VK_DRIVER_FILES',
  'VK_ADD_DRIVER_FILES',
  'VK_LAYER_PATH',
  'VK_LOADER_DRIVERS_SELECT',
  'MESA_VK_DEVICE_SELECT',
  'DRI_PRIME',
];

/** What a variable names, in its order. */
function named(machine: Machine, variable: string): string[] {
  return (machine.env[variable] ?? '').split(delimiter).filter((path) => path !== '');
}

/** Vulkan's drivers on Linux: the files that name them, and the libraries those name. */
function vulkanDrivers(machine: Machine): string[] {
  const folders = ['/usr/share', '/usr/local/share', '/etc', join(machine.home, '.local/share')];
  const installed = folders
    .map((folder) => join(folder, 'vulkan/icd.d'))
    .flatMap((folder) => machine.list(folder).map((name) => join(folder, name)));
  const chosen = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'].flatMap((variable) => named(machine, variable));
  const files = [...(chosen.length === 0 ? installed : chosen), ...named(machine, 'VK_ADD_DRIVER_FILES')];
  return files.flatMap((file) => {
    const library = /"library_path"\s*:\s*"([^"]+)"/.exec(machine.read(file) ?? '')?.[1] ?? '';
    return isAbsolute(library) ? [file, library] : [file];
  });
}

/** Another word wherever a finding may have become another one. */
export function fingerprint(machine: Machine): string {
  const stamped = (paths: readonly string[]) => paths.map((path) => [path, machine.stamp(path)]);
  const { files } = findCuda(machine);
  const cuda = files && [
    files.origin,
    stamped(machine.list(files.folder).map((name) => join(files.folder, name))),
    stamped(files.libraries),
  ];
  const facts = [
    [version, machine.runtimeVersion, machine.platform, machine.name],
    // NVIDIA's kernel module states its version here, and Windows keeps its drivers there.
    machine.read('/proc/driver/nvidia/version'),
    machine.stamp('C:\\Windows\\System32\\DriverStore\\FileRepository'),
    machine.list('/dev/dri'),
    machine.list('/proc/driver/nvidia/gpus'),
    // Windows' drivers, in the Linux that it runs: each has a folder by its version.
    machine.list('/usr/lib/wsl/drivers'),
    stamped(vulkanDrivers(machine)),
    // Written whenever libraries of the system come or go: Vulkan's loader, drivers' and CUDA's own, cuDNN. What the loader is
    // told besides lies in these folders.
    stamped(['/etc/ld.so.cache', ...named(machine, 'LD_LIBRARY_PATH')]),
    stamped(machine.list(machine.runtime).map((name) => join(machine.runtime, name))),
    cuda,
    variables.map((name) => machine.env[name] ?? null),
  ];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}
