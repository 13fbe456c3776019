/** What devices there are, per platform and architecture, and what can be said of them without trying. */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { DeviceName } from '../protocol/studyFile';

/**
 * Devices of each platform that onnxruntime-node has binaries for, in the order in which `auto` tries them: the fastest
 * first, the CPU always last.
 */
export const devicesByPlatform: Readonly<Record<string, readonly DeviceName[]>> = {
  'linux-x64': ['cuda', 'webgpu', 'cpu'],
  'linux-arm64': ['webgpu', 'cpu'],
  'win32-x64': ['dml', 'webgpu', 'cpu'],
  'win32-arm64': ['dml', 'webgpu', 'cpu'],
  'darwin-arm64': ['coreml', 'webgpu', 'cpu'],
};

/** The machine as far as the quick look needs it; tests describe others. */
export interface Machine {
  /** `linux-x64`. */
  readonly platform: string;
  readonly exists: (path: string) => boolean;
  /** Names in a folder; empty where there is none. */
  readonly list: (folder: string) => readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of ONNX Runtime's native binding. */
  readonly runtime: string;
}

/** This machine. */
export function thisMachine(): Machine {
  const platform = `${process.platform}-${process.arch}`;
  const binding = createRequire(__filename).resolve('onnxruntime-node/package.json');
  return {
    platform,
    exists: existsSync,
    list: (folder) => (existsSync(folder) ? readdirSync(folder) : []),
    env: process.env,
    runtime: join(dirname(binding), 'bin', 'napi-v6', process.platform, process.arch),
  };
}

/** `absent`: nothing of the kind is here, so that passing it over is no fallback. `broken`: it should work and cannot. */
export interface QuickLook {
  readonly state: 'absent' | 'broken';
  readonly reason: string;
}

function hasNvidia(machine: Machine): boolean {
  return machine.exists('/dev/nvidiactl') || machine.exists('/dev/nvidia0') || machine.exists('/dev/dxg');
}

function lookAtCuda(machine: Machine): QuickLook | null {
  if (!hasNvidia(machine)) return { state: 'absent', reason: 'there is no NVIDIA GPU (no /dev/nvidiactl)' };
  const provider = join(machine.runtime, 'libonnxruntime_providers_cuda.so');
  if (machine.exists(provider)) return null;
  return {
    state: 'broken',
    reason:
      `ONNX Runtime's CUDA provider is not installed: ${provider} is missing. Put the three ` +
      'libonnxruntime_providers_*.so files of onnxruntime-node for CUDA 12 there, with CUDA 12 and cuDNN 9 on the machine',
  };
}

function lookAtWebGpu(machine: Machine): QuickLook | null {
  if (!machine.platform.startsWith('linux')) return null;
  const named = machine.env['VK_ICD_FILENAMES'] ?? machine.env['VK_DRIVER_FILES'];
  const adapter = machine.list('/dev/dri').some((name) => name.startsWith('renderD')) || hasNvidia(machine);
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
