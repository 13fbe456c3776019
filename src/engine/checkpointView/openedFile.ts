/** A checkpoint file that was opened for looking into: its contents as the protocol's table, and the way to its numbers. */
import { statSync } from 'node:fs';
import { elementCount } from '../../formats/numericArray';
import { isSafetensors } from '../../formats/safetensors';
import { isTorchFile } from '../../network/stateDict/readStateDict';
import { InputError } from '../../lpcam/inputError';
import type { CheckpointTable } from '../../protocol/checkpoint';
import { fileVersion } from '../fileVersion';
import type { Contents, HeldTensor } from './contents';
import { FileOnDemand } from './fileOnDemand';
import { onnxContents } from './onnxContents';
import { safetensorsContents } from './safetensorsContents';
import { torchContents } from './torchContents';

/** Tensors that a table lists: the largest real files, optimizers included, have a few thousand. */
const mostListed = 50_000;

export interface OpenedFile {
  readonly path: string;
  readonly table: CheckpointTable;
  readonly contents: Contents;
  /** The file itself. */
  readonly source: FileOnDemand;
  /** Closes every file; reading opens them again. */
  release(): void;
}

function contentsOf(
  source: FileOnDemand,
  path: string,
  open: (path: string) => FileOnDemand | null,
): Contents {
  if (source.size === 0)
    throw new InputError(
      `${path}: the file is empty. Expected a checkpoint: .onnx, .pth, .pt or .safetensors.`,
      { file: path },
    );
  if (isTorchFile(source)) return torchContents(source, path);
  if (isSafetensors(source) || path.endsWith('.safetensors')) return safetensorsContents(source, path);
  if (path.endsWith('.onnx')) return onnxContents(source, path, open);
  try {
    return onnxContents(source, path, open);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(
      `${path}: this is none of the files that hold a network's weights (torch.save, safetensors, ONNX), or it is damaged.`,
      { file: path },
    );
  }
}

/** The state of a file and of the data files beside it, by name, time and size. */
async function versionOf(path: string, dataFiles: readonly string[]): Promise<string> {
  const version = await fileVersion(path);
  if (version === null) throw new InputError(`There is no checkpoint ${path}.`, { file: path });
  const versions = [version];
  for (const file of dataFiles) versions.push((await fileVersion(file)) ?? file);
  return JSON.stringify(versions);
}

function listed(tensors: readonly HeldTensor[]): CheckpointTable['tensors'] {
  const firsts = new Map<string, string>();
  return tensors.map(({ name, dtypeName, shape, role, place, problem }) => {
    const alias = firsts.get(place) ?? null;
    if (alias === null) firsts.set(place, name);
    return {
      name,
      dtype: dtypeName,
      shape: [...shape],
      elements: elementCount(shape) ?? 0,
      role,
      alias,
      unreadable: problem,
    };
  });
}

/** @throws InputError when the file cannot be read or is no checkpoint */
export async function openFile(path: string): Promise<OpenedFile> {
  if ((await fileVersion(path)) === null)
    throw new InputError(`There is no checkpoint ${path}.`, { file: path });
  const source = new FileOnDemand(path);
  const dataFiles = new Map<string, FileOnDemand | null>();
  const release = () => {
    source.release();
    for (const file of dataFiles.values()) file?.release();
  };
  const open = (file: string): FileOnDemand | null => {
    const known = dataFiles.get(file);
    if (known !== undefined) return known;
    const found = statSync(file, { throwIfNoEntry: false })?.isFile() ? new FileOnDemand(file) : null;
    dataFiles.set(file, found);
    return found;
  };
  try {
    const contents = contentsOf(source, path, open);
    const tensors = listed(contents.tensors.slice(0, mostListed));
    const beside = contents.dataFiles.map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0);
    return {
      path,
      contents,
      source,
      release,
      table: {
        path,
        version: await versionOf(path, contents.dataFiles),
        format: contents.format,
        formatName: contents.formatName,
        writer: contents.writer,
        bytes: beside.reduce((sum, size) => sum + size, source.size),
        modified: statSync(path).mtimeMs,
        tensors,
        unlisted: contents.tensors.length - tensors.length,
        parameters: tensors
          .filter(({ role, alias }) => role === 'parameter' && alias === null)
          .reduce((sum, { elements }) => sum + elements, 0),
        facts: contents.facts.map((fact) => ({ ...fact })),
      },
    };
  } finally {
    release();
  }
}

/** Whether the file is still as it was opened. */
export async function unchanged({ path, table, contents }: OpenedFile): Promise<boolean> {
  return (await versionOf(path, contents.dataFiles)) === table.version;
}
