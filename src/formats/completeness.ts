/**
 * Whether a checkpoint file is whole, by its own format and without reading its weights: training writes for seconds to
 * minutes, and a copy over a network for longer. Each format says in its own way where it ends.
 *
 * - zip (torch.save since 1.6): the directory stands at the very end and names every entry.
 * - legacy torch.save: five pickles, then the bytes of each storage by its length.
 * - safetensors: the header tells where the last tensor ends, which is where the file ends.
 * - ONNX: one protobuf message whose fields tell their lengths; the graph and the operator sets are both needed, and weights
 *   in files beside the model have to be there. A model that ends between two of its fields cannot be told from a whole one,
 *   so whoever waits for a file also sees to it that its size and time stay the same.
 */
import { InputError } from '../lpcam/inputError';
import { readOnnxTable, type OpenDataFile } from './onnxTable';
import { ProtoCursor } from './protoCursor';
import type { RangeSource } from './rangeSource';
import { readSafetensorsHeader } from './safetensors';
import { isLegacy, readLegacy } from './torchLegacy';
import { isZip, readZipDirectory } from './zipDirectory';

export interface Completeness {
  /** What it is, as far as its first bytes and its name tell; null: none of the formats of checkpoints. */
  readonly format: 'torch' | 'safetensors' | 'onnx' | null;
  readonly whole: boolean;
  /** Why it is not whole, one sentence; null when it is. */
  readonly problem: string | null;
  /** Files beside an ONNX model that hold its weights, each once, sorted. */
  readonly dataFiles: readonly string[];
}

/** Local headers of a zip begin with this. */
const localSignature = 0x04034b50;
/** The magic number of the legacy format lies within so many bytes. */
const legacyHead = 32;

type Format = Completeness['format'];

/**
 * @param source the file; one that changes meanwhile is not whole
 * @param file its path: messages name it, and its ending decides where the first bytes do not
 * @param open opens a file beside an ONNX model; null when it cannot be read
 */
export function completeness(source: RangeSource, file: string, open: OpenDataFile): Completeness {
  const format = formatOf(source, file);
  const no = (problem: string): Completeness => ({ format, whole: false, problem, dataFiles: [] });
  if (format === null) return no(`${file}: this is none of the files that hold a network's weights.`);
  if (source.size === 0) return no(`${file}: the file is empty so far.`);
  try {
    const dataFiles = check[format](source, file, open);
    return { format, whole: true, problem: null, dataFiles };
  } catch (error) {
    // A file that is being written can be wrong in any way its format allows.
    if (error instanceof InputError) return no(error.message);
    throw error;
  }
}

function formatOf(source: RangeSource, file: string): Format {
  const head = source.read(0, Math.min(source.size, 9));
  if (source.size >= 4 && (isZip(source) || head[0] === 0x80)) return 'torch';
  if (head[8] === 0x7b && file.toLowerCase().endsWith('.safetensors')) return 'safetensors';
  const ending = /\.(pth|pt|safetensors|onnx)$/i.exec(file)?.[1]?.toLowerCase();
  if (ending === undefined) return null;
  return ending === 'onnx' || ending === 'safetensors' ? ending : 'torch';
}

type Check = (source: RangeSource, file: string, open: OpenDataFile) => readonly string[];

/** Each throws an InputError where the file does not reach its end. */
const check: Readonly<Record<Exclude<Format, null>, Check>> = {
  torch: (source, file) => {
    if (isZip(source)) checkZip(source, file);
    else if (isLegacy(source)) readLegacy(source, file);
    else if (source.size < legacyHead)
      throw new InputError(`${file}: only ${source.size} bytes are there.`, { file });
    else throw new InputError(`${file}: this is no file of torch.save, or its start is missing.`, { file });
    return [];
  },
  safetensors: (source, file) => {
    let end = 0;
    const { places, start } = readSafetensorsHeader(source, file);
    for (const { offset, bytes } of places.values()) end = Math.max(end, offset + bytes);
    end = Math.max(end, start);
    if (end !== source.size)
      throw new InputError(`${file}: its tensors end at byte ${end}, the file at ${source.size}.`, { file });
    return [];
  },
  onnx: checkOnnx,
};

/** A file may be given its full length before it is filled: an entry whose header is not there is not there either. */
function checkZip(source: RangeSource, file: string): void {
  for (const { name, headerOffset } of readZipDirectory(source, file).values()) {
    const head = source.read(headerOffset, Math.min(4, source.size - headerOffset));
    const signature = head.length === 4 ? new DataView(Uint8Array.from(head).buffer).getUint32(0, true) : 0;
    if (signature !== localSignature)
      throw new InputError(`${file}: its directory is there, its entry ${name.slice(0, 80)} is not.`, {
        file,
      });
  }
}

function checkOnnx(source: RangeSource, file: string, open: OpenDataFile): readonly string[] {
  const seen = new Set<number>();
  for (const { number } of new ProtoCursor(source, file).fields(0, source.size)) seen.add(number);
  // ModelProto: 7 is the graph, 8 the operator sets, which come after it.
  if (!seen.has(7) || !seen.has(8))
    throw new InputError(`${file}: its ${seen.has(7) ? 'operator sets are' : 'graph is'} missing so far.`, {
      file,
    });
  const { tensors } = readOnnxTable(source, file, open);
  const beside = tensors.filter(({ dataFile }) => dataFile !== null);
  const short = beside.find(({ problem }) => problem !== null);
  if (short) throw new InputError(`${file}: weight ${short.name}: ${short.problem ?? ''}.`, { file });
  return [...new Set(beside.flatMap(({ dataFile }) => (dataFile === null ? [] : [dataFile])))].sort();
}
