/** ONNX Runtime sessions: the options each device wants, in one place. */
import { loadCudaLibraries } from './cuda/preparedCuda';
import * as ort from 'onnxruntime-node';
import { encodeModel } from '../formats/onnx';
import type { OnnxModel } from '../formats/onnxModel';
import { withSubsampledConvs } from '../network/subsampledConvs';
import type { DeviceName } from '../protocol/deviceNames';
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
  // Threads that wait for long sleep: while they spin they take the time of whatever else runs, a training's data loaders or
  // another session of ours. So long as the next operator takes to come they spin, which saves up to 5 %.
  // Convolutions of one pixel sum more channels at a time than ONNX Runtime's 128: each further round reads and writes the whole
  // output again, 3 % of both networks' time (docs/benchmarks.md).
  cpu: {
    executionProviders: ['cpu'],
    enableMemPattern: false,
    extra: {
      session: { intra_op: { spin_duration_us: '200' } },
      mlas: { nchwc_pointwise_conv_max_input_channel_batch: '512' },
    },
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

/** Options that ONNX Runtime's JavaScript knows nothing of, by their groups. */
function extraOf({ extra }: SessionOptions): { readonly session?: object } {
  return extra ?? {};
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
  const session = { ...extraOf(own).session, ...extraOf(more).session };
  const options: SessionOptions = { ...own, ...more, extra: { ...extraOf(own), session } };
  if (model instanceof Uint8Array) return ort.InferenceSession.create(model, options);
  const fitted = device === 'cpu' ? withSubsampledConvs(model) : model;
  const files = await writeModelFiles(fitted);
  if (files === null) return ort.InferenceSession.create(encodeModel(fitted), options);
  try {
    return await ort.InferenceSession.create(files.path, options);
  } finally {
    await files.remove();
  }
}
