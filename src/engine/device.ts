/** Which device the network runs on, in which precision, and the reasons a person is shown. */
import { InputError } from '../lpcam/inputError';
import type { DeviceProbe, DeviceReport } from '../protocol/device';
import type { DeviceChoice, DeviceName, PrecisionChoice, PrecisionName } from '../protocol/deviceNames';
import type { DeviceMemory } from './deviceMemory';
import { probeDevice } from './deviceProber';
import { devicesByPlatform, quickLook } from './deviceTable';
import { fingerprint } from './fingerprint';
import { thisMachine, type Machine } from './machine';
import type { ProbeAnswer } from './probeAnswer';

/** `absent`: nothing of the kind is here. `broken`: it is here and does not work. `meant`: works, but only when asked for. */
interface Finding {
  readonly device: DeviceName;
  readonly state: 'good' | 'meant' | 'broken' | 'absent';
  readonly reason: string;
  readonly half: ProbeAnswer['half'];
}

export interface DeviceOptions {
  /** Path of the built `probe.ts`. */
  readonly probeScript: string;
  readonly machine?: Machine;
  /** Tries one device; tests pass their own. */
  readonly probe?: (device: DeviceName) => Promise<ProbeAnswer>;
  /** Keeps findings over processes; without it they are made in each. */
  readonly memory?: DeviceMemory;
  /** Takes lines for the log. */
  readonly log?: (text: string) => void;
}

const shownNames: Readonly<Record<DeviceName, string>> = {
  cpu: 'CPU',
  cuda: 'CUDA',
  webgpu: 'WebGPU',
  dml: 'DirectML',
  coreml: 'Core ML',
};

/** Half precision is taken by itself only where it is this much faster, and LPCAM maps (0 to 1) stay this close. */
const leastGain = 1.15;
const halfTolerance = 5e-3;

const onCpu = 'the CPU computes in float32 and would only convert';

/** Finds out about devices; what it found holds as long as the process lives, and on disk until something changes. */
export class Devices {
  readonly #machine: Machine;
  readonly #probe: (device: DeviceName) => Promise<ProbeAnswer>;
  readonly #memory: DeviceMemory | null;
  readonly #log: (text: string) => void;
  readonly #findings = new Map<DeviceName, Promise<Finding>>();
  /** What is on disk does not count any more, until it was found out anew. */
  #forgotten = new Set<DeviceName>();

  constructor(options: DeviceOptions) {
    this.#machine = options.machine ?? thisMachine();
    this.#probe = options.probe ?? ((device) => probeDevice(device, options.probeScript));
    this.#memory = options.memory ?? null;
    this.#log = options.log ?? (() => undefined);
  }

