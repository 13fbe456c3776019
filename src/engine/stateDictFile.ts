/** Checkpoints of weights without a graph, read by range: only the tensors that are needed. */
import { FileSource } from '../formats/rangeSource';
import type { OnnxModel } from '../formats/onnxModel';
import { InputError } from '../lpcam/inputError';
import type { CamNetwork } from '../network/camNetwork';
import {
  isStateDictFile,
  loadCamNetwork,
  modelOfStateDict,
  type NetworkChoice,
} from '../network/loadNetwork';

/** What a study chooses in a checkpoint; null or absent: found, or as the network's system has it. */
export interface ChosenTensors {
  readonly features: string | null;
  readonly classifier: string | null;
  readonly stride?: number | null;
  /** Path of ReCAM's second classifier. */
  readonly predictor?: string | null;
}

function opened(path: string, field: string): FileSource {
  try {
    return new FileSource(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`${path}: cannot be read (${reason}).`, { file: path, field });
  }
}

function withFiles<T>(
  path: string,
  chosen: ChosenTensors,
  read: (source: FileSource, choice: NetworkChoice) => T,
): T | null {
  const source = opened(path, 'checkpoint');
  let predictor: FileSource | null = null;
  try {
    if (!isStateDictFile(source)) return null;
    if (chosen.predictor) predictor = opened(chosen.predictor, 'network.predictor');
    const second = predictor && { source: predictor, file: chosen.predictor ?? '' };
    return read(source, { ...chosen, predictor: second });
  } finally {
    source[Symbol.dispose]();
    predictor?.[Symbol.dispose]();
  }
}

/** The CAM network of a .pth, .pt or .safetensors; null when the file is of another kind. @throws InputError */
export function stateDictNetwork(path: string, chosen: ChosenTensors): CamNetwork | null {
  return withFiles(path, chosen, (source, choice) => loadCamNetwork(source, path, choice));
}

/** The whole ONNX model of a .pth, .pt or .safetensors; null when the file is of another kind. @throws InputError */
export function stateDictFileModel(path: string, chosen: ChosenTensors): OnnxModel | null {
  return withFiles(path, chosen, (source, choice) => modelOfStateDict(source, path, choice));
}
