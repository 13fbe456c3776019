/** What a checkpoint's own content tells about the system it belongs to, without reading its weights. */
import { LRUCache } from 'lru-cache';
import { readOnnxTable } from '../../formats/onnxTable';
import { FileSource, type RangeSource } from '../../formats/rangeSource';
import { InputError } from '../../lpcam/inputError';
import { isStateDictFile } from '../../network/loadNetwork';
import { recordOf } from '../../network/networkRecord';
import { readStateDict } from '../../network/stateDict/readStateDict';
import { stateDictHead } from '../../network/stateDict/stateDictHead';
import { fileVersion } from '../fileVersion';

export interface CheckpointSystem {
  /** As the architectures of src/network/stateDict name it: `irn` stands for its whole family. */
  readonly system: string;
  readonly architecture: string;
  readonly classes: number | null;
}

/** A study is resolved for every request. */
const known = new LRUCache<string, { readonly found: CheckpointSystem | null }>({ max: 64 });

function ofGraph(source: RangeSource, path: string): CheckpointSystem | null {
  const { metadata, tensors } = readOnnxTable(source, path, () => null);
  const record = recordOf({ metadata }, path);
  if (!record?.origin) return null;
  const { system, architecture } = record.origin;
  const classes = tensors.find(({ name }) => name === record.weight)?.shape[0] ?? null;
  return { system, architecture, classes };
}

/** @throws InputError where the file cannot be read, by its permissions for one */
function opened(path: string): FileSource {
  try {
    return new FileSource(path);
  } catch (error) {
    throw new InputError(`${path}: cannot be read (${String(error)}).`, { file: path });
  }
}

function look(path: string): CheckpointSystem | null {
  try {
    using source = opened(path);
    if (source.size === 0) return null;
    if (!isStateDictFile(source)) return ofGraph(source, path);
    return stateDictHead(readStateDict(source, path), { stride: null, predictor: null });
  } catch (error) {
    // What is wrong with a checkpoint is said when it is opened; here it only tells nothing.
    if (error instanceof InputError) return null;
    throw error;
  }
}

/** Null where the checkpoint is of no network known here, or cannot be read. */
export async function checkpointSystem(path: string): Promise<CheckpointSystem | null> {
  const version = await fileVersion(path);
  if (version === null) return null;
  const before = known.get(version);
  if (before !== undefined) return before.found;
  const found = look(path);
  known.set(version, { found });
  return found;
}
