/** The door for checkpoints of every kind. */
import { decodeModel } from '../formats/onnx';
import type { OnnxModel } from '../formats/onnxModel';
import { bytesSource, type RangeSource } from '../formats/rangeSource';
import { isSafetensors } from '../formats/safetensors';
import { InputError } from '../lpcam/inputError';
import type { CamNetwork } from './camNetwork';
import { recordedNetwork, recordOf } from './networkRecord';
import { isTorchFile, readStateDict } from './stateDict/readStateDict';
import { stateDictModel } from './stateDict/stateDictModel';
import { findCamNetwork } from './surgery';
import type { NetworkNames } from './surgery';

/** What a study says about its network. */
export interface NetworkChoice extends NetworkNames {
  /** Input pixels per feature position, where a state dict does not tell; absent or null: as its system publishes it. */
  readonly stride?: number | null;
  /** ReCAM's second classifier, an open file; absent or null: not used. */
  readonly predictor?: { readonly source: RangeSource; readonly file: string } | null;
}

/** What wrote a file of weights. */
function writerOf(source: RangeSource): string {
  return isTorchFile(source) ? 'PyTorch' : 'safetensors';
}

/** Is it a file of weights without a graph? */
export function isStateDictFile(source: RangeSource): boolean {
  return isTorchFile(source) || isSafetensors(source);
}

/**
 * Builds the ONNX model of a state dict: .pth, .pt or .safetensors.
 * @throws InputError when the file is damaged, or no network that is known here
 */
export function modelOfStateDict(source: RangeSource, file: string, choice: NetworkChoice): OnnxModel {
  const predictor = choice.predictor ? readStateDict(choice.predictor.source, choice.predictor.file) : null;
  return stateDictModel(readStateDict(source, file), { stride: choice.stride ?? null, predictor });
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
  if (source.size === 0)
    throw new InputError(
      `${file}: the file is empty. Expected a checkpoint: .onnx, .pth, .pt or .safetensors.`,
      { file },
    );
  const weightsAlone = isStateDictFile(source);
  const model = weightsAlone
    ? modelOfStateDict(source, file, choice)
    : decodeModel(source.read(0, source.size), file);
  const record = recordOf(model, file);
  if (record === null) return findCamNetwork(model, file, choice);
  const { features, classifier } = choice;
  const asRecorded =
    (features === null || features === record.features) &&
    (classifier === null || classifier === record.classifier);
  if (asRecorded) {
    const network = recordedNetwork(model, record, file);
    return weightsAlone ? { ...network, producer: writerOf(source) } : network;
  }
  if (!weightsAlone) return findCamNetwork(model, file, choice);
  throw new InputError(
    `${file}: lpcam.json names ${features === null ? '' : `network.features '${features}' `}` +
      `${classifier === null ? '' : `network.classifier '${classifier}' `}for a checkpoint of weights, whose network is ` +
      `known: its classifier is '${record.classifier}'. Leave both out.`,
    { file, field: features === null ? 'network.classifier' : 'network.features' },
  );
}
