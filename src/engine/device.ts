/** Which device the network runs on, and the reason a person is shown. */
import { InputError } from '../lpcam/inputError';
import type { DeviceProbe, DeviceReport } from '../protocol/device';
import type { DeviceChoice, DeviceName } from '../protocol/studyFile';
import { probeDevice, type ProbeAnswer } from './deviceProber';
import { devicesByPlatform, quickLook, thisMachine, type Machine } from './deviceTable';

/** `absent`: nothing of the kind is here. `broken`: it is here and does not work. `meant`: works, but only when asked for. */
interface Finding {
  readonly device: DeviceName;
  readonly state: 'good' | 'meant' | 'broken' | 'absent';
  readonly reason: string;
}

export interface DeviceOptions {
  /** Path of the built `probe.ts`. */
  readonly probeScript: string;
  readonly machine?: Machine;
  /** Tries one device; tests pass their own. */
  readonly probe?: (device: DeviceName) => Promise<ProbeAnswer>;
}

const shownNames: Readonly<Record<DeviceName, string>> = {
  cpu: 'CPU',
  cuda: 'CUDA',
  webgpu: 'WebGPU',
  dml: 'DirectML',
  coreml: 'Core ML',
};

/** Finds out about devices and keeps what it found as long as the process lives. */
export class Devices {
  readonly #machine: Machine;
  readonly #probe: (device: DeviceName) => Promise<ProbeAnswer>;
  readonly #findings = new Map<DeviceName, Promise<Finding>>();

  constructor(options: DeviceOptions) {
    this.#machine = options.machine ?? thisMachine();
    this.#probe = options.probe ?? ((device) => probeDevice(device, options.probeScript));
  }

  /** Devices of this platform, in the order `auto` tries them. */
  get names(): readonly DeviceName[] {
    return devicesByPlatform[this.#machine.platform] ?? ['cpu'];
  }

  /** Forgets what was found, e.g. after a driver was mended. */
  forget(): void {
    this.#findings.clear();
  }

  #find(device: DeviceName): Promise<Finding> {
    const known = this.#findings.get(device);
    if (known !== undefined) return known;
    const finding = this.#look(device);
    this.#findings.set(device, finding);
    return finding;
  }

  async #look(device: DeviceName): Promise<Finding> {
    // The CPU needs no driver: if it did not work, neither would this program.
    if (device === 'cpu') return { device, state: 'good', reason: '' };
    const quick = quickLook(device, this.#machine);
    if (quick !== null) return { device, ...quick };
    const { usable, caveat, reason } = await this.#probe(device);
    if (!usable) return { device, state: 'broken', reason };
    return caveat === '' ? { device, state: 'good', reason } : { device, state: 'meant', reason: caveat };
  }

  /** Tries every device of the platform. */
  async probeAll(): Promise<DeviceProbe[]> {
    const findings: Finding[] = [];
    // One after the other: two drivers starting at once are a trial of their own.
    for (const device of this.names) findings.push(await this.#find(device));
    return findings.map(asProbe);
  }

  /**
   * The device that a choice means. `auto` takes the first that works well; an explicit choice never falls back.
   * @throws InputError when the device chosen cannot be used, with the reason and what to do
   */
  async choose(asked: DeviceChoice): Promise<DeviceReport> {
    return asked === 'auto' ? this.#automatic() : this.#explicit(asked);
  }

  async #explicit(asked: DeviceName): Promise<DeviceReport> {
    const finding = await this.#find(asked);
    if (finding.state === 'absent' || finding.state === 'broken') {
      const others = this.names.filter((name) => name !== asked).join(', ');
      throw new InputError(
        `The device ${asked} cannot be used: ${finding.reason}. Choose another one (auto, ${others}) as \`device\` ` +
          'of the study or in the settings.',
        { field: 'device' },
      );
    }
    const caveat = finding.reason === '' ? '' : `; note that ${finding.reason}`;
    return {
      asked,
      inUse: asked,
      reason: `${shownNames[asked]}, as chosen${caveat}.`,
      fallback: false,
      probes: [asProbe(finding)],
    };
  }

  async #automatic(): Promise<DeviceReport> {
    const passed: Finding[] = [];
    for (const device of this.names) {
      const finding = await this.#find(device);
      if (finding.state !== 'good') {
        passed.push(finding);
        continue;
      }
      const fallback = passed.some((other) => other.state === 'broken');
      return {
        asked: 'auto',
        inUse: device,
        reason: automaticReason(device, passed, fallback),
        fallback,
        probes: [...passed, finding].map(asProbe),
      };
    }
    throw new Error('The CPU is missing from the table of devices.');
  }
}

function automaticReason(device: DeviceName, passed: readonly Finding[], fallback: boolean): string {
  const reasons = passed.map((finding) => `${shownNames[finding.device]}: ${finding.reason}`).join('; ');
  if (fallback) return `${shownNames[device]}, a fallback (${reasons}).`;
  return passed.length === 0
    ? `${shownNames[device]}, the fastest device here.`
    : `${shownNames[device]}, the fastest device here (${reasons}).`;
}

function asProbe({ device, state, reason }: Finding): DeviceProbe {
  return { device, usable: state === 'good' || state === 'meant', reason };
}
