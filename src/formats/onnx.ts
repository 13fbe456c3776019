/** ONNX files: bytes to plain objects and back. The one place that knows onnx-proto. */
import Long from 'long';
import onnxProto from 'onnx-proto';
import type { onnx as proto } from 'onnx-proto';
import protobuf from 'protobufjs/minimal';
import { InputError } from '../lpcam/inputError';
import type {
  OnnxAttribute,
  OnnxDimension,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  OnnxValue,
} from './onnxModel';
import { readTensor, type DataFiles, type ModelOrigin } from './onnxTensorField';
import { FileSource, type RangeSource } from './rangeSource';

// Without it 64-bit integers lose their last bits (a slice's end is often 2^63 - 1). protobufjs looks for `long` on its
// own, but a bundle hides it.
protobuf.util.Long = Long;
protobuf.configure();

const { onnx } = onnxProto;
const attributeType = onnx.AttributeProto.AttributeType;

/** Versions that ONNX Runtime 1.30 runs. */
const firstOpset = 7;
const lastOpset = 26;
const lastIrVersion = 13;

function exactInteger(value: number | Long): bigint {
  return typeof value === 'number' ? BigInt(value) : BigInt(value.toString());
}

function readAttribute(attribute: proto.IAttributeProto, node: string, origin: ModelOrigin): OnnxAttribute {
  const { file } = origin;
  const name = attribute.name ?? '';
  if (attribute.refAttrName)
    throw new InputError(`${file}: node '${node}' refers to a function's attribute outside a function.`, {
      file,
    });
  switch (attribute.type) {
    case attributeType.FLOAT:
      return { name, kind: 'float', value: attribute.f ?? 0 };
    case attributeType.INT:
      return { name, kind: 'int', value: exactInteger(attribute.i ?? 0) };
    case attributeType.STRING:
      return { name, kind: 'string', value: attribute.s ?? new Uint8Array() };
    case attributeType.TENSOR:
      return { name, kind: 'tensor', value: readTensor(attribute.t ?? {}, file, origin) };
    case attributeType.GRAPH:
      return { name, kind: 'graph', value: readGraph(attribute.g ?? {}, origin) };
    case attributeType.FLOATS:
      return { name, kind: 'floats', value: attribute.floats ?? [] };
    case attributeType.INTS:
      return { name, kind: 'ints', value: (attribute.ints ?? []).map(exactInteger) };
    case attributeType.STRINGS:
      return { name, kind: 'strings', value: attribute.strings ?? [] };
    case attributeType.TENSORS:
      return {
        name,
        kind: 'tensors',
        value: (attribute.tensors ?? []).map((t) => readTensor(t, file, origin)),
      };
    case attributeType.GRAPHS:
      return { name, kind: 'graphs', value: (attribute.graphs ?? []).map((g) => readGraph(g, origin)) };
    case attributeType.SPARSE_TENSOR:
    case attributeType.SPARSE_TENSORS:
    case attributeType.TYPE_PROTO:
    case attributeType.TYPE_PROTOS:
    case attributeType.UNDEFINED:
    case null:
    case undefined:
    default:
      throw new InputError(
        `${file}: node '${node}' has an attribute '${name}' of a kind that is not supported (sparse tensor or type). ` +
          'Export the model with dense constants.',
        { file },
      );
  }
}

function readNode(node: proto.INodeProto, origin: ModelOrigin): OnnxNode {
  const name = node.name ?? '';
  const domain = node.domain ?? '';
  return {
    name,
    op: node.opType ?? '',
    domain: domain === 'ai.onnx' ? '' : domain,
    inputs: node.input ?? [],
    outputs: node.output ?? [],
    attributes: (node.attribute ?? []).map((attribute) => readAttribute(attribute, name, origin)),
  };
}

function readDimension(dimension: proto.TensorShapeProto.IDimension): OnnxDimension {
  if (dimension.dimParam) return dimension.dimParam;
  if (dimension.dimValue === null || dimension.dimValue === undefined) return null;
  const size = Number(exactInteger(dimension.dimValue));
  // Some exporters write -1 or 0 for "any size".
  return size > 0 ? size : null;
}

