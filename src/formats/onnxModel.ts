/**
 * An ONNX model as plain objects: what `onnx.ts` reads and writes and `src/network` cuts and extends. Only what a graph
 * needs to run is kept; doc strings, metadata and quantisation annotations are not.
 */

/** Element types of tensors (`TensorProto.DataType`), by their numbers in the format. */
export const elementTypes = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  double: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
} as const;

/** Name of an element type for messages, e.g. `float16`. */
export function elementTypeName(type: number): string {
  return Object.entries(elementTypes).find(([, number]) => number === type)?.[0] ?? `type ${type}`;
}

export interface OnnxTensor {
  readonly name: string;
  /** One of `elementTypes`, or a newer type's number. */
  readonly type: number;
  readonly dims: readonly number[];
  /** Little-endian elements, row-major, whatever field the file kept them in. Large ones are read anew at each access. */
  readonly raw: Uint8Array;
  /** Elements of a string tensor; null otherwise. */
  readonly strings: readonly Uint8Array[] | null;
}

export type OnnxAttribute = { readonly name: string } & (
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'string'; readonly value: Uint8Array }
  | { readonly kind: 'tensor'; readonly value: OnnxTensor }
  | { readonly kind: 'graph'; readonly value: OnnxGraph }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'ints'; readonly value: readonly bigint[] }
  | { readonly kind: 'strings'; readonly value: readonly Uint8Array[] }
  | { readonly kind: 'tensors'; readonly value: readonly OnnxTensor[] }
  | { readonly kind: 'graphs'; readonly value: readonly OnnxGraph[] }
);

export interface OnnxNode {
  readonly name: string;
  readonly op: string;
  /** '' is the ONNX domain. */
  readonly domain: string;
  /** '' stands for an optional input left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly OnnxAttribute[];
}

/** One dimension: its size, its symbol, or null where the file says nothing. */
export type OnnxDimension = number | string | null;

export interface OnnxValue {
  readonly name: string;
  /** Element type; null where the file says nothing or the value is no tensor. */
  readonly type: number | null;
  /** Null where the rank is unknown. */
  readonly shape: readonly OnnxDimension[] | null;
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initialisers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Shapes the file states for tensors in between. */
  readonly values: readonly OnnxValue[];
}

export interface OnnxModel {
  readonly irVersion: number;
  /** Operator set version by domain; '' is the ONNX domain. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly producer: string;
  /** Texts that travel with the file; absent: none. */
  readonly metadata?: ReadonlyMap<string, string>;
  /** Paths of the files beside it that hold its weights, sorted; absent: none. */
  readonly dataFiles?: readonly string[];
  readonly graph: OnnxGraph;
}
