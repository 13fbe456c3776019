/** What is measured with a real network, one process for each: a device that is lost takes no other figure with it. */
import type { DeviceName } from '../../src/protocol/deviceNames';
import type { GpuSubject } from './subjects';

export type JobName = 'data set' | 'data set in half' | 'maps' | 'one image';

export interface Job {
  readonly name: JobName;
  readonly subject: GpuSubject;
  readonly device: DeviceName;
  readonly images: number;
  /** Whether data sets are of that size, too: for a driver that is slow. */
  readonly resized: boolean;
  /** Of an image whose time is taken. */
  readonly size: { readonly width: number; readonly height: number };
  /** Of its own, for what it writes. */
  readonly folder: string;
  /** Path of the bank that it leaves (data sets) or reads. */
  readonly bank: string;
  /** Path of the built inputWorker. */
  readonly inputScript: string;
}

/** What half precision may cost (docs/devices.md), and what another device may. */
export const mapTolerances = { halfFromFull: 5e-3, fullFromCpu: 1e-4 } as const;
