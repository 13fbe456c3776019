/** What the engine's requests share: devices, sessions, inputs and all that is kept between requests. */
import { join } from 'node:path';
import type { DeviceReport } from '../protocol/device';
import type { DeviceName } from '../protocol/deviceNames';
import type { EngineParams } from '../protocol/engine';
import type { StudyReference } from '../protocol/study';
import { Banks } from './banks';
import { Batching } from './batching/batching';
import { Checkpoints } from './checkpoints';
import { Devices, type DeviceOptions } from './device';
import { DeviceMemory } from './deviceMemory';
import { mapsCache } from './explain/mapsCache';
import { defaultPixelLimit } from './explain/plan';
import { ImageFiles } from './image/imageFiles';
import { InputMaker } from './image/inputMaker';
import { SessionPool } from './sessionPool';
import { Strides } from './strides';
import { openStudy, type OpenedStudy } from './study/openedStudy';
import type { ResolvedStudy } from './study/resolvedStudy';
import { ThumbnailCache } from './thumbnailCache';

export interface EngineOptions {
  /** How devices are tried; by default with the probe built beside this program. */
  readonly devices?: DeviceOptions;
  /** File in which what was found out about devices is kept; without it each process probes. */
  readonly deviceMemory?: string;
  /** Largest input that is run, in pixels. */
  readonly pixelLimit?: number;
  /** Images of one size that are tried together on a device in runs over a data set; 1: none. */
  readonly imagesTogether?: Partial<Record<DeviceName, number>>;
  /** Path of the bundled inputWorker; without it the network's inputs are made in this thread. */
  readonly inputScript?: string;
  /** Where pictures of patches are kept over sessions; without it they are made anew. */
  readonly thumbnailFolder?: string | undefined;
  /** Takes lines for the log. */
  readonly log?: (text: string) => void;
}

/** On the CPU a batch is slower than its images one by one (docs/benchmarks.md); elsewhere each run finds out. */
const defaultTogether: Readonly<Record<DeviceName, number>> = {
  cpu: 1,
  cuda: 4,
  webgpu: 4,
  dml: 4,
  coreml: 4,
};

export class EngineParts {
  readonly devices: Devices;
  readonly pixelLimit: number;
  readonly checkpoints = new Checkpoints();
  readonly banks = new Banks();
  readonly sessions: SessionPool;
  readonly maps = mapsCache();
  readonly images = new ImageFiles();
  readonly thumbnails: ThumbnailCache | null;
  readonly strides: Strides;
  readonly #together: Readonly<Record<DeviceName, number>>;
  readonly #log: (text: string) => void;
  /** In this thread, and in one of their own. */
  readonly #inputs: { readonly here: InputMaker; readonly aside: InputMaker };

  constructor(options: EngineOptions) {
    const { deviceMemory, thumbnailFolder, log } = options;
    this.devices = new Devices({
      probeScript: join(__dirname, 'probe.cjs'),
      ...(deviceMemory !== undefined && { memory: new DeviceMemory(deviceMemory) }),
      ...(log && { log }),
      ...options.devices,
    });
    this.#inputs = { here: new InputMaker(null), aside: new InputMaker(options.inputScript ?? null) };
    this.#together = { ...defaultTogether, ...options.imagesTogether };
    this.#log = log ?? (() => undefined);
    this.pixelLimit = options.pixelLimit ?? defaultPixelLimit();
    // The small maps stay: they are bounded, and what makes an image open at once again.
    const onIdle = () => {
      this.#inputs.here.clear();
      this.#inputs.aside.clear();
      this.images.clear();
    };
    this.sessions = new SessionPool({ onIdle, ...(log && { log }) });
    this.strides = new Strides(this.sessions);
    this.thumbnails =
      thumbnailFolder === undefined ? null : new ThumbnailCache(thumbnailFolder, { ...(log && { log }) });
  }

  openStudy(reference: StudyReference): Promise<OpenedStudy> {
    return openStudy(reference, this.checkpoints);
  }

  /** The device and precision of a request: what a person set, else what the study says. */
  device(
    { deviceChoice, precisionChoice }: Pick<EngineParams<'cluster'>, 'deviceChoice' | 'precisionChoice'>,
    study: Pick<ResolvedStudy, 'device' | 'precision'>,
  ): Promise<DeviceReport> {
    return this.devices.choose(deviceChoice ?? study.device, precisionChoice ?? study.precision);
  }

  /**
   * On the CPU the network takes every core: a thread beside it made it wait for longer than the inputs take (measured on two
   * cores, docs/benchmarks.md). Other devices leave the cores to it.
   */
  inputsFor({ inUse }: DeviceReport): InputMaker {
    return inUse === 'cpu' ? this.#inputs.here : this.#inputs.aside;
  }

  /** For one run over a data set; null where images are run one by one. */
  batchingOn({ inUse }: DeviceReport): Batching | null {
    const most = this.#together[inUse];
    return most === 1 ? null : new Batching({ most, pixelLimit: this.pixelLimit, log: this.#log });
  }

  /** Closes sessions, and waits for what is being kept. */
  async dispose(): Promise<void> {
    await this.thumbnails?.settled();
    await this.sessions.dispose();
    this.maps.clear();
    this.images.clear();
  }
}