  /** Devices of this platform, in the order `auto` tries them. */
  get names(): readonly DeviceName[] {
    return devicesByPlatform[this.#machine.platform] ?? ['cpu'];
  }

  /** Forgets what was found, e.g. after a driver was mended. */
  forget(): void {
    this.#findings.clear();
    this.#forgotten = new Set(this.names);
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
    if (device === 'cpu') return { device, state: 'good', reason: '', half: onCpu };
    const quick = quickLook(device, this.#machine);
    if (quick !== null) return { device, ...quick, half: '' };
    const { usable, caveat, reason, half } = await this.#answer(device);
    if (!usable) return { device, state: 'broken', reason, half };
    return caveat === ''
      ? { device, state: 'good', reason, half }
      : { device, state: 'meant', reason: caveat, half };
  }

  async #answer(device: DeviceName): Promise<ProbeAnswer> {
    if (this.#memory === null) return this.#probe(device);
    const state = fingerprint(this.#machine);
    const known = this.#forgotten.has(device) ? null : await this.#memory.recall(state, device);
    if (known !== null) return known;
    const answer = await this.#probe(device);
    this.#forgotten.delete(device);
    const problem = await this.#memory.keep(state, device, answer);
    if (problem !== null) this.#log(`What was found out about ${device} cannot be kept: ${problem}`);
    return answer;
  }

  /** Tries every device of the platform. */
  async probeAll(): Promise<DeviceProbe[]> {
    const findings: Finding[] = [];
    // One after the other: two drivers starting at once are a trial of their own.
    for (const device of this.names) findings.push(await this.#find(device));
    return findings.map(asProbe);
  }

  /**
   * The device and precision that a choice means. `auto` takes the first device that works well, and half precision where
   * it was measured to be worth it; an explicit choice never falls back.
   * @throws InputError when what was chosen cannot be used, with the reason and what to do
   */
  async choose(asked: DeviceChoice, precision: PrecisionChoice = 'auto'): Promise<DeviceReport> {
    return asked === 'auto' ? this.#automatic(precision) : this.#explicit(asked, precision);
  }

  async #explicit(asked: DeviceName, wanted: PrecisionChoice): Promise<DeviceReport> {
    const finding = await this.#find(asked);
    if (finding.state === 'absent' || finding.state === 'broken') {
      const others = this.names.filter((name) => name !== asked).join(', ');
      throw new InputError(
        `The device ${asked} cannot be used: ${finding.reason}. Choose another one (auto, ${others}) as \`device\` ` +
          'of the study or in the settings.',
        { field: 'device' },
      );
    }
    const precision = precisionOf(finding, wanted);
    const caveat = finding.reason === '' ? '' : `; note that ${finding.reason}`;
    return {
      asked,
      inUse: asked,
      precision,
      reason: `${shownNames[asked]}, as chosen${precisionWords(finding, precision, wanted)}${caveat}.`,
      fallback: false,
      probes: [asProbe(finding)],
    };
  }

  async #automatic(wanted: PrecisionChoice): Promise<DeviceReport> {
    const passed: Finding[] = [];
    for (const device of this.names) {
      const finding = await this.#find(device);
      if (finding.state !== 'good') {
        passed.push(finding);
        continue;
      }
      const fallback = passed.some((other) => other.state === 'broken');
      const precision = precisionOf(finding, wanted);
      return {
        asked: 'auto',
        inUse: device,
        precision,
        reason: automaticReason(device, precisionWords(finding, precision, wanted), passed, fallback),
        fallback,
        probes: [...passed, finding].map(asProbe),
      };
    }
    throw new Error('The CPU is missing from the table of devices.');
  }
}

/** @throws InputError when half precision is asked for and does not work on the device */
function precisionOf({ device, half }: Finding, wanted: PrecisionChoice): PrecisionName {
  if (wanted === 'full') return 'full';
  if (wanted === 'half') {
    // It gains nothing on the CPU, but shows there what a GPU would compute.
    if (typeof half !== 'string' || device === 'cpu') return 'half';
    throw new InputError(
      `Half precision cannot be used on ${device}: ${half === '' ? 'it was not tried' : half}. Choose full or auto as ` +
        '`precision` of the study or in the settings.',
      { field: 'precision' },
    );
  }
  const worth = typeof half !== 'string' && half.speedup >= leastGain && half.error <= halfTolerance;
  return worth ? 'half' : 'full';
}

function halfWords(half: ProbeAnswer['half']): string {
  if (typeof half === 'string') return half;
  return `${half.speedup.toFixed(1)} times as fast, LPCAM within ${half.error.toPrecision(1)}`;
}

function precisionWords({ half }: Finding, precision: PrecisionName, wanted: PrecisionChoice): string {
  if (precision === 'half') return `, in half precision (${halfWords(half)})`;
  return wanted === 'full' && typeof half !== 'string' ? ', in full precision as chosen' : '';
}

function automaticReason(
  device: DeviceName,
  precision: string,
  passed: readonly Finding[],
  fallback: boolean,
): string {
  const reasons = passed.map((finding) => `${shownNames[finding.device]}: ${finding.reason}`).join('; ');
  if (fallback) return `${shownNames[device]}, a fallback${precision} (${reasons}).`;
  return passed.length === 0
    ? `${shownNames[device]}, the fastest device here${precision}.`
    : `${shownNames[device]}, the fastest device here${precision} (${reasons}).`;
}

function asProbe({ device, state, reason, half }: Finding): DeviceProbe {
  return { device, usable: state === 'good' || state === 'meant', reason, half: halfWords(half) };
}