function readValue(value: proto.IValueInfoProto): OnnxValue {
  const tensor = value.type?.tensorType;
  return {
    name: value.name ?? '',
    type: tensor?.elemType ?? null,
    shape: tensor?.shape ? (tensor.shape.dim ?? []).map(readDimension) : null,
  };
}

function readGraph(graph: proto.IGraphProto, origin: ModelOrigin): OnnxGraph {
  const { file } = origin;
  if (graph.sparseInitializer?.length)
    throw new InputError(`${file}: sparse weights are not supported. Export the model with dense weights.`, {
      file,
    });
  return {
    name: graph.name ?? '',
    nodes: (graph.node ?? []).map((node) => readNode(node, origin)),
    initialisers: (graph.initializer ?? []).map((tensor) => readTensor(tensor, file, origin)),
    inputs: (graph.input ?? []).map(readValue),
    outputs: (graph.output ?? []).map(readValue),
    values: (graph.valueInfo ?? []).map(readValue),
  };
}

function checkVersions(irVersion: number, opset: number | undefined, file: string): void {
  if (irVersion > lastIrVersion)
    throw new InputError(
      `${file}: ONNX IR version ${irVersion} is newer than ONNX Runtime takes (at most ${lastIrVersion}). ` +
        'Export the model again for an older version.',
      { file },
    );
  if (opset === undefined)
    throw new InputError(`${file}: the model does not say which ONNX opset it uses.`, { file });
  if (opset < firstOpset || opset > lastOpset)
    throw new InputError(
      `${file}: ONNX opset ${opset} is outside what ONNX Runtime takes (${firstOpset} to ${lastOpset}). ` +
        'Export the model again, e.g. torch.onnx.export(..., opset_version=17).',
      { file },
    );
}

function decodeProto(bytes: Uint8Array, file: string): proto.ModelProto {
  try {
    return onnx.ModelProto.decode(bytes);
  } catch (error) {
    // Cut short, not a protobuf, or nested deeper than the stack.
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`${file}: not a readable ONNX model (${reason}). Is the file complete?`, { file });
  }
}

/** Apart from what it is called in, whose variables would keep the whole file's bytes in memory. */
function readLater(source: RangeSource, offset: number, length: number): () => Uint8Array {
  return () => source.read(offset, length);
}

/** Weights of `bytes`, read again from where these came from. */
function laterFrom(source: RangeSource, bytes: Uint8Array): ModelOrigin['later'] {
  return (raw) =>
    raw.buffer === bytes.buffer ? readLater(source, raw.byteOffset - bytes.byteOffset, raw.length) : null;
}

/**
 * Reads an ONNX model. Weights in external data files stay there until they are asked for; those inside are views of the
 * bytes, but for large ones of a file, which stay there, too.
 * @throws InputError when the bytes are no ONNX model, its versions are not runnable, or parts of it are not supported
 */
export function decodeModel(source: RangeSource | Uint8Array, file: string): OnnxModel {
  const bytes = source instanceof Uint8Array ? source : source.read(0, source.size);
  const later = source instanceof FileSource ? laterFrom(source, bytes) : null;
  const dataFiles: DataFiles = new Map();
  const origin = { file, later, dataFiles };
  const model = decodeProto(bytes, file);
  if (!model.graph?.node?.length || !model.opsetImport.length)
    throw new InputError(`${file}: not an ONNX model (it holds no graph). Expected an .onnx file.`, { file });
  const opsets = new Map(
    model.opsetImport.map((entry) => [
      entry.domain === 'ai.onnx' ? '' : (entry.domain ?? ''),
      Number(exactInteger(entry.version ?? 0)),
    ]),
  );
  const irVersion = Number(exactInteger(model.irVersion));
  checkVersions(irVersion, opsets.get(''), file);
  if (model.functions.length)
    throw new InputError(
      `${file}: the model calls functions of its own (${model.functions[0]?.name ?? ''}, ...), which are not supported. ` +
        'Inline them first: onnx.inliner.inline_local_functions(model).',
      { file },
    );
  const graph = readGraph(model.graph, origin);
  return {
    irVersion,
    opsets,
    producer: [model.producerName, model.producerVersion].filter(Boolean).join(' '),
    metadata: new Map(model.metadataProps.map(({ key, value }) => [key ?? '', value ?? ''])),
    ...(dataFiles.size > 0 ? { dataFiles: [...dataFiles.keys()].sort() } : {}),
    graph,
  };
}

