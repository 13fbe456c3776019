/** ONNX Runtime sessions: the options each device wants, in one place. */
import { loadCudaLibraries } from './cuda/preparedCuda';
import * as ort from 'onnxruntime-node';
import { encodeModel } from '../formats/onnx';
import type { OnnxModel } from '../formats/onnxModel';
import type { DeviceName } from '../protocol/studyFile';
import { keepHalvesAsBits } from './halfTensors';
import { writeModelFiles } from './modelFiles';

// No tensor is made before a session is opened.
keepHalvesAsBits();

type SessionOptions = ort.InferenceSession.SessionOptions;

/**
 * Per device: its execution provider and what goes with it. Operators that a provider lacks run on the CPU inside the
 * same session, which is ONNX Runtime's own rule and not a fallback of the device. Outputs always come back to the CPU.
 */
const optionsByDevice: Readonly<Record<DeviceName, SessionOptions>> = {
  // A planned block for each input size, beside the memory that all sizes share, saves no time here: measured over four
  // scales of one image it took 390 MB more.
  // Threads that wait sleep: while they spin they take the time of whatever else runs, a training's data loaders or another
  // session of ours. With eight other programs on two cores that saved a quarter of an image's processor time and a third of
  // its time; with both cores to itself it costs up to 5 % (docs/benchmarks.md).
  cpu: {
    executionProviders: ['cpu'],
    enableMemPattern: false,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  },
  cuda: { executionProviders: [{ name: 'cuda', deviceId: 0 }] },
  webgpu: { executionProviders: [{ name: 'webgpu' }] },
  // DirectML wants both (its documentation): it plans memory itself and runs one node at a time.
  dml: {
    executionProviders: [{ name: 'dml', deviceId: 0 }],
    enableMemPattern: false,
    executionMode: 'sequential',
  },
  coreml: { executionProviders: [{ name: 'coreml' }] },
};

/** With what a session is opened on a device. */
export function sessionOptions(device: DeviceName): SessionOptions {
  return {
    graphOptimizationLevel: 'all',
    // Warnings about unused initialisers and the like would reach the person's log as noise; errors are thrown.
    logSeverityLevel: 3,
    ...optionsByDevice[device],
  };
}

/** Options that ONNX Runtime's JavaScript knows nothing of. */
function inSession({ extra }: SessionOptions): object {
  const { session } = (extra ?? {}) as { readonly session?: object };
  return session ?? {};
}

/**
 * Opens a model on a device. Blocks the thread while it loads.
 * @param model ONNX bytes, or a model, whose weights go to ONNX Runtime through a file if they are many
 * @param more options besides the device's own: profiling, or where the optimised model is saved
 * @throws Error of ONNX Runtime when the device or the model does not work; nothing falls back
 * @throws InputError when weights that are still in their checkpoint cannot be read any more
 */
export async function openSession(
  model: OnnxModel | Uint8Array,
  device: DeviceName,
  more: SessionOptions = {},
): Promise<ort.InferenceSession> {
  // TF32 would round CUDA's products to 10 bits and move the maps by 1e-3; published numbers are float32.
  if (device === 'cuda') {
    process.env['NVIDIA_TF32_OVERRIDE'] ??= '0';
    loadCudaLibraries();
  }
  const own = sessionOptions(device);
  const session = { ...inSession(own), ...inSession(more) };
  const options: SessionOptions = { ...own, ...more, extra: { session } };
  if (model instanceof Uint8Array) return ort.InferenceSession.create(model, options);
  const files = await writeModelFiles(model);
  if (files === null) return ort.InferenceSession.create(encodeModel(model), options);
  try {
    return await ort.InferenceSession.create(files.path, options);
  } finally {
    await files.remove();
  }
}
