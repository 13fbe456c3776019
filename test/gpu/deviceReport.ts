/** What is found out about one device, and what the report has to say where something cannot be. */
import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { Devices } from '../../src/engine/device';
import { probeDevice } from '../../src/engine/deviceProber';
import { quickLook } from '../../src/engine/deviceTable';
import type { Machine } from '../../src/engine/machine';
import type { ProbeAnswer } from '../../src/engine/probeAnswer';
import type { DeviceName } from '../../src/protocol/deviceNames';
import type { Times } from './benchmark';
import type { DataSetTimes } from './dataSetJob';
import type { ImageTimes } from './explainJob';
import type { Job, JobName } from './jobs';
import type { MapDifferences } from './mapsJob';
import { parityOf, type Parity } from './parity';
import type { PipelineResult } from './pipeline';
import { runProgram } from './runProgram';
import type { GpuSubject } from './subjects';

export interface NetworkFindings {
  readonly network: string;
  readonly dataSet: DataSetTimes | string;
  /** Null: the CPU only emulates it. */
  readonly dataSetInHalf: DataSetTimes | string | null;
  /** Null: the CPU is what others are compared with. */
  readonly maps: MapDifferences | string | null;
  readonly oneImage: ImageTimes | string;
}

export interface DeviceFindings {
  readonly device: DeviceName;
  /** What the throw-away process says, or why it was not started. */
  readonly probe: ProbeAnswer | { readonly usable: false; readonly reason: string };
  /** The precision that `auto` takes on it, and why. Null: it cannot be used. */
  readonly automaticPrecision: { readonly precision: string; readonly reason: string } | null;
  /** Of small networks with every operator of ours; a text says why there are none. */
  readonly parity: Parity | string | null;
  readonly milliseconds: Times | string | null;
  readonly networks: readonly NetworkFindings[];
}

export interface Asked {
  /** Folder of the built programs. */
  readonly programs: string;
  /** For everything that is written. */
  readonly folder: string;
  readonly size: 'tiny' | 'usual';
  readonly only: string | null;
  readonly subjects: readonly GpuSubject[];
  /** Per data set. */
  readonly images: number;
  /** Milliseconds after which a process is ended. */
  readonly limit: number;
  readonly machine: Machine;
}

/** For the maps, for one image, and for the CPU's data set. */
const mostImages = 48;
const imageSizes = { usual: { width: 500, height: 375 }, tiny: { width: 128, height: 96 } } as const;

/** What `auto` means on this machine, and why; null where not every device of it was tried. */
export async function automatic(machine: Machine, found: readonly DeviceFindings[]): Promise<string | null> {
  const answers = new Map(found.map(({ device, probe }) => [device, probe]));
  const probe = (device: DeviceName): Promise<ProbeAnswer> =>
    Promise.resolve({ caveat: '', reason: '', half: '', ...(answers.get(device) ?? { usable: false }) });
  const devices = new Devices({ probeScript: '', machine, probe });
  if (!devices.names.every((name) => answers.has(name))) return null;
  return (await devices.choose('auto')).reason;
}

export class DeviceReport {
  constructor(
    private readonly asked: Asked,
    private readonly device: DeviceName,
  ) {}

  /** @param cpu what the CPU gave in the same run; null: it gave nothing, or this is the CPU */
  async findings(
    cpu: PipelineResult | null,
  ): Promise<{ readonly found: DeviceFindings; readonly pipeline: PipelineResult | null }> {
    const { machine, programs, only, size } = this.asked;
    const { device } = this;
    this.tell('is tried');
    const quick = quickLook(device, machine);
    const probe =
      quick === null
        ? await probeDevice(device, join(programs, 'probe.cjs'))
        : { usable: false as const, reason: quick.reason };
    const none = { parity: null, milliseconds: null, networks: [] };
    if (!probe.usable || !('half' in probe))
      return { found: { device, probe, automaticPrecision: null, ...none }, pipeline: null };
    const { precision, reason } = await new Devices({
      probeScript: '',
      machine,
      probe: () => Promise.resolve(probe),
    }).choose(device);
    const small = only === 'networks' ? null : await this.smallNetworks();
    const milliseconds =
      only === 'networks'
        ? null
        : await this.tried<Times>('program', ['benchmark', device, size], 'benchmark');
    const found = {
      device,
      probe,
      automaticPrecision: { precision, reason },
      parity: small === null || typeof small === 'string' ? small : cpu && parityOf(cpu, small),
      milliseconds,
      networks: only === 'operators' ? [] : await this.networks(),
    };
    return { found, pipeline: typeof small === 'string' ? null : small };
  }

  private tell(what: string): void {
    process.stderr.write(`${this.device} ${what}\n`);
  }

  private async tried<T>(program: string, args: readonly string[], what: string): Promise<T | string> {
    const { programs, folder, limit } = this.asked;
    const began = performance.now();
    // Nothing of this stays on the machine, and nothing that lies there already makes a first time shorter.
    const env = { XDG_CACHE_HOME: join(folder, 'cache') };
    try {
      const result = (await runProgram(join(programs, `${program}.cjs`), args, env, limit)) as T;
      this.tell(`${what}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
      return result;
    } catch (error) {
      const message = `failed: ${error instanceof Error ? error.message : String(error)}`;
      this.tell(`${what} ${message}`);
      return message;
    }
  }

  private async smallNetworks(): Promise<PipelineResult | string> {
    const profiles = await mkdtemp(join(this.asked.folder, 'profiles-'));
    return this.tried('program', ['pipeline', this.device, profiles], 'small networks');
  }

  private async networks(): Promise<NetworkFindings[]> {
    const found: NetworkFindings[] = [];
    for (const subject of this.asked.subjects) {
      const cpu = this.device === 'cpu';
      found.push({
        network: subject.name,
        dataSet: await this.job<DataSetTimes>('data set', subject),
        dataSetInHalf: cpu ? null : await this.job<DataSetTimes>('data set in half', subject),
        maps: cpu ? null : await this.job<MapDifferences>('maps', subject),
        oneImage: await this.job<ImageTimes>('one image', subject),
      });
    }
    return found;
  }

  private async job<T>(name: JobName, subject: GpuSubject): Promise<T | string> {
    const { folder, programs, images, size } = this.asked;
    const own = join(folder, `${subject.name} ${this.device} ${name}`);
    await mkdir(own, { recursive: true });
    const onCpu = this.device === 'cpu';
    const isDataSet = name.startsWith('data set');
    const bank = join(folder, `${subject.name}.safetensors`);
    const job: Job = {
      name,
      subject,
      resized: size === 'tiny',
      device: this.device,
      // Only a device's data set needs many: images of one size are looked for in it.
      images: isDataSet && !onCpu ? images : Math.min(images, mostImages),
      size: imageSizes[size],
      folder: own,
      // The CPU comes first: with its bank every device makes its maps.
      bank: isDataSet && !onCpu ? join(own, 'bank.safetensors') : bank,
      inputScript: join(programs, 'inputWorker.cjs'),
    };
    return this.tried('networkProgram', [JSON.stringify(job)], `${subject.name}, ${name}`);
  }
}
