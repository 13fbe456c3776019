/**
 * The throw-away process that tries one device: a broken driver may crash it, hang it or abort it, and nothing else.
 * Started by `deviceProber.ts` with the device's name; answers with one message and ends.
 */
import './cuda/preparedCuda';
import * as ort from 'onnxruntime-node';
import { existsSync, readFileSync } from 'node:fs';
import { deviceNames, type DeviceName } from '../protocol/deviceNames';
import { probeError, probeInput, probeModel } from './probeModel';
import { probeHalf } from './halfProbe';
import type { ProbeAnswer } from './probeAnswer';
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

/** What stands when measuring half precision ends the process. */
const crashedHalf = 'half precision crashes or hangs on it';

function sent(answer: ProbeAnswer): Promise<void> {
  return new Promise((resolve) => {
    if (process.send) process.send(answer, () => resolve());
    else resolve();
  });
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
      half: '',
    };
  }
  if (error > float32Error) {
    const caveat = `it computes in reduced precision (off by ${error.toPrecision(2)}), so figures differ from the published ones`;
    return { usable: true, caveat, reason: '', half: device === 'cpu' ? '' : crashedHalf };
  }
  const software = device === 'webgpu' ? softwareAdapter() : null;
  const caveat =
    software === null ? '' : `its graphics adapter is software (${software}), slower than the CPU`;
  return { usable: true, caveat, reason: '', half: device === 'cpu' ? '' : crashedHalf };
}

async function main(): Promise<void> {
  const device = deviceNames.find((name) => name === process.argv[2]);
  if (device === undefined) throw new Error(`unknown device ${process.argv[2] ?? ''}`);
  const answer = await tryDevice(device).catch((error: unknown): ProbeAnswer => ({
    usable: false,
    caveat: '',
    half: '',
    reason: error instanceof Error ? error.message : String(error),
  }));
  // Told first: half precision may crash what computes well in float32.
  await sent(answer);
  if (answer.usable && device !== 'cpu') {
    const slow = answer.caveat === '' ? null : 'it was not measured on a device that auto passes over';
    const half = slow ?? (await probeHalf(device).catch((error: unknown) => `it fails: ${String(error)}`));
    await sent({ ...answer, half });
  }
  // Leave at once when it is delivered: some drivers crash while a process ends in good order.
  process.kill(process.pid, 'SIGKILL');
}

void main();
