/** What devices there are, per platform and architecture, and what can be said of them without trying. */
import type { DeviceName } from '../protocol/deviceNames';
import { findCuda } from './cuda/cudaFiles';
import type { Machine } from './machine';

/**
 * Devices of each platform that onnxruntime-node has binaries for, in the order in which `auto` tries them: the fastest
 * first, the CPU always last. `docs/devices.md` tells people how to get each.
 */
export const devicesByPlatform: Readonly<Record<string, readonly DeviceName[]>> = {
  'linux-x64': ['cuda', 'webgpu', 'cpu'],
  'linux-arm64': ['webgpu', 'cpu'],
  'win32-x64': ['dml', 'webgpu', 'cpu'],
  'win32-arm64': ['dml', 'webgpu', 'cpu'],
  'darwin-arm64': ['coreml', 'webgpu', 'cpu'],
};

/** `absent`: nothing of the kind is here, so that passing it over is no fallback. `broken`: it should work and cannot. */
export interface QuickLook {
  readonly state: 'absent' | 'broken';
  readonly reason: string;
}

/** Whether NVIDIA's driver shows a GPU; `/dev/dxg` is the one of the Windows that runs this Linux. */
export function hasNvidiaDriver(machine: Machine): boolean {
  return ['/dev/nvidiactl', '/dev/nvidia0', '/dev/dxg'].some((path) => machine.exists(path));
}

const pciDevices = '/sys/bus/pci/devices';
const nvidiaVendor = '0x10de';
/** PCI class of graphics and compute: an NVIDIA sound device alone is no GPU. */
const displayClass = /^0x03/;

function hasNvidiaGpu(machine: Machine): boolean {
  return machine.list(pciDevices).some((device) => {
    const fact = (name: string) => machine.read(`${pciDevices}/${device}/${name}`)?.trim() ?? '';
    return fact('vendor') === nvidiaVendor && displayClass.test(fact('class'));
  });
}

function lookAtCuda(machine: Machine): QuickLook | null {
  const { files, problems } = findCuda(machine);
  if (!hasNvidiaDriver(machine)) {
    const found = files === null ? '' : `; its files are here (${files.origin})`;
    if (hasNvidiaGpu(machine)) {
      const reason = `there is an NVIDIA GPU but no driver for it (no /dev/nvidiactl): install NVIDIA's driver${found}`;
      return { state: 'broken', reason };
    }
    return { state: 'absent', reason: `there is no NVIDIA GPU (no /dev/nvidiactl)${found}` };
  }
  if (files !== null) return null;
  const looked = problems.length === 0 ? '' : ` (${problems.join('; ')})`;
  return {
    state: 'broken',
    reason:
      `ONNX Runtime's CUDA provider is not installed${looked}. Install onnxruntime-gpu==${machine.runtimeVersion} with CUDA's ` +
      "and cuDNN's nvidia-* packages into the Python environment of the workspace, or name a folder with its files as " +
      '`lpcam.cudaFolder`',
  };
}

function lookAtWebGpu(machine: Machine): QuickLook | null {
  if (!machine.platform.startsWith('linux')) return null;
  const named = machine.env['VK_ICD_FILENAMES'] ?? machine.env['VK_DRIVER_FILES'];
  const adapter =
    machine.list('/dev/dri').some((name) => name.startsWith('renderD')) || hasNvidiaDriver(machine);
  if (adapter || (named ?? '') !== '') return null;
  return { state: 'absent', reason: 'there is no graphics adapter (no /dev/dri/renderD*)' };
}

/**
 * What is certain about a device without loading anything native; null: it has to be tried.
 */
export function quickLook(device: DeviceName, machine: Machine): QuickLook | null {
  if (!(devicesByPlatform[machine.platform] ?? ['cpu']).includes(device)) {
    return { state: 'absent', reason: `ONNX Runtime has no ${device} on ${machine.platform}` };
  }
  if (device === 'cuda') return lookAtCuda(machine);
  return device === 'webgpu' ? lookAtWebGpu(machine) : null;
}
