/** The engine, in this process. Loaded when a command needs it: help and scoring work without native code. */
import { join, resolve } from 'node:path';
import type { Engine } from '../engine/engine';
import type { CommonOptions } from './commonOptions';

export async function openEngine({ cudaFolder }: Pick<CommonOptions, 'cudaFolder'>): Promise<Engine> {
  // Read when ONNX Runtime is loaded, which is now.
  if (cudaFolder !== undefined) process.env['LPCAM_CUDA_FOLDER'] = resolve(cudaFolder);
  const { deviceMemoryPath } = await import('../engine/deviceMemory');
  const { Engine } = await import('../engine/engine');
  return new Engine({ inputScript: join(__dirname, 'inputWorker.cjs'), deviceMemory: deviceMemoryPath() });
}
