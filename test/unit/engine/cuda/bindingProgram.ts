/** Opens a session on CUDA with files found on this machine: argument 1 is a folder for the joined ones, 2 whether to load libraries. */
import { joinedFolder, loadLibraries, useBinding } from '../../../../src/engine/cuda/cudaBinding';
import { findCuda } from '../../../../src/engine/cuda/cudaFiles';
import { thisMachine } from '../../../../src/engine/machine';
import { probeModel } from '../../../../src/engine/probeModel';

async function main(): Promise<void> {
  const [, , parent = '', load] = process.argv;
  const machine = thisMachine();
  const { files } = findCuda(machine);
  if (files === null) throw new Error('no CUDA files');
  useBinding(machine, joinedFolder(machine, files, parent));
  if (load === 'load') loadLibraries(files.libraries);
  const ort = await import('onnxruntime-node');
  await ort.InferenceSession.create(probeModel(), { executionProviders: ['cpu'] });
  process.stderr.write('CPU works\n');
  await ort.InferenceSession.create(probeModel(), {
    executionProviders: ['cuda'],
    logSeverityLevel: 3,
  }).catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
}

void main();
