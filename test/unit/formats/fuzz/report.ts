/** What reading one file damaged in many ways came to. */
export interface FuzzReport {
  readonly read: number;
  readonly refused: number;
  readonly slowest: { readonly seed: number; readonly milliseconds: number };
  /** Everything that was neither a value nor an InputError naming the file. */
  readonly unexpected: readonly string[];
  /** Largest resident size of the process. */
  readonly peakMegabytes: number;
  /** Whether a hostile pickle got its way. */
  readonly executed: boolean;
}
