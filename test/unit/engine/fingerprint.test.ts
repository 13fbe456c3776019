/** Until when it holds what was found out about devices: what of a machine another finding may come from. */
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../../src/engine/fingerprint';
import { fakeMachine, type FakeMachine } from './support/fakeMachine';

const icd = '/usr/share/vulkan/icd.d/nvidia_icd.json';
const radeon = '/usr/lib/libvulkan_radeon.so';
const provider = '/ort/libonnxruntime_providers_cuda.so';
const lab = {
  files: [
    '/dev/nvidiactl',
    '/dev/dri/renderD128',
    '/proc/driver/nvidia/gpus/0000:01:00.0',
    '/ort/onnxruntime_binding.node',
    '/ort/libonnxruntime_providers_shared.so',
    provider,
    '/etc/ld.so.cache',
    '/opt/cuda/lib/libcudnn.so.9',
    '/usr/lib/wsl/drivers/nv.inf_amd64_1',
    radeon,
    '/work/.venv/pyvenv.cfg',
    '/work/.venv/lib/python3.11/site-packages/nvidia/cudnn/lib/libcudnn.so.9',
  ],
  texts: {
    '/proc/driver/nvidia/version': 'NVRM version: 550.1',
    [icd]: '{"ICD": {"library_path": "libGLX_nvidia.so.0"}}',
    '/usr/share/vulkan/icd.d/radeon_icd.json': `{"ICD": {"library_path": "${radeon}"}}`,
  },
  env: { LD_LIBRARY_PATH: '/opt/cuda/lib' },
} satisfies FakeMachine;

const other = (changes: FakeMachine) =>
  fingerprint(
    fakeMachine({
      ...lab,
      ...changes,
      texts: { ...lab.texts, ...changes.texts },
      env: { ...lab.env, ...changes.env },
    }),
  );
const written = (path: string) => other({ stamps: { [path]: '1 2' } });
const without = (path: string) => other({ files: lab.files.filter((file) => file !== path) });
const besides = (...paths: string[]) => other({ files: [...lab.files, ...paths] });

describe('What was found out about devices', () => {
  it('holds on the same machine', () => {
    expect(other({})).toBe(other({}));
    // Neither an image nor another program changes a device.
    expect(besides('/home/me/photo.jpg')).toBe(other({}));
    expect(other({ env: { EDITOR: 'vi' } })).toBe(other({}));
  });

  it.each([
    [
      "NVIDIA's driver was updated",
      other({ texts: { '/proc/driver/nvidia/version': 'NVRM version: 560.2' } }),
    ],
    ['a GPU was added', besides('/proc/driver/nvidia/gpus/0000:02:00.0')],
    ['the render node is gone', without('/dev/dri/renderD128')],
    ['a Vulkan driver was installed', besides('/etc/vulkan/icd.d/intel_icd.json')],
    ['a Vulkan driver was updated', written(icd)],
    ['the library of a Vulkan driver was replaced', written(radeon)],
    ['a library of the system was installed: libvulkan1, cuDNN', written('/etc/ld.so.cache')],
    ['a library came into a folder of LD_LIBRARY_PATH', written('/opt/cuda/lib')],
    ["ONNX Runtime's binding was replaced", written('/ort/onnxruntime_binding.node')],
    ["CUDA's provider was replaced", written(provider)],
    ["CUDA's provider was removed", without(provider)],
    [
      "CUDA's packages were updated in the workspace's environment",
      written('/work/.venv/lib/python3.11/site-packages/nvidia/cudnn/lib'),
    ],
    ["Windows' driver was updated, below WSL", besides('/usr/lib/wsl/drivers/nv.inf_amd64_2')],
    ['another GPU was chosen', other({ env: { CUDA_VISIBLE_DEVICES: '1' } })],
    ['another Vulkan device was chosen', other({ env: { MESA_VK_DEVICE_SELECT: '10de:2684' } })],
    ['another Vulkan driver was chosen', other({ env: { VK_DRIVER_FILES: '/some/icd.json' } })],
  ])('holds no more when %s', (_, changed) => {
    expect(changed).not.toBe(other({}));
  });

  it('holds no more when a driver that a variable names was written anew', () => {
    const env = { VK_ADD_DRIVER_FILES: '/some/icd.json' };
    const files = [...lab.files, '/some/icd.json'];
    expect(other({ env, files })).not.toBe(other({ env, files, stamps: { '/some/icd.json': '1 2' } }));
  });
});
