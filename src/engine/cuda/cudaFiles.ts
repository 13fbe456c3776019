/**
 * Where the files of ONNX Runtime's CUDA provider are, which do not come with us: beside the binding (its installer puts
 * them there), in a folder that a person names, or in an `onnxruntime-gpu` wheel of the same version in the workspace's
 * Python environment, with the libraries of its nvidia-* packages. Reads the file system and runs nothing.
 */
import { isAbsolute, join } from 'node:path';
import type { Machine } from '../machine';
import { installedVersion, pythonEnvironments, sitePackages } from './pythonEnvironments';

/** Variable that names the folder; the setting `lpcam.cudaFolder` and the option `--cuda-folder` set it. */
const folderVariable = 'LPCAM_CUDA_FOLDER';

const providerFile = 'libonnxruntime_providers_cuda.so';
/** Between ONNX Runtime and any of its providers. */
const sharedFile = 'libonnxruntime_providers_shared.so';

export interface CudaFiles {
  /** Holds both files. */
  readonly folder: string;
  /** For a sentence: "the onnxruntime-gpu 1.30.0 wheel in /a/.venv". */
  readonly origin: string;
  /** Folders whose CUDA and cuDNN libraries are loaded first; those of the system are found without us. */
  readonly libraries: readonly string[];
}

/** What was found, or why each place that might have it does not do. */
export type CudaSearch =
  | { readonly files: CudaFiles; readonly problems: readonly string[] }
  | { readonly files: null; readonly problems: readonly string[] };

const cudaLibrary = /^lib(cudart|cublas|cublasLt|cudnn|cufft|curand|nvrtc)\.so\.\d+/;

/** Folders of an environment with CUDA's libraries: of the nvidia-* wheels, and conda's own. */
function librariesOf(machine: Machine, environment: string): string[] {
  const wheels = sitePackages(machine, environment).flatMap((site) =>
    machine.list(join(site, 'nvidia')).map((name) => join(site, 'nvidia', name, 'lib')),
  );
  const folders = [...wheels, join(environment, 'lib')];
  return folders.filter((folder) => machine.list(folder).some((name) => cudaLibrary.test(name)));
}

/** Null: nothing of it is there. A text: it is there and does not do. */
function inFolder(machine: Machine, folder: string): true | string | null {
  const [provider, shared] = [providerFile, sharedFile].map((name) => machine.exists(join(folder, name)));
  if (provider && shared) return true;
  if (!provider && !shared) return null;
  return `${folder} has ${provider ? providerFile : sharedFile} but not ${provider ? sharedFile : providerFile}`;
}

function inEnvironment(machine: Machine, environment: string): CudaFiles | string | null {
  const expected = machine.runtimeVersion;
  for (const site of sitePackages(machine, environment)) {
    const version = installedVersion(machine, site, 'onnxruntime-gpu');
    if (version === null) {
      const plain = installedVersion(machine, site, 'onnxruntime');
      if (plain !== null)
        return `${environment} has onnxruntime ${plain}, which is for the CPU: install onnxruntime-gpu==${expected} there`;
      continue;
    }
    if (version.split('+')[0] !== expected)
      return `${environment} has onnxruntime-gpu ${version}, but ${expected} is needed: pip install onnxruntime-gpu==${expected} there`;
    const folder = join(site, 'onnxruntime', 'capi');
    const held = inFolder(machine, folder);
    if (held !== true)
      return `onnxruntime-gpu ${version} in ${environment} is incomplete: ${held ?? `${folder} has no ${providerFile}`}`;
    const libraries = librariesOf(machine, environment);
    return { folder, origin: `the onnxruntime-gpu ${version} wheel in ${environment}`, libraries };
  }
  return null;
}

/** A configured folder may be that of the files, of an unpacked release, or of a Python environment. */
function inConfigured(machine: Machine, folder: string): CudaFiles | string {
  if (!isAbsolute(folder)) return `the configured CUDA folder ${folder} is no absolute path`;
  if (!machine.exists(folder)) return `the configured CUDA folder ${folder} does not exist`;
  const problems: string[] = [];
  for (const place of [folder, join(folder, 'lib')]) {
    const held = inFolder(machine, place);
    if (held === null) continue;
    if (held !== true) {
      problems.push(held);
      continue;
    }
    const stated = machine
      .list(place)
      .map((name) => /^libonnxruntime\.so\.(\d+\.\d+\.\d+)$/.exec(name)?.[1])
      .find((version) => version !== undefined);
    if (stated !== undefined && stated !== machine.runtimeVersion)
      return `the configured CUDA folder ${place} is of ONNX Runtime ${stated}, but ${machine.runtimeVersion} is needed`;
    const libraries = [place, ...librariesOf(machine, folder)];
    return { folder: place, origin: `the configured folder ${place}`, libraries: [...new Set(libraries)] };
  }
  const wheel = inEnvironment(machine, folder);
  if (wheel !== null && typeof wheel !== 'string') return wheel;
  return (
    wheel ??
    problems[0] ??
    `the configured CUDA folder ${folder} has neither ${providerFile} nor an onnxruntime-gpu wheel`
  );
}

/**
 * A configured folder counts before all others, and alone: a person who names one wants to hear what is wrong with it.
 * Then what lies beside the binding, then the environments in their order.
 */
export function findCuda(machine: Machine): CudaSearch {
  const configured = machine.env[folderVariable] ?? '';
  if (configured !== '') {
    const found = inConfigured(machine, configured);
    return typeof found === 'string' ? { files: null, problems: [found] } : { files: found, problems: [] };
  }
  const problems: string[] = [];
  const environments = pythonEnvironments(machine);
  const beside = inFolder(machine, machine.runtime);
  if (beside === true) {
    // Whoever installed the files may have CUDA's libraries from wheels only.
    const libraries = environments.flatMap((environment) => librariesOf(machine, environment));
    const origin = "ONNX Runtime's installer";
    return { files: { folder: machine.runtime, origin, libraries: [...new Set(libraries)] }, problems };
  }
  if (beside !== null) problems.push(beside);
  for (const environment of environments) {
    const found = inEnvironment(machine, environment);
    if (found === null) continue;
    if (typeof found !== 'string') return { files: found, problems };
    problems.push(found);
  }
  return { files: null, problems };
}
