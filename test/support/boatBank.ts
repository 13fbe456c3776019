/** A small prototype bank for tests of comparisons. */
import { writeBank } from '../../src/engine/bankFile';
import { unknownProvenance } from './unknownProvenance';

/** Writes a bank of the class boat whose foreground centres, one a vector, all pass the published gate. */
export function writeBoatBank(path: string, vectors: readonly (readonly number[])[]): Promise<void> {
  return writeBank(path, {
    classes: ['boat', 'cat'],
    channels: vectors[0]?.length ?? 0,
    alreadyGated: false,
    centres: vectors.map((vector) => ({
      classIndex: 0,
      set: 'foreground',
      vector: Float32Array.from(vector),
      scores: Float32Array.of(0.99, 0.01),
      size: 1,
      spread: null,
      mark: null,
      patches: [],
    })),
    traces: [],
    provenance: unknownProvenance,
  });
}
