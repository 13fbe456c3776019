/** Ctrl+C: the first asks the job to stop and clean up, the second ends the process at once. */
import { exitCodes } from './exitCode';

const signals = ['SIGINT', 'SIGTERM'] as const;

export class Interrupt {
  private readonly controller = new AbortController();

  private readonly onSignal = (): void => {
    if (this.controller.signal.aborted) process.exit(exitCodes.interrupted);
    this.controller.abort();
  };

  constructor() {
    for (const name of signals) process.on(name, this.onSignal);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  dispose(): void {
    for (const name of signals) process.off(name, this.onSignal);
  }
}
