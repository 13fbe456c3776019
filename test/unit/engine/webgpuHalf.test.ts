/**
 * Half precision on WebGPU without a GPU. A driver that has 16-bit numbers runs our half networks; SwiftShader has none: there it
 * is seen that a person is told so, and where ONNX Runtime would put each operator.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Devices } from '../../../src/engine/device';
import { plainReason, probeDevice } from '../../../src/engine/deviceProber';
import { thisMachine } from '../../../src/engine/machine';
import type { HalfResult } from '../../gpu/halfRun';
import { loggedPlacements, type LoggedPlacement } from '../../gpu/loggedPlacement';
import { runProgram } from '../../gpu/runProgram';
import { bundle } from '../support/bundle';
import { softwareVulkan } from './support/softwareVulkan';

const { here, lacking, env } = softwareVulkan;

describe.skipIf(!here)(`half precision on WebGPU (SwiftShader)${here ? '' : `: SKIPPED, ${lacking}`}`, () => {
  let built: string;
  let results: HalfResult[];
  let placements: LoggedPlacement[];
  beforeAll(async () => {
    built = await bundle({ program: 'test/gpu/program.ts', probe: 'src/engine/probe.ts' });
    let log = '';
    const program = join(built, 'program.cjs');
    results = (await runProgram(
      program,
      ['half', 'webgpu'],
      env,
      120_000,
      (text) => (log += text),
    )) as HalfResult[];
    placements = loggedPlacements(log);
  });
  afterAll(() => rm(built, { recursive: true, force: true }));

  it('agrees with float32 within .005, or says that the device has no 16-bit numbers', () => {
    expect(results.map(({ name }) => name)).toEqual(['convolutional', 'MCTformer v2', 'MCTformer plus']);
    for (const { name, halves, full, half } of results) {
      expect(halves, name).toBeGreaterThan(3);
      expect(Math.max(...full), name).toBe(1);
      if (typeof half === 'string') {
        expect(plainReason(half), name).toBe(
          "it has no numbers of 16 bits (WebGPU's shader-f16), which half precision needs",
        );
      } else {
        const worst = full.reduce((most, value, i) => Math.max(most, Math.abs(value - (half[i] ?? NaN))), 0);
        expect(worst, name).toBeLessThan(5e-3);
      }
    }
  });

  it('keeps every operator on the device that is there in float32: only arithmetic on sizes is on the CPU', () => {
    expect(placements.map(({ session }) => session)).toEqual(
      results.flatMap(({ name }) => [`${name}, full`, `${name}, half`]),
    );
    for (const { name } of results) {
      const [full, half] = ['full', 'half'].map((precision) =>
        placements.find(({ session }) => session === `${name}, ${precision}`),
      );
      if (!full || !half) throw new Error(`${name} was not opened`);
      const onDevice = ({ nodes }: LoggedPlacement) => nodes['WebGpuExecutionProvider'] ?? 0;
      expect(onDevice(full), name).toBeGreaterThan(20);
      // Casts and biases of the products are nodes of their own, and on the device.
      expect(onDevice(half), name).toBeGreaterThan(onDevice(full));
      expect(half.onCpu, name).toEqual(full.onCpu);
    }
  });

  it('is refused in words where the device was not measured to have it, and auto stays in float32', async () => {
    const machine = { ...thisMachine(), env: { ...process.env, ...env } };
    const before = process.env['VK_ICD_FILENAMES'];
    process.env['VK_ICD_FILENAMES'] = env.VK_ICD_FILENAMES;
    const devices = new Devices({
      probeScript: '',
      machine,
      probe: (device) => probeDevice(device, join(built, 'probe.cjs')),
    });
    try {
      await expect(devices.choose('webgpu', 'half')).rejects.toThrow(
        'Half precision cannot be used on webgpu: it was not measured on a device that auto passes over. Choose full or auto as `precision`',
      );
      expect((await devices.choose('webgpu', 'auto')).precision).toBe('full');
    } finally {
      if (before === undefined) delete process.env['VK_ICD_FILENAMES'];
      else process.env['VK_ICD_FILENAMES'] = before;
    }
  });
});

describe('A graphics card without 16-bit numbers', () => {
  it('is told as such when half precision is asked for', async () => {
    const half = plainReason(
      'it fails: Error: shader_helper.cc:416 GenerateSourceCode Program Transpose requires f16 but the device does not support it.',
    );
    const probe = () => Promise.resolve({ usable: true, caveat: '', reason: '', half });
    const machine = { ...thisMachine(), platform: 'linux-x64', env: { VK_ICD_FILENAMES: 'some.json' } };
    const devices = new Devices({ probeScript: '', machine, probe });
    await expect(devices.choose('webgpu', 'half')).rejects.toThrow(
      "Half precision cannot be used on webgpu: it has no numbers of 16 bits (WebGPU's shader-f16), which half precision needs.",
    );
    expect((await devices.choose('webgpu')).precision).toBe('full');
  });
});
