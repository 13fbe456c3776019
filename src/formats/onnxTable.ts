/**
 * What an ONNX file says about itself and its weights, found by ranges: no weight is read before it is asked for, and
 * a damaged weight does not keep the others from being seen.
 *
 * Why not onnx-proto, which reads the graphs that are run: it needs the whole file in memory, which protobuf lets be
 * 2 GB, and the weights besides. Skipping what is not wanted is all that a reader of ranges has to know of protobuf.
 */
import onnxProto from 'onnx-proto';
import { dirname, isAbsolute, join, normalize, sep } from 'node:path';
import { InputError } from '../lpcam/inputError';
import { fileError } from './fileError';
import { decodeNumbers, elementCount, itemSizes, type DType, type NumericData } from './numericArray';
import { elementTypeName } from './onnxModel';
import { readTensor } from './onnxTensorField';
import { ProtoCursor, type ProtoField } from './protoCursor';
import type { RangeSource } from './rangeSource';
import { denseSlices } from './safetensorsTable';

const dtypes: Readonly<Record<string, DType>> = {
  float: 'float32',
  double: 'float64',
  float16: 'float16',
  bfloat16: 'bfloat16',
  int64: 'int64',
  int32: 'int32',
  int16: 'int16',
  int8: 'int8',
  uint64: 'uint64',
  uint32: 'uint32',
  uint16: 'uint16',
  uint8: 'uint8',
  bool: 'bool',
};

/** Weights kept number by number are as long as they are few: raw bytes are what exporters write. */
const longestTyped = 1 << 28;

/** Real files stay far below these. */
const mostTensors = 1_000_000;
const mostMetadata = 200;
const mostAxes = 64;
const batchNormInputs = 5;

export interface OnnxTableTensor {
  readonly name: string;
  /** Null: a type that is not read here, named in `typeName`. */
  readonly dtype: DType | null;
  readonly typeName: string;
  readonly shape: readonly number[];
  /** Path of the file beside the model that holds it; null: the model itself. */
  readonly dataFile: string | null;
  /** Why its numbers cannot be read; null: nothing speaks against it. */
  readonly problem: string | null;
  slices(most: number): Iterable<NumericData>;
}

export interface OnnxTable {
  readonly irVersion: number;
  /** Of the ONNX domain; null: the file does not say. */
  readonly opset: number | null;
  readonly producer: string;
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: readonly OnnxTableTensor[];
  readonly nodes: number;
  /** Names of tensors that are a BatchNorm's running mean and running variance. */
  readonly means: ReadonlySet<string>;
  readonly variances: ReadonlySet<string>;
}

/** Opens a file beside the model; null when there is no such file. */
export type OpenDataFile = (path: string) => RangeSource | null;

class TableReader {
  readonly tensors: OnnxTableTensor[] = [];
  readonly means = new Set<string>();
  readonly variances = new Set<string>();
  readonly metadata = new Map<string, string>();
  producer: string[] = [];
  irVersion = 0;
  opset: number | null = null;
  nodes = 0;
  private readonly cursor: ProtoCursor;

  constructor(
    private readonly source: RangeSource,
    private readonly file: string,
    private readonly open: OpenDataFile,
  ) {
    this.cursor = new ProtoCursor(source, file);
  }

  model(): void {
    for (const field of this.inside({ start: 0, end: this.source.size })) {
      if (field.number === 1) this.irVersion = field.value;
      else if (field.number === 2 || field.number === 3) this.producer.push(this.cursor.text(field));
      else if (field.number === 7) this.graph(field);
      else if (field.number === 8) this.operatorSet(field);
      else if (field.number === 14) this.property(field);
    }
  }

  private inside({ start, end }: Pick<ProtoField, 'start' | 'end'>): Iterable<ProtoField> {
    return this.cursor.fields(start, end);
  }

  private operatorSet(message: ProtoField): void {
    let domain = '';
    let version = 0;
    for (const field of this.inside(message)) {
      if (field.number === 1) domain = this.cursor.text(field);
      if (field.number === 2) version = field.value;
    }
    if (domain === '' || domain === 'ai.onnx') this.opset = version;
  }

  private property(message: ProtoField): void {
    if (this.metadata.size >= mostMetadata) return;
    const [key, value] = this.pair(message);
    this.metadata.set(key, value);
  }

  private pair(message: ProtoField): [string, string] {
    let key = '';
    let value = '';
    for (const field of this.inside(message)) {
      if (field.number === 1) key = this.cursor.text(field);
      if (field.number === 2) value = this.cursor.text(field);
    }
    return [key, value];
  }

  private graph(message: ProtoField): void {
    for (const field of this.inside(message)) {
      if (field.number === 1) this.node(field);
      else if (field.number === 5) this.add(field, null);
    }
  }

  private node(message: ProtoField): void {
    this.nodes++;
    const inputs: string[] = [];
    let output = '';
    let op = '';
    const constants: ProtoField[] = [];
    for (const field of this.inside(message)) {
      if (field.number === 1 && inputs.length < batchNormInputs) inputs.push(this.cursor.text(field));
      else if (field.number === 2 && output === '') output = this.cursor.text(field);
      else if (field.number === 4) op = this.cursor.text(field);
      else if (field.number === 5)
        for (const part of this.inside(field)) if (part.number === 5) constants.push(part);
    }
    if (op === 'BatchNormalization') {
      this.means.add(inputs[3] ?? '');
      this.variances.add(inputs[4] ?? '');
    }
    if (op === 'Constant') for (const constant of constants) this.add(constant, output);
  }

