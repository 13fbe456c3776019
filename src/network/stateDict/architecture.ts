/** What every architecture tells about itself. */
import type { FeatureMap, Layers } from './layers';
import type { StateDict } from './stateDict';
import type { NetworkAttention, Scoring } from '../camNetwork';

/** What the keys do not tell and a person may. */
export interface NetworkSettings {
  /** Input pixels per feature position; null: as the system publishes it. */
  readonly stride: number | null;
  /** ReCAM's second classifier, [N, C, 1, 1], which its maps multiply the first one with; null: not used. */
  readonly predictor: StateDict | null;
}

/** A network as layers, ready to be a CAM network. */
export interface BuiltNetwork {
  /** For people: family and depth, e.g. `ResNet-50 (IRN family)`. */
  readonly architecture: string;
  readonly features: FeatureMap;
  readonly stride: number;
  readonly head: BuiltHead;
  /** Further outputs of the whole graph. */
  readonly extras: readonly ExtraOutput[];
  /** Names of such tensors among `extras`; absent: the network has none. */
  readonly attention?: NetworkAttention;
  readonly fixedSize: readonly [number, number] | null;
}

export interface ExtraOutput {
  readonly name: string;
  readonly shape: readonly (string | number)[];
}

/** Tensors of the graph, by their names. */
export interface BuiltHead {
  /** The classifier's weight as the state dict calls it. */
  readonly classifier: string;
  readonly scoring: Scoring;
  readonly classes: number | null;
  /** [classes, C] or [classes, C, 1, 1]. */
  readonly weight: string;
  readonly bias: string | null;
  readonly hidden: readonly { readonly weight: string; readonly bias: string }[];
  /** [N, classes]. */
  readonly logits: FeatureMap;
  /** [N, classes, h, w], not negative; null: relu(W F). */
  readonly classMaps: FeatureMap | null;
}

export interface Architecture {
  /** The system it belongs to, as lpcam.json may name it. */
  readonly system: string;
  /** For messages: "closest is ...". */
  readonly name: string;
  /** Strides that may be asked for; the first is the default. */
  readonly strides: readonly number[];
  /** The keys as this architecture spells them (aliases and older spellings brought to one). */
  readonly canonical?: (dict: StateDict) => StateDict;
  /** Is it worth a survey? By a few telling keys. */
  readonly marked: (dict: StateDict) => boolean;
  readonly build: (layers: Layers, dict: StateDict, settings: { readonly stride: number }) => BuiltNetwork;
}
