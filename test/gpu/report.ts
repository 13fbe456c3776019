/** Parity and times of every device of this machine, as one JSON report; started by run.mjs with the built programs' folder. */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { version } from '../../package.json';
import { devicesByPlatform } from '../../src/engine/deviceTable';
import { thisMachine } from '../../src/engine/machine';
import { writeWhole } from '../../src/engine/writeWhole';
import { benchmarkSizes } from './benchmark';
import { automatic, DeviceReport, type DeviceFindings } from './deviceReport';
import { mapTolerances } from './jobs';
import { parityTolerance } from './parity';
import type { PipelineResult } from './pipeline';
import { reportTable } from './reportTable';
import { subjectsHere } from './subjects';

const usage = `node test/gpu/run.mjs [--out FILE] [--devices webgpu,cuda] [--only operators|networks] [--networks NAME,...]
  [--images N] [--limit SECONDS] [--tiny]`;

function graphicsCards(): string[] {
  const machine = thisMachine();
  const folder = '/proc/driver/nvidia/gpus';
  return machine.list(folder).map((name) => {
    const facts = machine.read(join(folder, name, 'information')) ?? '';
    return /Model:\s*(.+)/.exec(facts)?.[1]?.trim() ?? name;
  });
}

/** A whole number of 1 or more. */
function count(text: string, option: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--${option} wants a number, not ${text}.\n${usage}`);
  return value;
}

function asked(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      tiny: { type: 'boolean', default: false },
      devices: { type: 'string' },
      only: { type: 'string' },
      networks: { type: 'string' },
      images: { type: 'string' },
      limit: { type: 'string', default: '600' },
    },
  });
  const [programs = '.', root = '.'] = positionals;
  const { tiny, only = null } = values;
  if (only !== null && !['operators', 'networks'].includes(only))
    throw new Error(`--only wants operators or networks, not ${only}.\n${usage}`);
  const machine = thisMachine();
  const all = devicesByPlatform[machine.platform] ?? ['cpu'];
  const wanted = values.devices?.split(',') ?? all;
  const unknown = wanted.find((name) => !all.some((device) => device === name));
  if (unknown !== undefined)
    throw new Error(`${machine.platform} has no device ${unknown}, only ${all.join(', ')}.\n${usage}`);
  const { subjects, lacking } = subjectsHere(root, tiny);
  const names = values.networks?.split(',') ?? (tiny ? ['demo'] : subjects.map(({ name }) => name));
  const missing = names.find((name) => !subjects.some((subject) => subject.name === name));
  if (missing !== undefined)
    throw new Error(
      `There is no network ${missing}, only ${subjects.map(({ name }) => name).join(', ')}. ${lacking ?? ''}`,
    );
  return {
    out: values.out,
    // The CPU comes first: the others are compared with it.
    devices: all.filter((device) => device === 'cpu' || wanted.includes(device)).reverse(),
    lacking,
    programs,
    only,
    size: tiny ? ('tiny' as const) : ('usual' as const),
    subjects: subjects.filter(({ name }) => names.includes(name)),
    images: count(values.images ?? (tiny ? '3' : '200'), 'images'),
    limit: count(values.limit, 'limit') * 1000,
    machine,
  };
}

async function main(): Promise<void> {
  const { out, devices, lacking, ...rest } = asked(process.argv.slice(2));
  const { machine, size } = rest;
  if (lacking !== null) process.stderr.write(`${lacking}\n`);
  const folder = await mkdtemp(join(tmpdir(), 'lpcam-gpu-'));
  const found: DeviceFindings[] = [];
  const facts = {
    machine: {
      platform: machine.platform,
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      graphicsCards: graphicsCards(),
      driver: machine.read('/proc/driver/nvidia/version')?.split('\n')[0] ?? null,
      vulkanDrivers: process.env['VK_ICD_FILENAMES'] ?? null,
    },
    versions: { lpcam: version, onnxRuntime: machine.runtimeVersion, node: process.version },
    size: { name: size, ...benchmarkSizes[size], images: rest.images },
    tolerances: { ofRange: parityTolerance, maps: mapTolerances },
    lacking,
  };
  /** After every device: whoever is ended in the middle has left what was found. */
  const written = async (finished: boolean) => {
    const when = new Date().toISOString();
    const report = { ...facts, when, finished, automatic: await automatic(machine, found), devices: found };
    const text = `${JSON.stringify(report, null, 2)}\n`;
    if (out !== undefined) await writeWhole(out, text);
    else if (finished) process.stdout.write(text);
  };
  try {
    let cpu: PipelineResult | null = null;
    for (const device of devices) {
      const result = await new DeviceReport({ ...rest, folder }, device).findings(cpu);
      if (device === 'cpu') cpu = result.pipeline;
      found.push(result.found);
      await written(false);
    }
    await written(true);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  process.stderr.write(`\n${reportTable(found)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
