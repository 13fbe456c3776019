/** Checkpoints of weights without a graph, read by range: only the tensors that are needed. */
import { existsSync } from 'node:fs';
import { extname } from 'node:path';
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
  /** Path of an ONNX export of the same module, for weights of a network that is not known here. */
  readonly graph?: string | null;
}

/** What was read, and the files besides the checkpoint that it was made of. */
export interface StateDictRead<T> {
  readonly value: T;
  readonly files: readonly string[];
}

function opened(path: string, field: string): FileSource {
  try {
    return new FileSource(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`${path}: cannot be read (${reason}).`, { file: path, field });
  }
}

/** The export that a study names, or one of the same name beside the weights. */
function graphPath(path: string, { graph }: ChosenTensors): string | null {
  if (graph) return graph;
  const beside = `${path.slice(0, path.length - extname(path).length)}.onnx`;
  return existsSync(beside) ? beside : null;
}

function withFiles<T>(
  path: string,
  chosen: ChosenTensors,
  read: (source: FileSource, choice: NetworkChoice) => T,
): StateDictRead<T> | null {
  const open: FileSource[] = [];
  const file = (name: string, field: string) => {
    const source = opened(name, field);
    open.push(source);
    return { source, file: name };
  };
  try {
    const { source } = file(path, 'checkpoint');
    if (!isStateDictFile(source)) return null;
    const predictor = chosen.predictor ? file(chosen.predictor, 'network.predictor') : null;
    const beside = graphPath(path, chosen);
    const graph =
      beside === null ? null : { ...file(beside, 'network.graph'), needed: Boolean(chosen.graph) };
    const value = read(source, { ...chosen, predictor, graph });
    return { value, files: [predictor, graph].flatMap((used) => (used === null ? [] : [used.file])) };
  } finally {
    for (const source of open) source[Symbol.dispose]();
  }
}

/** The CAM network of a .pth, .pt or .safetensors; null when the file is of another kind. @throws InputError */
export function stateDictNetwork(path: string, chosen: ChosenTensors): StateDictRead<CamNetwork> | null {
  const found = withFiles(path, chosen, (source, choice) => loadCamNetwork(source, path, choice));
  // A network that is known by its weights did not need the export beside it.
  return found?.value.origin && !chosen.graph
    ? { ...found, files: chosen.predictor ? [chosen.predictor] : [] }
    : found;
}

/** The whole ONNX model of a .pth, .pt or .safetensors; null when the file is of another kind. @throws InputError */
export function stateDictFileModel(path: string, chosen: ChosenTensors): OnnxModel | null {
  return withFiles(path, chosen, (source, choice) => modelOfStateDict(source, path, choice))?.value ?? null;
}
