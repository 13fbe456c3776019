import type { PrecisionName } from '../protocol/deviceNames';
import { DeviceError } from './failure';

/**
 * Numbers beyond the largest half are infinite, and maps of them nonsense that still looks like maps.
 * @throws DeviceError when half precision was too narrow for the network
 */
export function checkHalf(maps: Float32Array, precision: PrecisionName): void {
  if (precision === 'full' || maps.every((value) => Number.isFinite(value))) return;
  throw new DeviceError(
    "The network's numbers are too large for half precision: choose full as `precision` of the study or in the settings.",
  );
}
