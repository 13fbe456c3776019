/** Whether what was made with a checkpoint (a bank, seeds) still belongs to the one that is used now. */

export const stalenesses = ['otherCheckpoint', 'older'] as const;
/** `otherCheckpoint`: its record names another one; `older`: it has no record and was written before the checkpoint was. */
export type Staleness = (typeof stalenesses)[number];

/** What was made. */
export interface Made {
  /** SHA-256 of the checkpoint that it was made with, hex; null: it does not say. */
  readonly checkpointHash: string | null;
  /** When it was written, milliseconds since 1970; null: nobody knows. */
  readonly modified: number | null;
}

/**
 * By the recorded hash where there is one, by time only where there is none: copies and checkouts change times, and a file
 * that is trained anew keeps its name.
 * @param hashes by which records may name the checkpoint in use; @param modified when it was written, milliseconds
 * @returns null where nothing speaks against it
 */
export function stalenessOf(made: Made, hashes: readonly string[], modified: number): Staleness | null {
  if (made.checkpointHash !== null) return hashes.includes(made.checkpointHash) ? null : 'otherCheckpoint';
  return made.modified !== null && made.modified < modified ? 'older' : null;
}
