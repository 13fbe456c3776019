/** When to stop starting a process that keeps ending: so many ends within so long. */
export class CrashCounter {
  #times: number[] = [];

  /**
   * @param limit crashes that are too many
   * @param within milliseconds in which they are
   * @param delays milliseconds to wait before the restart after the first crash, the second, ...
   */
  constructor(
    readonly limit: number,
    readonly within: number,
    private readonly delays: readonly number[],
  ) {}

  /** Counts a crash. @returns how long to wait before the next start, or null when there were too many */
  crashed(now: number): number | null {
    this.#times = [...this.#times.filter((time) => now - time < this.within), now];
    if (this.#times.length >= this.limit) return null;
    return this.delays[Math.min(this.#times.length, this.delays.length) - 1] ?? 0;
  }

  /** The person wants another try. */
  forget(): void {
    this.#times = [];
  }
}
