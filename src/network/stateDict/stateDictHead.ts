/** What network a state dict is and its classifier, without building the network or reading its other weights. */
import { toFloat32 } from '../../formats/numericArray';
import { tensorFloats } from '../../formats/onnxValues';
import type { Scoring } from '../camNetwork';
import type { NetworkSettings } from './architecture';
import { Layers } from './layers';
import { otherStrides, recognise } from './recognise';
import type { StateDict } from './stateDict';

export interface StateDictHead {
  readonly system: string;
  readonly architecture: string;
  readonly stride: number;
  /** Strides that the same weights are used with besides. */
  readonly otherStrides: readonly number[];
  readonly fixedSize: readonly [number, number] | null;
  /** Feature channels, C. */
  readonly channels: number;
  readonly classes: number;
  /** The classifier's weight as the state dict calls it. */
  readonly classifier: string;
  readonly scoring: Scoring;
  /** Row-major [classes, C], or behind hidden layers [classes, outputs of the last]; read from the file when asked for. */
  weights(): { readonly weight: Float32Array; readonly bias: Float32Array | null };
}

/** @throws InputError when the state dict is no network known here, see `recognise` */
export function stateDictHead(dict: StateDict, settings: NetworkSettings): StateDictHead {
  const { architecture, stride, dict: known } = recognise(dict, settings);
  const { features, head, ...network } = architecture.build(new Layers(known, 'survey'), known, { stride });
  const weights = () => {
    const layers = new Layers(known, 'derive');
    const { head: derived } = architecture.build(layers, known, { stride });
    const numbers = (name: string): Float32Array => {
      const made = layers.builder.initialisers.find((tensor) => tensor.name === name);
      if (made) return tensorFloats(made, dict.file);
      const tensor = known.tensors.get(name);
      return tensor ? toFloat32(tensor.numbers()) : new Float32Array();
    };
    return { weight: numbers(derived.weight), bias: derived.bias === null ? null : numbers(derived.bias) };
  };
  return {
    system: architecture.system,
    architecture: network.architecture,
    stride: network.stride,
    otherStrides:
      settings.stride === null ? otherStrides({ architecture, built: { ...network, features, head } }) : [],
    fixedSize: network.fixedSize,
    channels: features.channels ?? 0,
    classes: head.classes ?? 0,
    classifier: head.classifier,
    scoring: head.scoring,
    weights,
  };
}
