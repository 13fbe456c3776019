/** Chromium's software Vulkan driver, with which WebGPU works where there is no GPU. */
import { existsSync } from 'node:fs';

export const swiftshader = '/usr/lib/chromium/vk_swiftshader_icd.json';
const loaders = [
  '/usr/lib/x86_64-linux-gnu/libvulkan.so.1',
  '/usr/lib/aarch64-linux-gnu/libvulkan.so.1',
  '/usr/lib64/libvulkan.so.1',
];

export const hasSwiftshader = existsSync(swiftshader) && loaders.some((path) => existsSync(path));
export const onSwiftshader = hasSwiftshader
  ? 'on WebGPU (SwiftShader)'
  : 'on WebGPU: SKIPPED, it needs chromium (vk_swiftshader_icd.json) and libvulkan1';
