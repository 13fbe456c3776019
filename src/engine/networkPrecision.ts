import type { NetworkPrecision } from '../network/halfNetwork';
import type { DeviceName, PrecisionName } from '../protocol/deviceNames';

/** How a device comes to the numbers of a precision: the CPU computes in float32 only, and rounds as a GPU would. */
export function networkPrecision(device: DeviceName, precision: PrecisionName): NetworkPrecision {
  return precision === 'half' && device === 'cpu' ? 'rounded' : precision;
}