/** Where a weight's bytes lie in a file beside the model. */
export interface DataPlace {
  /** Name of the file, relative to the model's folder. */
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** Puts a weight elsewhere and tells where; null: it stays in the model. */
export type PlaceWeight = (tensor: OnnxTensor) => DataPlace | null;

function writeTensor(tensor: OnnxTensor, place: PlaceWeight | null = null): proto.ITensorProto {
  const stated = { name: tensor.name, dataType: tensor.type, dims: [...tensor.dims] };
  if (tensor.strings) return { ...stated, stringData: [...tensor.strings] };
  const beside = place?.(tensor) ?? null;
  if (beside === null) return { ...stated, rawData: tensor.raw };
  const { location, offset, length } = beside;
  return {
    ...stated,
    dataLocation: onnx.TensorProto.DataLocation.EXTERNAL,
    externalData: Object.entries({ location, offset, length }).map(([key, value]) => ({
      key,
      value: String(value),
    })),
  };
}

function writeInteger(value: bigint): Long {
  return Long.fromString(value.toString());
}

function writeAttribute(attribute: OnnxAttribute): proto.IAttributeProto {
  const { name } = attribute;
  switch (attribute.kind) {
    case 'float':
      return { name, type: attributeType.FLOAT, f: attribute.value };
    case 'int':
      return { name, type: attributeType.INT, i: writeInteger(attribute.value) };
    case 'string':
      return { name, type: attributeType.STRING, s: attribute.value };
    case 'tensor':
      return { name, type: attributeType.TENSOR, t: writeTensor(attribute.value) };
    case 'graph':
      return { name, type: attributeType.GRAPH, g: writeGraph(attribute.value) };
    case 'floats':
      return { name, type: attributeType.FLOATS, floats: [...attribute.value] };
    case 'ints':
      return { name, type: attributeType.INTS, ints: attribute.value.map(writeInteger) };
    case 'strings':
      return { name, type: attributeType.STRINGS, strings: [...attribute.value] };
    case 'tensors':
      return {
        name,
        type: attributeType.TENSORS,
        tensors: attribute.value.map((tensor) => writeTensor(tensor)),
      };
    case 'graphs':
      return { name, type: attributeType.GRAPHS, graphs: attribute.value.map((graph) => writeGraph(graph)) };
  }
}

function writeDimension(dimension: OnnxDimension): proto.TensorShapeProto.IDimension {
  if (dimension === null) return {};
  return typeof dimension === 'number' ? { dimValue: dimension } : { dimParam: dimension };
}

function writeValue(value: OnnxValue): proto.IValueInfoProto {
  return {
    name: value.name,
    type: {
      tensorType: {
        elemType: value.type,
        ...(value.shape ? { shape: { dim: value.shape.map(writeDimension) } } : {}),
      },
    },
  };
}

function writeGraph(graph: OnnxGraph, place: PlaceWeight | null = null): proto.IGraphProto {
  return {
    name: graph.name,
    node: graph.nodes.map((node) => ({
      name: node.name,
      opType: node.op,
      domain: node.domain,
      input: [...node.inputs],
      output: [...node.outputs],
      attribute: node.attributes.map(writeAttribute),
    })),
    initializer: graph.initialisers.map((tensor) => writeTensor(tensor, place)),
    input: graph.inputs.map(writeValue),
    output: graph.outputs.map(writeValue),
    // A value without a type would not load: the format has no "unknown".
    valueInfo: graph.values.filter((value) => value.type !== null).map(writeValue),
  };
}

/** ONNX bytes of a model; weights are kept inside but for those that `place` puts elsewhere. */
export function encodeModel(model: OnnxModel, place: PlaceWeight | null = null): Uint8Array {
  return onnx.ModelProto.encode({
    irVersion: model.irVersion,
    opsetImport: [...model.opsets].map(([domain, version]) => ({ domain, version })),
    producerName: model.producer,
    metadataProps: [...(model.metadata ?? [])].map(([key, value]) => ({ key, value })),
    graph: writeGraph(model.graph, place),
  }).finish();
}
