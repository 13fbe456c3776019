/** The prototype bank: what clustering leaves behind, before any gate is applied. */
import type { Clustering } from './presets';

/** Which side of the CAM split a centre was clustered from. */
export type CentreSet = 'foreground' | 'background';

/** What a person decided about a centre, against or with its gates. */
export const marks = ['pinned', 'dropped'] as const;
export type Mark = (typeof marks)[number];

/** One position of a feature map that lies near a centre. */
export interface Patch {
  /** Image id of the study's list. */
  readonly image: string;
  /** Position in the feature map at scale 1. */
  readonly row: number;
  readonly column: number;
  /** Cosine between the feature there and the centre, -1..1; null where only its being in the cluster is known. */
  readonly cosine: number | null;
}

/** A k-means centre before gating. */
export interface Centre {
  readonly classIndex: number;
  readonly set: CentreSet;
  /** Mean of the raw feature rows, [C]. */
  readonly vector: Float32Array;
  /** softmax(W . centre) over the N classes, [N]. */
  readonly scores: Float32Array;
  /** Rows assigned to it; 0 where the bank does not say (published files). */
  readonly size: number;
  /**
   * Mean cosine distance (1 - cosine) of its rows to it, 0..2; null where the bank does not say (published files, and
   * banks written before it was measured).
   */
  readonly spread: number | null;
  /** Pinned or dropped by hand: it then is, or is no prototype, whatever the gates say. Null: the gates decide. */
  readonly mark: Mark | null;
  /** Nearest patches, best first; empty where the bank does not say. */
  readonly patches: readonly Patch[];
}

/** How one k-means run went. */
export interface ClusteringTrace {
  readonly classIndex: number;
  readonly set: CentreSet;
  /** Rows clustered. */
  readonly rows: number;
  /** K actually used (lowered to the row count where there were fewer rows). */
  readonly k: number;
  /** Indices of the initial rows among the rows of this set. */
  readonly initialRows: readonly number[];
  /** Sum over centres of |shift|, one per iteration. */
  readonly summedShift: readonly number[];
  /** False when the iteration limit ended the run. */
  readonly settled: boolean;
  /** Iterations (from 0) in which an empty cluster was reseeded from the farthest row. */
  readonly reseeded: readonly number[];
}

/** Where a bank came from. */
export interface Provenance {
  /** SHA-256 of the checkpoint, hex; null for published files, which do not say. */
  readonly checkpointHash: string | null;
  readonly checkpoint: string | null;
  readonly clustering: Clustering | null;
  readonly inference: { readonly scales: readonly number[]; readonly mirror: boolean } | null;
  readonly device: string | null;
  /** Version of this program, e.g. `0.1.0`; or the format the bank was read from. */
  readonly writer: string;
  /** ISO 8601 time; null where unknown. */
  readonly created: string | null;
  /** Names all that the centres depend on: checkpoint, settings, classes and training images; absent where unknown. */
  readonly identity?: string | undefined;
  /** How the centres' scores were computed (`Scoring`, src/network/camNetwork.ts); absent where unknown or unscored. */
  readonly scoring?: string | undefined;
}

/** All centres of all classes, kept and rejected. Gates are applied on load, so they can move without clustering again. */
export interface PrototypeBank {
  /** Class names, [N]. */
  readonly classes: readonly string[];
  /** Feature channels, C. */
  readonly channels: number;
  /**
   * True for the published files: they hold prototypes that passed their gates already, so every centre is kept as it
   * is and gates do not apply.
   */
  readonly alreadyGated: boolean;
  readonly centres: readonly Centre[];
  readonly traces: readonly ClusteringTrace[];
  readonly provenance: Provenance;
}

/** The provenance of published files, which do not tell theirs. @param writer the file's published name */
export function publishedProvenance(writer: string): Provenance {
  return {
    checkpointHash: null,
    checkpoint: null,
    clustering: null,
    inference: null,
    device: null,
    writer,
    created: null,
  };
}
