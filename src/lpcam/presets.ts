/** The published settings of LPCAM for PASCAL VOC 2012 and MS COCO 2014 (the authors' code; README of each data set). */

/** Settings of one k-means run per class and set. */
export interface Clustering {
  /** Number of centres per class and set, K. */
  readonly k: number;
  /** CAM value (0..1) above which a position is foreground and below which it is background; equal: dropped. */
  readonly split: number;
  /** Stop once (summed shift of the centres)^2 is below this. */
  readonly tolerance: number;
  /** Iterations after which a run that does not settle stops (ours; the published code has no limit). */
  readonly maxIterations: number;
  /** Seed of the random initial rows. */
  readonly seed: number;
  /** Images drawn per class (with replacement); null: every image labelled with the class. */
  readonly imagesPerClass: number | null;
}

/** Bounds on p(class) of a centre, all strict. */
export interface Gates {
  /** A foreground centre with p above this is a class prototype. */
  readonly class: number;
  /** A background centre with p between these is a context prototype. */
  readonly context: readonly [number, number];
}

/** How an image is shown to the network. */
export interface Inference {
  readonly scales: readonly number[];
  /** Also run the mirrored image and add its maps, mirrored back. */
  readonly mirror: boolean;
}

/** How maps become a label map. */
export interface Seeds {
  /** Score of the background (0..1); a class must exceed it. */
  readonly threshold: number;
}

/** Everything a preset fixes. */
export interface Settings {
  readonly clustering: Clustering;
  readonly gates: Gates;
  readonly inference: Inference;
  readonly seeds: Seeds;
}

export const presetNames = ['voc', 'coco'] as const;
export type PresetName = (typeof presetNames)[number];

const inference: Inference = { scales: [1, 0.5, 1.5, 2], mirror: true };

/** Published values; `maxIterations` and `seed` are ours. */
export const presets: Readonly<Record<PresetName, Settings>> = {
  voc: {
    clustering: { k: 12, split: 0.1, tolerance: 5, maxIterations: 100, seed: 0, imagesPerClass: null },
    gates: { class: 0.9, context: [0.05, 0.9] },
    inference,
    seeds: { threshold: 0.3 },
  },
  coco: {
    clustering: { k: 20, split: 0.25, tolerance: 5, maxIterations: 100, seed: 0, imagesPerClass: 100 },
    gates: { class: 0.9, context: [0, 0.5] },
    inference,
    seeds: { threshold: 0.3 },
  },
};
