/** The door for checkpoints of every kind. */
import { basename } from 'node:path';
import { decodeModel } from '../formats/onnx';
import type { OnnxModel } from '../formats/onnxModel';
import { bytesSource, type RangeSource } from '../formats/rangeSource';
import { isSafetensors } from '../formats/safetensors';
import { InputError } from '../lpcam/inputError';
import type { CamNetwork } from './camNetwork';
import { recordedNetwork, recordOf } from './networkRecord';
import { withWeights } from './stateDict/borrowedGraph';
import { isTorchFile, readStateDict } from './stateDict/readStateDict';
import { UnknownNetwork } from './stateDict/recognise';
import { stateDictModel } from './stateDict/stateDictModel';
import { findCamNetwork } from './surgery';
import type { NetworkNames } from './surgery';

/** What a study says about its network. */
export interface NetworkChoice extends NetworkNames {
  /** Input pixels per feature position, where a state dict does not tell; absent or null: as its system publishes it. */
  readonly stride?: number | null;
  /** ReCAM's second classifier, an open file; absent or null: not used. */
  readonly predictor?: OpenFile | null;
  /** An ONNX export of the same module, whose graph takes a state dict's weights; absent or null: none is at hand. */
  readonly graph?: (OpenFile & { readonly needed: boolean }) | null;
}

export interface OpenFile {
  readonly source: RangeSource;
  readonly file: string;
}

/** What wrote a file of weights. */
function writerOf(source: RangeSource): string {
  return isTorchFile(source) ? 'PyTorch' : 'safetensors';
}

/** Is it a file of weights without a graph? */
export function isStateDictFile(source: RangeSource): boolean {
  return isTorchFile(source) || isSafetensors(source);
}

/** What an error says, with what stood in the way of an export that lies beside the weights. */
function withReason(error: InputError, reason: unknown): InputError {
  const text = reason instanceof Error ? reason.message : String(reason);
  return new InputError(`${error.message}\n${text}`, error.where);
}

/**
 * Builds the ONNX model of a state dict: .pth, .pt or .safetensors. With a graph at hand that is not needed, a state dict
 * that is no known network takes the graph.
 * @throws InputError when the file is damaged, or no network that is known here
 */
export function modelOfStateDict(source: RangeSource, file: string, choice: NetworkChoice): OnnxModel {
  const dict = readStateDict(source, file);
  const { graph = null } = choice;
  const borrowed = ({ source: bytes, file: name }: OpenFile) =>
    withWeights(decodeModel(bytes, name), name, dict);
  if (graph?.needed) return borrowed(graph);
  const predictor = choice.predictor ? readStateDict(choice.predictor.source, choice.predictor.file) : null;
  try {
    return stateDictModel(dict, { stride: choice.stride ?? null, predictor });
  } catch (error) {
    if (!(error instanceof UnknownNetwork) || graph === null) throw error;
    try {
      return borrowed(graph);
    } catch (reason) {
      throw withReason(error, reason);
    }
  }
}

/**
 * Reads a checkpoint as a CAM network, by its content: ONNX, or a state dict, of which only the weights needed are read.
 * @throws InputError when it cannot be read, or is of a kind not supported
 */
export function loadCamNetwork(
  checkpoint: RangeSource | Uint8Array,
  file: string,
  choice: NetworkChoice,
): CamNetwork {
  const source = checkpoint instanceof Uint8Array ? bytesSource(checkpoint) : checkpoint;
  return isStateDictFile(source)
    ? networkOfModel(modelOfStateDict(source, file, choice), file, choice, writerOf(source))
    : networkOfModel(graphModel(source, file), file, choice);
}

/** The model in a checkpoint that is none of weights alone. @throws InputError when it is no ONNX file */
export function graphModel(source: RangeSource, file: string): OnnxModel {
  if (source.size === 0)
    throw new InputError(
      `${file}: the file is empty. Expected a checkpoint: .onnx, .pth, .pt or .safetensors.`,
      { file },
    );
  return decodeModel(source, file);
}

/**
 * The CAM network in a model.
 * @param writer what wrote the weights, where they came without a graph
 * @throws InputError when it has none that can be found
 */
export function networkOfModel(
  model: OnnxModel,
  file: string,
  choice: NetworkChoice,
  writer: string | null = null,
): CamNetwork {
  const record = recordOf(model, file);
  if (record === null) {
    const network = findCamNetwork(model, file, choice);
    const graph = choice.graph ? `, graph of ${basename(choice.graph.file)}` : '';
    return writer === null ? network : { ...network, producer: `${writer}${graph}` };
  }
  const { features, classifier } = choice;
  const asRecorded =
    (features === null || features === record.features) &&
    (classifier === null || classifier === record.classifier);
  if (asRecorded) {
    const network = recordedNetwork(model, record, file);
    return writer === null ? network : { ...network, producer: writer };
  }
  if (writer === null) return findCamNetwork(model, file, choice);
  throw new InputError(
    `${file}: lpcam.json names ${features === null ? '' : `network.features '${features}' `}` +
      `${classifier === null ? '' : `network.classifier '${classifier}' `}for a checkpoint of weights, whose network is ` +
      `known: its classifier is '${record.classifier}'. Leave both out.`,
    { file, field: features === null ? 'network.classifier' : 'network.features' },
  );
}
