/** Parity and times of every device of this machine, as one JSON report; started by run.mjs with the built programs' folder. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { version } from '../../package.json';
import { probeDevice } from '../../src/engine/deviceProber';
import { devicesByPlatform, quickLook } from '../../src/engine/deviceTable';
import { thisMachine } from '../../src/engine/machine';
import type { DeviceName } from '../../src/protocol/deviceNames';
import { benchmarkSizes, type Times } from './benchmark';
import type { PipelineResult } from './pipeline';
import { strayed } from './placement';
import { runProgram } from './runProgram';

/** Largest difference from the CPU, as a part of the output's largest number, and where. */
interface Parity {
  readonly worst: number;
  readonly output: string;
  readonly withinTolerance: boolean;
  readonly operatorsOnCpu: readonly string[];
}

interface DeviceFindings {
  readonly device: DeviceName;
  /** What the throw-away process says, or why it was not started. */
  readonly probe: unknown;
  readonly parity: Parity | string | null;
  readonly milliseconds: Times | string | null;
}

const tolerance = 1e-4;

function parityOf(cpu: PipelineResult, found: PipelineResult): Parity {
  let [worst, output] = [0, ''];
  for (const [name, expected] of Object.entries(cpu.outputs)) {
    const own = found.outputs[name] ?? new Float32Array();
    const range = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    const difference = expected.reduce((most, value, i) => {
      const at = Math.abs(value - (own[i] ?? NaN));
      return Number.isNaN(at) ? Infinity : Math.max(most, at);
    }, 0);
    if (difference / range > worst) [worst, output] = [difference / range, name];
  }
  const operatorsOnCpu = [...new Set(strayed(found.placements).map(({ operator }) => operator))];
  return { worst, output, withinTolerance: worst <= tolerance, operatorsOnCpu };
}

function graphicsCards(): string[] {
  const machine = thisMachine();
  const folder = '/proc/driver/nvidia/gpus';
  return machine.list(folder).map((name) => {
    const facts = machine.read(join(folder, name, 'information')) ?? '';
    return /Model:\s*(.+)/.exec(facts)?.[1]?.trim() ?? name;
  });
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      tiny: { type: 'boolean', default: false },
      devices: { type: 'string' },
    },
  });
  const [programs = '.'] = positionals;
  const machine = thisMachine();
  const all = devicesByPlatform[machine.platform] ?? ['cpu'];
  const wanted = values.devices?.split(',') ?? all;
  const devices = all.filter((device) => device === 'cpu' || wanted.includes(device)).reverse();
  const size = values.tiny ? 'tiny' : 'usual';
  const folder = await mkdtemp(join(tmpdir(), 'lpcam-gpu-'));
  const run = (...args: readonly string[]) => runProgram(join(programs, 'program.cjs'), args, {});
  const failed = (error: unknown) => `failed: ${error instanceof Error ? error.message : String(error)}`;
  const findings: DeviceFindings[] = [];
  try {
    // The CPU comes first: the others are compared with it.
    let cpu: PipelineResult | null = null;
    for (const device of devices) {
      process.stderr.write(`${device}\n`);
      const quick = quickLook(device, machine);
      const probe = quick ?? (await probeDevice(device, join(programs, 'probe.cjs')));
      if (quick !== null || !('usable' in probe) || !probe.usable) {
        findings.push({ device, probe, parity: null, milliseconds: null });
        continue;
      }
      const profiles = await mkdtemp(join(folder, 'profiles-'));
      const result = (await run('pipeline', device, profiles).catch(failed)) as PipelineResult | string;
      if (device === 'cpu' && typeof result !== 'string') cpu = result;
      const compared =
        typeof result === 'string' ? result : cpu && device !== 'cpu' ? parityOf(cpu, result) : null;
      const milliseconds = (await run('benchmark', device, size).catch(failed)) as Times | string;
      findings.push({ device, probe, parity: compared, milliseconds });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const report = {
    machine: {
      platform: machine.platform,
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      graphicsCards: graphicsCards(),
      driver: machine.read('/proc/driver/nvidia/version')?.split('\n')[0] ?? null,
      vulkanDrivers: process.env['VK_ICD_FILENAMES'] ?? null,
    },
    versions: { lpcam: version, onnxRuntime: machine.runtimeVersion, node: process.version },
    when: new Date().toISOString(),
    size: { name: size, ...benchmarkSizes[size] },
    tolerance,
    devices: findings,
  };
  const text = `${JSON.stringify(report, null, 2)}\n`;
  if (values.out === undefined) process.stdout.write(text);
  else await writeFile(values.out, text);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