  private add(message: ProtoField, called: string | null): void {
    if (this.tensors.length >= mostTensors)
      throw fileError(this.file, `it holds more than ${mostTensors} weights, which no network has.`);
    this.tensors.push(this.tensor(message, called));
  }

  /** @param called a Constant node's output, which is what its tensor is known by */
  private tensor(message: ProtoField, called: string | null): OnnxTableTensor {
    const shape: number[] = [];
    let type = 0;
    let name = '';
    let raw: ProtoField | null = null;
    let external = false;
    const places = new Map<string, string>();
    for (const field of this.inside(message)) {
      if (field.number === 1) this.addAxes(field, shape);
      else if (field.number === 2) type = field.value;
      else if (field.number === 8) name = this.cursor.text(field);
      else if (field.number === 9) raw = field;
      else if (field.number === 13) places.set(...this.pair(field));
      else if (field.number === 14) external = field.value === 1;
    }
    const typeName = elementTypeName(type);
    const dtype = dtypes[typeName] ?? null;
    const count = elementCount(shape);
    const stated = {
      name: called ?? name,
      dtype,
      typeName: dtype ?? typeName,
      shape: count === null ? [] : shape,
    };
    const refused = (problem: string, dataFile: string | null = null): OnnxTableTensor => ({
      ...stated,
      dataFile,
      problem,
      slices: () => [],
    });
    if (count === null) return refused('its shape is impossible');
    if (dtype === null) return refused(`numbers of ${typeName} are not read here`);
    const bytes = count * itemSizes[dtype];
    if (external) {
      const found = this.externalPlace(places, bytes);
      if (typeof found === 'string') return refused(found);
      if (found.problem !== null) return refused(found.problem, found.path);
      const { source, offset, path } = found;
      return {
        ...stated,
        dataFile: path,
        problem: null,
        slices: (most) => denseSlices(source, { offset, bytes, dtype }, most),
      };
    }
    if (raw !== null && (raw.end > raw.start || count === 0)) {
      const held = raw.end - raw.start;
      if (held !== bytes) return refused(`it holds ${held} bytes where its shape needs ${bytes}`);
      const offset = raw.start;
      return {
        ...stated,
        dataFile: null,
        problem: null,
        slices: (most) => denseSlices(this.source, { offset, bytes, dtype }, most),
      };
    }
    const length = message.end - message.start;
    if (length > longestTyped) return refused('it is kept number by number and too long for that');
    return { ...stated, dataFile: null, problem: null, slices: () => this.typed(message, dtype) };
  }

  /** A tensor that keeps its numbers in one of the format's typed fields. */
  private *typed({ start, end }: ProtoField, dtype: DType): Generator<NumericData> {
    let tensor;
    try {
      tensor = onnxProto.onnx.TensorProto.decode(this.source.read(start, end - start));
    } catch (error) {
      if (error instanceof InputError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw fileError(this.file, `a weight in it is damaged (${reason}). Is the file complete?`);
    }
    yield decodeNumbers(readTensor(tensor, this.file).raw, dtype);
  }

  private addAxes(field: ProtoField, shape: number[]): void {
    const sides = field.wire === 0 ? [field.value] : this.cursor.packed(field);
    for (const side of sides) {
      // More axes than any tensor has make the shape impossible.
      shape.push(shape.length < mostAxes ? side : NaN);
      if (shape.length > mostAxes) return;
    }
  }

  private externalPlace(
    places: ReadonlyMap<string, string>,
    bytes: number,
  ):
    | string
    | { readonly path: string; readonly problem: string }
    | {
        readonly path: string;
        readonly problem: null;
        readonly source: RangeSource;
        readonly offset: number;
      } {
    const given = places.get('location') ?? '';
    const location = normalize(given);
    if (given === '' || isAbsolute(location) || location.split(sep).includes('..'))
      return `it lies outside the model's folder ('${given.slice(0, 200)}'), which is refused`;
    const path = join(dirname(this.file), location);
    const offset = Number(places.get('offset') ?? 0);
    const length = Number(places.get('length') ?? bytes);
    if (!Number.isSafeInteger(offset) || offset < 0 || length !== bytes)
      return { path, problem: `its place in ${location} does not fit its shape` };
    const source = this.open(path);
    if (source === null) return { path, problem: `the file ${location} beside the model cannot be read` };
    if (offset + bytes > source.size)
      return {
        path,
        problem: `it should end at byte ${offset + bytes} of ${location}, which has ${source.size}`,
      };
    return { path, problem: null, source, offset };
  }
}

/**
 * Reads everything but the weights. `source` and what `open` returns have to stay readable until they were read.
 * @throws InputError when the bytes are no ONNX model
 */
export function readOnnxTable(source: RangeSource, file: string, open: OpenDataFile): OnnxTable {
  const reader = new TableReader(source, file, open);
  reader.model();
  if (reader.nodes === 0)
    throw fileError(file, 'not an ONNX model (it holds no graph). Is the file complete?');
  const { tensors, means, variances, metadata, producer, irVersion, opset, nodes } = reader;
  return {
    tensors,
    means,
    variances,
    metadata,
    producer: producer.join(' ').trim(),
    irVersion,
    opset,
    nodes,
  };
}
