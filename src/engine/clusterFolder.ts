/** The `cluster_result/` folder of the published code as a bank: all centres, before any gate. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FileSource } from '../formats/rangeSource';
import {
  clusterFile,
  readClusterCentres,
  readClusterIds,
  type ClusterFile,
} from '../formats/publishedClusters';
import { publishedProvenance, type Centre, type CentreSet, type PrototypeBank } from '../lpcam/bank';
import { InputError } from '../lpcam/inputError';

const sets: readonly CentreSet[] = ['foreground', 'background'];

/** Where the files of one class and set lie. */
export interface ClusterPaths extends Pick<ClusterFile, 'set' | 'classIndex'> {
  readonly centres: string;
  /** Null where the folder has none. */
  readonly ids: string | null;
}

/** Is it one of the files of such a folder? Any of them stands for the folder. */
export function isClusterFile(path: string): boolean {
  return clusterFile(basename(path)) !== null;
}

/** The files of the folder that `path` lies in, by class, foreground first. */
export async function clusterPaths(path: string): Promise<ClusterPaths[]> {
  const folder = dirname(path);
  const names = await readdir(folder).catch((error: unknown) => {
    throw new InputError(`The folder ${folder} cannot be read: ${String(error)}.`, { file: path });
  });
  const files = names.flatMap((name) => {
    const file = clusterFile(name);
    return file === null ? [] : [{ ...file, path: join(folder, name) }];
  });
  const ids = files.filter(({ kind }) => kind === 'ids');
  return files
    .filter(({ kind }) => kind === 'centres')
    .map(({ set, classIndex, path: centres }) => {
      const own = ids.find((other) => other.set === set && other.classIndex === classIndex);
      return { set, classIndex, centres, ids: own?.path ?? null };
    })
    .sort((a, b) => a.classIndex - b.classIndex || sets.indexOf(a.set) - sets.indexOf(b.set));
}

function opened<T>(path: string, read: (source: FileSource) => T): T {
  let source: FileSource;
  try {
    source = new FileSource(path);
  } catch (error) {
    throw new InputError(`${path}: cannot be read (${String(error)}).`, { file: path });
  }
  try {
    return read(source);
  } finally {
    source[Symbol.dispose]();
  }
}

/** The centre of each clustered row. @throws InputError when the file does not belong to `k` centres */
export function clusterIds(path: string, k: number): Int32Array {
  return opened(path, (source) => readClusterIds(source, path, k));
}

function centresOf({ set, classIndex, centres: path, ids }: ClusterPaths): Centre[] {
  const vectors = opened(path, (source) => readClusterCentres(source, path));
  const sizes = new Uint32Array(vectors.length);
  if (ids !== null) for (const id of clusterIds(ids, vectors.length)) sizes[id] = (sizes[id] ?? 0) + 1;
  return vectors.map((vector, i) => ({
    classIndex,
    set,
    vector,
    scores: new Float32Array(0),
    size: sizes[i] ?? 0,
    spread: null,
    mark: null,
    patches: [],
  }));
}

/**
 * Reads every `cluster_centers*_N.pt` of the folder, with the sizes that `cluster_ids_x*_N.pt` give. Their scores are the
 * network's.
 * @param path any file of the folder
 * @param classes class names in the order of the classifier's outputs
 * @throws InputError when a file is no such tensor, or does not belong to these classes
 */
export async function readClusterFolder(path: string, classes: readonly string[]): Promise<PrototypeBank> {
  const paths = await clusterPaths(path);
  const [first] = paths;
  if (first === undefined)
    throw new InputError(
      `${dirname(path)} holds no cluster_centers_N.pt: the cluster numbers alone are no prototypes.`,
      { file: path },
    );
  const beyond = paths.find(({ classIndex }) => classIndex >= classes.length);
  if (beyond !== undefined)
    throw new InputError(
      `${beyond.centres} is of class ${beyond.classIndex}, but the classifier has ${classes.length} classes, numbered from 0: ` +
        'these clusters belong to another checkpoint.',
      { file: beyond.centres },
    );
  let channels: number | undefined;
  const centres: Centre[] = [];
  for (const file of paths) {
    const own = centresOf(file);
    const width = own[0]?.vector.length;
    channels ??= width;
    if (width !== channels)
      throw new InputError(
        `${file.centres} has centres of ${width ?? 0} channels where ${first.centres} has ${channels ?? 0}.`,
        { file: file.centres },
      );
    centres.push(...own);
  }
  return {
    classes,
    channels: channels ?? 0,
    alreadyGated: false,
    centres,
    traces: [],
    provenance: publishedProvenance('cluster_centers_N.pt'),
  };
}
