/** What is done before ONNX Runtime is loaded, for CUDA and besides, which is why this module comes first wherever it is imported. */
import '../noTelemetry';
import { hasNvidiaDriver } from '../deviceTable';
import { thisMachine, type Machine } from '../machine';
import { joinedFolder, joinedFolders, loadLibraries, useBinding } from './cudaBinding';
import { findCuda, type CudaFiles } from './cudaFiles';

function looked(machine: Machine): CudaFiles | null {
  return machine.platform === 'linux-x64' && hasNvidiaDriver(machine) ? findCuda(machine).files : null;
}

/** Lets ONNX Runtime find the files that are here. Where it cannot be done, CUDA fails in its probe, which says why. */
function prepare(): CudaFiles | null {
  const machine = thisMachine();
  const files = looked(machine);
  if (files === null) return null;
  try {
    if (files.folder !== machine.runtime) useBinding(machine, joinedFolder(machine, files, joinedFolders()));
    return files;
  } catch (error) {
    console.warn(`The CUDA files in ${files.folder} cannot be used: ${String(error)}`);
    return null;
  }
}

const prepared = prepare();
let librariesLoaded = false;

/** Loads CUDA's libraries, once, before the first session that needs them. */
export function loadCudaLibraries(): void {
  if (librariesLoaded || prepared === null) return;
  librariesLoaded = true;
  loadLibraries(prepared.libraries);
}

/** Whether a process started now would use other CUDA files than this one does. */
export function cudaFilesChanged(): boolean {
  return JSON.stringify(looked(thisMachine())) !== JSON.stringify(prepared);
}
