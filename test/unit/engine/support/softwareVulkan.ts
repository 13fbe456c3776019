/** Chromium's software driver of Vulkan, on which WebGPU runs without a GPU. */
import { existsSync } from 'node:fs';

const driver = '/usr/lib/chromium/vk_swiftshader_icd.json';
const loaders = [
  '/usr/lib/x86_64-linux-gnu/libvulkan.so.1',
  '/usr/lib/aarch64-linux-gnu/libvulkan.so.1',
  '/usr/lib64/libvulkan.so.1',
];

export const softwareVulkan = {
  here: existsSync(driver) && loaders.some((path) => existsSync(path)),
  lacking: 'it needs chromium (vk_swiftshader_icd.json) and libvulkan1',
  env: { VK_ICD_FILENAMES: driver },
};
