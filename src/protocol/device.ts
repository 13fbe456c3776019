/** What a probe of a device found out. */
import * as z from 'zod';
import { deviceChoices, deviceNames, precisionNames, type PrecisionName } from './deviceNames';

/** One device, tried in a throw-away process. */
export const deviceProbeSchema = z.object({
  device: z.enum(deviceNames),
  usable: z.boolean(),
  /** Why it cannot be used, or why `auto` passes it over although it can; else empty. */
  reason: z.string(),
  /** What half precision does on it, for a sentence; empty where that is not known. */
  half: z.string(),
});
export type DeviceProbe = z.infer<typeof deviceProbeSchema>;

/** The device in use, why, and what was passed over on the way. */
export const deviceReportSchema = z.object({
  asked: z.enum(deviceChoices),
  inUse: z.enum(deviceNames),
  precision: z.enum(precisionNames),
  /** One sentence for the status bar: why this device, and the reason for any fallback. */
  reason: z.string(),
  fallback: z.boolean(),
  probes: z.array(deviceProbeSchema),
});
export type DeviceReport = z.infer<typeof deviceReportSchema>;

const halfSuffix = ', half precision';

/** The device as results name it: those of half precision are never taken for others. */
export function deviceLabel({ inUse, precision }: Pick<DeviceReport, 'inUse' | 'precision'>): string {
  return precision === 'half' ? `${inUse}${halfSuffix}` : inUse;
}

/** The precision that such a name tells. */
export function labelledPrecision(label: string): PrecisionName {
  return label.endsWith(halfSuffix) ? 'half' : 'full';
}
