/**
 * The throw-away process that tries one device: a broken driver may crash it, hang it or abort it, and nothing else.
 * Started by `deviceProber.ts` with the device's name; answers with one message and ends.
 */
import * as ort from 'onnxruntime-node';
import { existsSync, readFileSync } from 'node:fs';
import { deviceNames, type DeviceName } from '../protocol/studyFile';
import { probeError, probeInput, probeModel } from './probeModel';
import type { ProbeAnswer } from './deviceProber';
import { openSession } from './session';

/** float32 answers are within 1e-5; half precision and TF32 are off by 1e-3 and more. */
const float32Error = 1e-4;
const wrongError = 0.1;

/** Vulkan drivers that compute on the CPU, by the names of their libraries. */
const softwareDriver = /[^/\s]*(?:swiftshader|libvulkan_lvp)[^/\s]*\.so/i;
const hardwareDriver = /libGLX_nvidia|libvulkan_(?!lvp)\w+\.so|libnvidia-vulkan/i;

/**
 * The software Vulkan driver that WebGPU must be running on, or null. ONNX Runtime does not tell the adapter; but with
 * only software drivers in the process (or no graphics device to drive) it can be no other.
 */
function softwareAdapter(): string | null {
  const maps = '/proc/self/maps';
  if (process.platform !== 'linux' || !existsSync(maps)) return null;
  const libraries = readFileSync(maps, 'utf8');
  const software = softwareDriver.exec(libraries)?.[0] ?? null;
  return hardwareDriver.test(libraries) ? null : software;
}

async function tryDevice(device: DeviceName): Promise<ProbeAnswer> {
  const session = await openSession(probeModel(), device);
  const { y } = await session.run({ x: new ort.Tensor('float32', probeInput.data, probeInput.dims) });
  const error = y === undefined ? Infinity : probeError(y.data as Float32Array);
  if (error > wrongError) {
    return {
      usable: false,
      caveat: '',
      reason: `it computes wrong numbers (off by ${error.toPrecision(2)})`,
    };
  }
  if (error > float32Error) {
    const caveat = `it computes in reduced precision (off by ${error.toPrecision(2)}), so figures differ from the published ones`;
    return { usable: true, caveat, reason: '' };
  }
  const software = device === 'webgpu' ? softwareAdapter() : null;
  const caveat =
    software === null ? '' : `its graphics adapter is software (${software}), slower than the CPU`;
  return { usable: true, caveat, reason: '' };
}

async function main(): Promise<void> {
  const device = deviceNames.find((name) => name === process.argv[2]);
  if (device === undefined) throw new Error(`unknown device ${process.argv[2] ?? ''}`);
  const answer = await tryDevice(device).catch((error: unknown): ProbeAnswer => ({
    usable: false,
    caveat: '',
    reason: error instanceof Error ? error.message : String(error),
  }));
  // Leave at once when it is delivered: some drivers crash while a process ends in good order.
  process.send?.(answer, () => process.kill(process.pid, 'SIGKILL'));
}

void main();
