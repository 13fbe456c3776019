import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import onnxProto from 'onnx-proto';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeModel, encodeModel } from '../../../src/formats/onnx';
import { elementTypes } from '../../../src/formats/onnxModel';
import type { OnnxModel, OnnxTensor } from '../../../src/formats/onnxModel';
import { int } from '../../../src/network/graphBuilder';
import { loadCamNetwork } from '../../../src/network/loadNetwork';
import { buildMapsGraph } from '../../../src/network/mapsGraph';
import { channels, classes, flatten, gap, gemm, model, run, turnedWeight, weight } from './syntheticModel';
import type { Head } from './syntheticModel';

const { onnx } = onnxProto;
const unnamed = { features: null, classifier: null };
const good: Head = (builder, features) => gemm(builder, flatten(builder, gap(builder, features)));

function words(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

/** Halves of numbers that halves hold exactly. */
function halves(values: Float32Array): Uint16Array {
  return Uint16Array.from(words(values), (word) =>
    word << 1 === 0
      ? 0
      : ((word >>> 16) & 0x8000) | ((((word >>> 23) & 0xff) - 112) << 10) | ((word >>> 13) & 0x3ff),
  );
}

/** The same model computing in half precision, as converters write it. */
function inHalf(bytes: Uint8Array): Uint8Array {
  const read = decodeModel(bytes, 'net.onnx');
  const half = (tensor: OnnxTensor): OnnxTensor => {
    if (tensor.type !== elementTypes.float) return tensor;
    const values = new Float32Array(Uint8Array.from(tensor.raw).buffer);
    return { ...tensor, type: elementTypes.float16, raw: new Uint8Array(halves(values).buffer) };
  };
  const type = elementTypes.float16;
  const { graph } = read;
  const converted: OnnxModel = {
    ...read,
    graph: {
      ...graph,
      initialisers: graph.initialisers.map(half),
      inputs: graph.inputs.map((value) => ({ ...value, type })),
      outputs: graph.outputs.map((value) => ({ ...value, type })),
    },
  };
  return encodeModel(converted);
}

describe('an ONNX file', () => {
  it('comes back as it was written, 64-bit integers to the last bit', () => {
    const read = decodeModel(model(good), 'net.onnx');
    const exact: OnnxModel = {
      ...read,
      graph: {
        ...read.graph,
        nodes: read.graph.nodes.map((node) => ({
          ...node,
          attributes: [...node.attributes, { name: 'end', kind: 'int' as const, value: 2n ** 63n - 1n }],
        })),
      },
    };
    expect(decodeModel(encodeModel(exact), 'net.onnx')).toEqual(exact);
  });

  it('may compute in half precision: input and features are float32 all the same', async () => {
    const network = loadCamNetwork(inHalf(model(good)), 'half.onnx', unnamed);
    expect(Array.from(network.weight)).toEqual(Array.from(weight));
    const options = { mirror: false, similarity: false, feature: true };
    const half = await run(buildMapsGraph(network, options), 'image', [1, 3, 16, 16]);
    const whole = await run(
      buildMapsGraph(loadCamNetwork(model(good), 'net.onnx', unnamed), options),
      'image',
      [1, 3, 16, 16],
    );
    whole['feature']?.data.forEach((value, i) => {
      expect(Math.abs(value - (half['feature']?.data[i] ?? NaN))).toBeLessThan(1e-2);
    });
  });

  it('may hold its classifier in bfloat16', () => {
    const head: Head = (builder, features) => {
      const bits = Uint16Array.from(words(turnedWeight), (word) => word >>> 16);
      builder.initialisers.push({
        name: 'fc',
        type: elementTypes.bfloat16,
        dims: [channels, classes],
        raw: new Uint8Array(bits.buffer),
        strings: null,
      });
      const cast = builder.node('Cast', ['fc'], { attributes: [int('to', elementTypes.float)] });
      return builder.node('MatMul', [flatten(builder, gap(builder, features)), cast]);
    };
    const network = loadCamNetwork(model(head), 'net.onnx', unnamed);
    expect(network.classifier).toBe('fc');
    expect(Array.from(network.weight)).toEqual(Array.from(weight));
  });

  it('may keep weights in typed fields', () => {
    const proto = onnx.ModelProto.decode(model(good));
    for (const tensor of proto.graph?.initializer ?? []) {
      if (tensor.dataType !== elementTypes.float || !tensor.rawData) continue;
      const raw = Uint8Array.from(tensor.rawData);
      tensor.floatData = [...new Float32Array(raw.buffer)];
      tensor.rawData = new Uint8Array();
    }
    const network = loadCamNetwork(onnx.ModelProto.encode(proto).finish(), 'net.onnx', unnamed);
    expect(Array.from(network.weight)).toEqual(Array.from(weight));
  });
});

describe('weights in a data file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lpcam-onnx-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Moves all float weights to `location`, as torch's exporter does above 2 GB. */
  function external(location: string, write: boolean): Uint8Array {
    const proto = onnx.ModelProto.decode(model(good));
    const data: number[] = [];
    for (const tensor of proto.graph?.initializer ?? []) {
      if (tensor.dataType !== elementTypes.float || !tensor.rawData) continue;
      tensor.dataLocation = onnx.TensorProto.DataLocation.EXTERNAL;
      tensor.externalData = Object.entries({
        location,
        offset: data.length,
        length: tensor.rawData.length,
      }).map(([key, value]) => ({ key, value: String(value) }));
      data.push(...tensor.rawData);
      tensor.rawData = new Uint8Array();
    }
    if (write) writeFileSync(join(folder, location), Uint8Array.from(data));
    return onnx.ModelProto.encode(proto).finish();
  }

  it('are read from beside the model', () => {
    const network = loadCamNetwork(external('net.onnx.data', true), join(folder, 'net.onnx'), unnamed);
    expect(Array.from(network.weight)).toEqual(Array.from(weight));
  });

  it.each([
    ['missing.data', /missing\.data.*cannot be read.*beside the model/],
    ['../../../etc/passwd', /outside the model's folder/],
    ['/etc/passwd', /outside the model's folder/],
  ])('are refused when they lie in %s', (location, message) => {
    const bytes = external(location, false);
    expect(() => loadCamNetwork(bytes, join(folder, 'net.onnx'), unnamed)).toThrow(message);
  });

  it('are refused when the file ends too early', () => {
    const bytes = external('short.data', true);
    writeFileSync(join(folder, 'short.data'), new Uint8Array(10));
    expect(() => loadCamNetwork(bytes, join(folder, 'net.onnx'), unnamed)).toThrow(/short\.data.*has 10/);
  });
});

describe('a hostile ONNX file', () => {
  it.each([
    ['a shape larger than any memory', (tensor: { dims: unknown }) => (tensor.dims = [2 ** 31, 2 ** 31])],
    ['a shape its bytes do not fill', (tensor: { dims: unknown }) => (tensor.dims = [1000, 1000, 3, 3])],
    ['a negative shape', (tensor: { dims: unknown }) => (tensor.dims = [-1, 3, 3, 3])],
  ])('with %s is refused by name', (_, spoil) => {
    const proto = onnx.ModelProto.decode(model(good));
    const tensor = proto.graph?.initializer?.[0];
    if (tensor) spoil(tensor as { dims: unknown });
    const bytes = onnx.ModelProto.encode(proto).finish();
    expect(() => decodeModel(bytes, 'evil.onnx')).toThrow(/evil\.onnx: weight 'lpcam\.constant\.1'/);
  });

  it('nested deeper than the stack is refused', () => {
    // Field 7 (graph) of a model, whose node's attribute holds a graph, whose node ... by hand: length-delimited all.
    // Built backwards, since each length depends on what it holds.
    const reversed: number[] = [];
    for (let depth = 0; depth < 60_000; depth++) {
      const field = depth % 3 === 0 ? 0x32 : depth % 3 === 1 ? 0x2a : 0x0a;
      reversed.push(...lengthOf(reversed.length).reverse(), field);
    }
    const inner = reversed.reverse();
    const bytes = Uint8Array.from([0x08, 7, 0x3a, ...lengthOf(inner.length), ...inner, 0x42, 2, 0x10, 13]);
    expect(() => decodeModel(bytes, 'evil.onnx')).toThrow(expect.objectContaining({ name: 'InputError' }));
  });
});

function lengthOf(size: number): number[] {
  return size > 127 ? [(size & 127) | 128, ...lengthOf(size >>> 7)] : [size];
}
