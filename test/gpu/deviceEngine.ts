/** An engine for one device in a precision that is stated, whatever was found out about it. */
import { Engine } from '../../src/engine/engine';
import type { EngineOptions } from '../../src/engine/engineParts';

/** @param inputScript path of the built inputWorker; null: inputs are made in the engine's own thread */
export function deviceEngine(inputScript: string | null, more: EngineOptions = {}): Engine {
  const half = { speedup: 1, error: 0 };
  return new Engine({
    devices: {
      probeScript: '',
      // The report has probed it; here both precisions are wanted, not the one that the probe would choose.
      probe: () => Promise.resolve({ usable: true, caveat: '', reason: '', half }),
    },
    ...(inputScript !== null && { inputScript }),
    ...more,
  });
}
