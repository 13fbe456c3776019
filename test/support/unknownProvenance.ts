import type { Provenance } from '../../src/lpcam/bank';

/** Of a bank that nothing is known of but that a test wrote it. */
export const unknownProvenance: Provenance = {
  checkpointHash: null,
  checkpoint: null,
  clustering: null,
  inference: null,
  device: null,
  writer: 'test',
  created: null,
};
