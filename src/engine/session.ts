/** ONNX Runtime sessions: the options each device wants, in one place. */
import * as ort from 'onnxruntime-node';
import type { DeviceName } from '../protocol/studyFile';
import { keepHalvesAsBits } from './halfTensors';

// No tensor is made before a session is opened.
keepHalvesAsBits();

type SessionOptions = ort.InferenceSession.SessionOptions;

/**
 * Per device: its execution provider and what goes with it. Operators that a provider lacks run on the CPU inside the
 * same session, which is ONNX Runtime's own rule and not a fallback of the device. Outputs always come back to the CPU.
 */
const optionsByDevice: Readonly<Record<DeviceName, SessionOptions>> = {
  cpu: { executionProviders: ['cpu'] },
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

/**
 * Opens a model on a device. Blocks the thread while it loads.
 * @param model ONNX bytes
 * @throws Error of ONNX Runtime when the device or the model does not work; nothing falls back
 */
export async function openSession(model: Uint8Array, device: DeviceName): Promise<ort.InferenceSession> {
  // TF32 would round CUDA's products to 10 bits and move the maps by 1e-3; published numbers are float32.
  if (device === 'cuda') process.env['NVIDIA_TF32_OVERRIDE'] ??= '0';
  return ort.InferenceSession.create(model, {
    graphOptimizationLevel: 'all',
    // Warnings about unused initialisers and the like would reach the person's log as noise; errors are thrown.
    logSeverityLevel: 3,
    ...optionsByDevice[device],
  });
}
