/** The network in a checkpoint and its classifier, found without running anything. */
import { InputError } from '../../lpcam/inputError';
import type { CamNetwork, Scoring } from '../../network/camNetwork';
import { GraphIndex } from '../../network/graphIndex';
import { loadCamNetwork } from '../../network/loadNetwork';
import { Shapes } from '../../network/shapes';
import { exportSnippet } from '../../network/stateDict/exportSnippet';
import { UnknownNetwork } from '../../network/stateDict/recognise';
import { stateDictHead } from '../../network/stateDict/stateDictHead';
import type { CheckpointIdentity, CheckpointNetwork } from '../../protocol/checkpoint';
import { stateDictNetwork } from '../stateDictFile';
import { strideOf } from '../stride';
import type { OpenedFile } from './openedFile';

/** What a study chooses; null: found. */
export interface Chosen {
  readonly features: string | null;
  readonly classifier: string | null;
  readonly stride: number | null;
}

/** A recognised network, or why there is none. */
export interface FoundNetwork {
  readonly network: CheckpointNetwork | null;
  readonly unknown: CheckpointIdentity['unknown'];
  /** Row-major [classes, channels] and [classes]; null without a network. */
  readonly weights: (() => { readonly weight: Float32Array; readonly bias: Float32Array | null }) | null;
}

const scoringTexts: Readonly<Record<Scoring, string>> = {
  linear: 'linear classifier',
  'summed-kernel': 'convolution; prototypes are scored by its kernel summed over positions',
  'own-label': 'label-conditioned head; each class is scored under its own label',
  'patch-token': 'class-token classifier, applied to patch tokens',
  'constant-field': 'head with hidden layers; prototypes are scored as a field of one feature',
};

/** ONNX graphs beyond this are not taken apart to find out what they are: they are read as a whole for that. */
const largestGraph = 2 ** 30;

/** A square that every usual stride divides. */
const measuredSide = 448;

/** Finds the network of an opened file. */
export function findNetwork(file: OpenedFile, chosen: Chosen): FoundNetwork {
  const { other } = file.contents;
  if (other !== null) return { network: null, weights: null, unknown: { message: other, snippet: null } };
  try {
    return file.contents.stateDict === null ? ofGraph(file, chosen) : ofWeights(file, chosen);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { network: null, weights: null, unknown: reasonOf(error.message, file) };
  }
}

/** The message less the path and the snippet, which the page shows by themselves. */
function reasonOf(message: string, { path }: OpenedFile): CheckpointIdentity['unknown'] {
  const without = message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
  const at = without.indexOf(exportSnippet);
  const told = at < 0 ? without : without.slice(0, at).trimEnd().replace(/:$/, '.');
  return {
    message: told.charAt(0).toUpperCase() + told.slice(1),
    snippet: at < 0 ? null : exportSnippet,
  };
}

/** By what its weights are called; a network that nobody knows by that, by the export beside it, as everywhere. */
function ofWeights(file: OpenedFile, chosen: Chosen): FoundNetwork {
  try {
    return ofStateDict(file, chosen);
  } catch (error) {
    if (!(error instanceof UnknownNetwork)) throw error;
    const found = stateDictNetwork(file.path, chosen);
    if (found === null) throw error;
    return ofNetwork(found.value);
  }
}

function ofStateDict({ contents }: OpenedFile, { stride }: Chosen): FoundNetwork {
  const dict = contents.stateDict?.();
  if (!dict) throw new InputError('The file holds no state dict.');
  const head = stateDictHead(dict, { stride, predictor: null });
  return {
    unknown: null,
    weights: () => head.weights(),
    network: {
      system: head.system,
      architecture: head.architecture,
      stride: head.stride,
      otherStrides: [...head.otherStrides],
      features: 'features',
      classifier: head.classifier,
      channels: head.channels,
      classes: head.classes,
      scoring: scoringTexts[head.scoring],
      fixedSize: head.fixedSize === null ? null : [...head.fixedSize],
    },
  };
}

function ofGraph({ table, source, path }: OpenedFile, { features, classifier }: Chosen): FoundNetwork {
  if (table.bytes > largestGraph) {
    const message =
      'The graph and its weights are larger than 1 GiB, so they are not taken apart here to find the classifier. ' +
      'The tensors are all there.';
    return { network: null, weights: null, unknown: { message, snippet: null } };
  }
  return ofNetwork(loadCamNetwork(source.read(0, source.size), path, { features, classifier }));
}

function ofNetwork(network: CamNetwork): FoundNetwork {
  const { origin, weight, bias } = network;
  return {
    unknown: null,
    weights: () => ({ weight, bias }),
    network: {
      system: origin?.system ?? null,
      architecture: origin?.architecture ?? null,
      stride: origin?.stride ?? graphStride(network),
      otherStrides: [...(origin?.otherStrides ?? [])],
      features: network.features,
      classifier: network.classifier,
      channels: network.channels,
      classes: network.classes,
      scoring: scoringTexts[network.scoring],
      fixedSize: network.fixedSize === null ? null : [...network.fixedSize],
    },
  };
}

/** The stride by the graph's shapes on a square input; null where they cannot be followed. */
function graphStride({ backbone, input, features, fixedSize }: CamNetwork): number | null {
  const { graph } = backbone;
  const [height, width] = fixedSize ?? [measuredSide, measuredSide];
  const image = graph.inputs.find(({ name }) => name === input);
  if (!image) return null;
  const square = { ...image, shape: [1, 3, height, width] };
  const shapes = new Shapes(new GraphIndex({ ...graph, inputs: [square] }), square, graph.nodes);
  const [, , rows, columns] = shapes.of(features) ?? [];
  if (rows?.size == null || columns?.size == null) return null;
  return strideOf({ height, width }, { height: rows.size, width: columns.size });
}
