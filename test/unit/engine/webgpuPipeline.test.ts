/**
 * The GPU path without a GPU: backbone, CAM, similarity, LPCAM and k-means on WebGPU over Chromium's software Vulkan
 * driver, against the CPU, and a look at where each operator ran.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PipelineResult } from '../../gpu/pipeline';
import { strayed } from '../../gpu/placement';
import { runProgram } from '../../gpu/runProgram';
import { bundle } from '../support/bundle';
import { softwareVulkan } from './support/softwareVulkan';

const { here, lacking, env } = softwareVulkan;

describe.skipIf(!here)(`on WebGPU (SwiftShader)${here ? '' : `: SKIPPED, ${lacking}`}`, () => {
  let built: string;
  let folder: string;
  let cpu: PipelineResult;
  let gpu: PipelineResult;
  beforeAll(async () => {
    built = await bundle({ program: 'test/gpu/program.ts' });
    folder = await mkdtemp(join(tmpdir(), 'lpcam-webgpu-'));
    const on = (device: string, more: NodeJS.ProcessEnv) =>
      runProgram(join(built, 'program.cjs'), ['pipeline', device, folder], more) as Promise<PipelineResult>;
    cpu = await on('cpu', {});
    // Profiles of both devices have the same names.
    await rm(folder, { recursive: true });
    folder = await mkdtemp(join(tmpdir(), 'lpcam-webgpu-'));
    gpu = await on('webgpu', env);
  });
  afterAll(async () => {
    await rm(built, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  });

  it('every output agrees with the CPU to 1e-4 of its range', () => {
    expect(Object.keys(gpu.outputs)).toEqual(Object.keys(cpu.outputs));
    for (const part of ['cam', 'logits', 'similarity', 'lpcam', 'centres', 'labels'])
      expect(Object.keys(gpu.outputs)).toContain(`convolutional: ${part}`);
    for (const part of ['fused', 'attention', 'viewSimilarity', 'affinity'])
      for (const rule of ['v2', 'plus'])
        expect(Object.keys(gpu.outputs)).toContain(`MCTformer ${rule}: ${part}`);
    for (const [name, expected] of Object.entries(cpu.outputs)) {
      const found = gpu.outputs[name] ?? new Float32Array();
      expect(found.length, name).toBe(expected.length);
      const range = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
      const worst = expected.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - (found[i] ?? NaN))),
        0,
      );
      expect(worst / range, name).toBeLessThan(1e-4);
      // A map of zeros would agree, too.
      expect(
        expected.some((value) => value !== 0),
        name,
      ).toBe(true);
    }
  });

  it('the same rows go to the same centres', () => {
    for (const [name, labels] of Object.entries(cpu.outputs))
      if (name.endsWith(': labels')) expect(gpu.outputs[name]).toEqual(labels);
  });

  it('every operator runs on the device but arithmetic on sizes', () => {
    const providers = new Set(gpu.placements.map(({ provider }) => provider));
    expect(providers).toContain('WebGpuExecutionProvider');
    expect(strayed(gpu.placements)).toEqual([]);
    const graphs = new Set(gpu.placements.map(({ graph }) => graph));
    expect(graphs.size).toBe(15);
    for (const graph of graphs) {
      const own = gpu.placements.filter((one) => one.graph === graph);
      expect(
        own.some(({ provider }) => provider === 'WebGpuExecutionProvider'),
        graph,
      ).toBe(true);
    }
  });

  it('a session on the CPU would be found out', () => {
    expect(strayed(cpu.placements).map(({ operator }) => operator)).toEqual(
      expect.arrayContaining(['Conv', 'MatMul', 'Gemm']),
    );
  });
});
