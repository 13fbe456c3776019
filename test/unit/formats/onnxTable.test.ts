/** ONNX files looked into by ranges: what is found is what a full reading finds, whatever bytes come. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import onnxProto from 'onnx-proto';
import { afterAll, describe, expect, it } from 'vitest';
import { bytesOf } from '../../../src/formats/numericArray';
import { decodeModel } from '../../../src/formats/onnx';
import { readOnnxTable, type OnnxTableTensor } from '../../../src/formats/onnxTable';
import { bytesSource, FileSource } from '../../../src/formats/rangeSource';
import { InputError } from '../../../src/lpcam/inputError';
import { flatten, gap, gemm, model } from '../network/syntheticModel';

const { onnx } = onnxProto;
const demo = new Uint8Array(readFileSync(join(__dirname, '../../../demo/checkpoints/demo_cam.onnx')));
const folder = mkdtempSync(join(tmpdir(), 'lpcam-onnx-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** mulberry32: whole numbers from 0 to below a limit, from a seed. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const noFile = () => null;

function allBytes(tensor: OnnxTableTensor, most = 100): Buffer {
  return Buffer.concat([...tensor.slices(most)].map(bytesOf));
}

/** A file with one node and these weights. */
function withWeights(...initializer: object[]): Uint8Array {
  return onnx.ModelProto.encode({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 17 }],
    producerName: 'test',
    graph: { node: [{ opType: 'Relu', input: ['x'], output: ['y'] }], initializer },
  }).finish();
}

describe('the table of an ONNX file', () => {
  it('has the weights of a full reading, byte by byte, without reading them first', () => {
    const table = readOnnxTable(bytesSource(demo), 'demo.onnx', noFile);
    const full = decodeModel(demo, 'demo.onnx');
    expect(table.opset).toBe(full.opsets.get(''));
    expect(table.producer).toBe(full.producer);
    expect(table.nodes).toBe(full.graph.nodes.length);
    const found = new Map(table.tensors.map((tensor) => [tensor.name, tensor]));
    for (const { name, dims, raw } of full.graph.initialisers) {
      const tensor = found.get(name);
      expect(tensor?.shape).toEqual(dims);
      expect(tensor && allBytes(tensor).equals(raw)).toBe(true);
    }
  });

  it('knows a BatchNorm by its place in the graph', () => {
    const bytes = model((builder, features) => {
      const ones = ['g', 'b', 'm', 'v'].map((name) => {
        builder.initialisers.push({
          name,
          type: 1,
          dims: [4],
          raw: new Uint8Array(Float32Array.of(1, 1, 1, 1).buffer),
          strings: null,
        });
        return name;
      });
      return gemm(
        builder,
        flatten(builder, gap(builder, builder.node('BatchNormalization', [features, ...ones]))),
      );
    });
    const { means, variances } = readOnnxTable(bytesSource(bytes), 'a.onnx', noFile);
    expect([...means]).toEqual(['m']);
    expect([...variances]).toEqual(['v']);
  });

  it('reads weights that are kept number by number', () => {
    const bytes = withWeights(
      { name: 'floats', dataType: 1, dims: [3], floatData: [1, -2, 0.5] },
      { name: 'halves', dataType: 10, dims: [2], int32Data: [0x3c00, 0xc000] },
    );
    const [floats, halves] = readOnnxTable(bytesSource(bytes), 'a.onnx', noFile).tensors;
    expect(floats && [...floats.slices(10)]).toEqual([Float32Array.of(1, -2, 0.5)]);
    expect(halves && [...halves.slices(10)]).toEqual([Uint16Array.of(0x3c00, 0xc000)]);
  });

  it('shows all weights when some of them cannot be read, and says why', () => {
    const bytes = withWeights(
      { name: 'short', dataType: 1, dims: [3], rawData: new Uint8Array(8) },
      { name: 'texts', dataType: 8, dims: [1], stringData: [new Uint8Array([65])] },
      { name: 'impossible', dataType: 1, dims: [-1] },
      {
        name: 'outside',
        dataType: 1,
        dims: [1],
        dataLocation: 1,
        externalData: [{ key: 'location', value: '../x' }],
      },
      {
        name: 'gone',
        dataType: 1,
        dims: [1],
        dataLocation: 1,
        externalData: [{ key: 'location', value: 'x.bin' }],
      },
      { name: 'whole', dataType: 1, dims: [1], rawData: new Uint8Array(4) },
    );
    const { tensors } = readOnnxTable(bytesSource(bytes), 'a.onnx', noFile);
    expect(tensors.map(({ name, problem }) => [name, problem])).toEqual([
      ['short', expect.stringContaining('holds 8 bytes where its shape needs 12')],
      ['texts', expect.stringContaining('string')],
      ['impossible', expect.stringContaining('impossible')],
      ['outside', expect.stringContaining("outside the model's folder")],
      ['gone', expect.stringContaining('x.bin beside the model cannot be read')],
      ['whole', null],
    ]);
  });

  it('reads weights from the file beside the model, and only from there', () => {
    const numbers = Float32Array.of(9, 8, 7, 6);
    writeFileSync(join(folder, 'weights.bin'), new Uint8Array(numbers.buffer));
    const bytes = withWeights({
      name: 'beside',
      dataType: 1,
      dims: [2],
      dataLocation: 1,
      externalData: [
        { key: 'location', value: 'weights.bin' },
        { key: 'offset', value: '8' },
      ],
    });
    const opened: string[] = [];
    const file = join(folder, 'a.onnx');
    const table = readOnnxTable(bytesSource(bytes), file, (path) => {
      opened.push(path);
      return new FileSource(path);
    });
    expect(opened).toEqual([join(folder, 'weights.bin')]);
    expect([...(table.tensors[0]?.slices(9) ?? [])]).toEqual([Float32Array.of(7, 6)]);
  });

  it('of damaged bytes is a table or one of our errors, never anything else', () => {
    // A small model, so that a mutation hits its structure.
    const whole = Uint8Array.from(
      model((builder, features) => gemm(builder, flatten(builder, gap(builder, features)))),
    );
    const random = seeded(1);
    const outcomes = { read: 0, refused: 0 };
    for (let round = 0; round < 3000; round++) {
      const bytes = whole.slice(0, random(4) === 0 ? random(whole.length) : whole.length);
      for (let hits = random(6); hits >= 0 && bytes.length > 0; hits--)
        bytes[random(bytes.length)] = random(256);
      try {
        const { tensors } = readOnnxTable(bytesSource(bytes), 'a.onnx', noFile);
        for (const tensor of tensors) if (tensor.problem === null) allBytes(tensor, 1 << 16);
        outcomes.read++;
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        outcomes.refused++;
      }
    }
    expect(outcomes.read).toBeGreaterThan(300);
    expect(outcomes.refused).toBeGreaterThan(300);
  });
});
