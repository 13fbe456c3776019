/** The published prototypes: `class_ceneters.pt` (that is its name) and `class_context.pt`, dicts of class -> [k, C]. */
import { publishedProvenance, type Centre, type CentreSet, type PrototypeBank } from '../lpcam/bank';
import { fileError } from './fileError';
import { toFloat32 } from './numericArray';
import type { RangeSource } from './rangeSource';
import { readTorchFile, tensorsOf } from './torchFile';

/** Paths of the two files, for messages. */
export interface PublishedBankFiles {
  readonly classCentres: string;
  readonly context: string;
}

/**
 * Reads the two files as a bank whose centres are kept as they are. What the files do not say stays empty: `scores`
 * (score the centres with the network's classifier, `scoreCentre`), sizes, patches and traces.
 * @param classes class names in the order of the classifier's outputs
 * @throws InputError when a file is no such dict, or does not belong to these classes
 */
export function readPublishedBank(
  classCentres: RangeSource | Uint8Array,
  context: RangeSource | Uint8Array,
  files: PublishedBankFiles,
  classes: readonly string[],
): PrototypeBank {
  const foreground = readCentres(classCentres, files.classCentres, classes, 'foreground');
  const background = readCentres(context, files.context, classes, 'background');
  const channels = foreground[0]?.vector.length;
  if (channels === undefined)
    throw fileError(
      files.classCentres,
      'it holds no class prototype; a dict of class -> [k, channels] is expected.',
    );
  for (const [file, centres] of [
    [files.classCentres, foreground],
    [files.context, background],
  ] as const) {
    const other = centres.find(({ vector }) => vector.length !== channels);
    if (other !== undefined)
      throw fileError(
        file,
        `class ${other.classIndex} has ${other.vector.length} channels where ${files.classCentres} begins with ${channels}.`,
        String(other.classIndex),
      );
  }
  return {
    classes,
    channels,
    alreadyGated: true,
    centres: [...foreground, ...background],
    traces: [],
    provenance: publishedProvenance('class_ceneters.pt'),
  };
}

function readCentres(
  bytes: RangeSource | Uint8Array,
  file: string,
  classes: readonly string[],
  set: CentreSet,
): Centre[] {
  const tensors = tensorsOf(readTorchFile(bytes, file), file);
  return [...tensors].flatMap(([key, tensor]) => {
    const classIndex = Number(key);
    if (!/^\d+$/.test(key) || classIndex >= classes.length)
      throw fileError(
        file,
        `its entry "${key}" is none of the ${classes.length} classes (0 to ${classes.length - 1}).`,
        key,
      );
    const [k, channels] = tensor.shape;
    if (k === undefined || channels === undefined || tensor.shape.length !== 2)
      throw fileError(
        file,
        `class ${key} has shape (${tensor.shape.join(', ')}); (k, channels) is expected.`,
        key,
      );
    // A class without prototypes may claim any width; it has none.
    if (k * channels === 0) return [];
    const values = toFloat32(tensor.numbers());
    return Array.from({ length: k }, (_, i) => ({
      classIndex,
      set,
      vector: values.slice(i * channels, (i + 1) * channels),
      scores: new Float32Array(0),
      size: 0,
      spread: null,
      mark: null,
      patches: [],
    }));
  });
}
