/** Whether a device agrees with the CPU on what the small networks give. */
import type { PipelineResult } from './pipeline';
import { strayed } from './placement';

/** Largest difference from the CPU, as a part of the output's largest number, and where. */
export interface Parity {
  readonly worst: number;
  readonly output: string;
  readonly withinTolerance: boolean;
  readonly operatorsOnCpu: readonly string[];
}

export const parityTolerance = 1e-4;

export function parityOf(cpu: PipelineResult, found: PipelineResult): Parity {
  let [worst, output] = [0, ''];
  for (const [name, expected] of Object.entries(cpu.outputs)) {
    const own = found.outputs[name] ?? new Float32Array();
    const range = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    const difference = expected.reduce((most, value, i) => {
      const at = Math.abs(value - (own[i] ?? NaN));
      return Number.isNaN(at) ? Infinity : Math.max(most, at);
    }, 0);
    if (difference / range > worst) [worst, output] = [difference / range, name];
  }
  const operatorsOnCpu = [...new Set(strayed(found.placements).map(({ operator }) => operator))];
  return { worst, output, withinTolerance: worst <= parityTolerance, operatorsOnCpu };
}
