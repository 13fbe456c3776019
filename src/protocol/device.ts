/** What a probe of a device found out. */
import { z } from 'zod';
import { deviceChoices, deviceNames } from './studyFile';

/** One device, tried in a throw-away process. */
export const deviceProbeSchema = z.object({
  device: z.enum(deviceNames),
  usable: z.boolean(),
  /** Why it cannot be used, or why `auto` passes it over although it can; else empty. */
  reason: z.string(),
});
export type DeviceProbe = z.infer<typeof deviceProbeSchema>;

/** The device in use, why, and what was passed over on the way. */
export const deviceReportSchema = z.object({
  asked: z.enum(deviceChoices),
  inUse: z.enum(deviceNames),
  /** One sentence for the status bar: why this device, and the reason for any fallback. */
  reason: z.string(),
  fallback: z.boolean(),
  probes: z.array(deviceProbeSchema),
});
export type DeviceReport = z.infer<typeof deviceReportSchema>;
