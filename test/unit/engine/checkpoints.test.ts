import onnxProto from 'onnx-proto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Checkpoints } from '../../../src/engine/checkpoints';
import { elementTypes } from '../../../src/formats/onnxModel';
import { InputError } from '../../../src/lpcam/inputError';
import { encodeModel } from '../../../src/formats/onnx';
import { buildMapsGraph } from '../../../src/network/mapsGraph';
import { fixture } from '../fixture';
import { flatten, gap, gemm, model } from '../network/syntheticModel';

const { onnx } = onnxProto;
const unnamed = { features: null, classifier: null };

let folder: string;
const path = (name: string) => join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lpcam-checkpoints-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A network whose float weights lie in net.onnx.data, as torch's exporter writes it; all scaled by `factor`. */
async function writeWithDataFile(factor: number): Promise<void> {
  const proto = onnx.ModelProto.decode(
    model((builder, features) => gemm(builder, flatten(builder, gap(builder, features)))),
  );
  const data: number[] = [];
  for (const tensor of proto.graph?.initializer ?? []) {
    if (tensor.dataType !== elementTypes.float || !tensor.rawData) continue;
    const raw = Uint8Array.from(tensor.rawData);
    const values = new Float32Array(raw.buffer).map((value) => value * factor);
    tensor.dataLocation = onnx.TensorProto.DataLocation.EXTERNAL;
    tensor.externalData = Object.entries({
      location: 'net.onnx.data',
      offset: data.length,
      length: raw.length,
    }).map(([key, value]) => ({ key, value: String(value) }));
    data.push(...new Uint8Array(values.buffer));
    tensor.rawData = new Uint8Array();
  }
  // The graph's file stays as it is when only weights change.
  if (!existsSync(path('net.onnx')))
    await writeFile(path('net.onnx'), onnx.ModelProto.encode(proto).finish());
  await writeFile(path('net.onnx.data'), Uint8Array.from(data));
}

describe('a checkpoint with its weights in a data file', () => {
  it('is another one when only the data file changed', async () => {
    const checkpoints = new Checkpoints();
    await writeWithDataFile(1);
    const before = await checkpoints.load(path('net.onnx'), unnamed);
    expect(await checkpoints.load(path('net.onnx'), unnamed)).toBe(before);

    await writeWithDataFile(2);
    const after = await checkpoints.load(path('net.onnx'), unnamed);
    expect(after.hash).not.toBe(before.hash);
    expect(after.key).not.toBe(before.key);
    expect([...after.network.weight]).toEqual([...before.network.weight].map((value) => 2 * value));
  });

  it('is the same one wherever it lies', async () => {
    await writeWithDataFile(1);
    const { hash } = await new Checkpoints().load(path('net.onnx'), unnamed);
    await writeWithDataFile(1);
    expect((await new Checkpoints().load(path('net.onnx'), unnamed)).hash).toBe(hash);
  });

  it('is decoded once, and its weights are not read before they are needed', async () => {
    await writeWithDataFile(1);
    const decode = vi.spyOn(onnx.ModelProto, 'decode');
    await new Checkpoints().load(path('net.onnx'), unnamed);
    expect(decode).toHaveBeenCalledTimes(1);
    decode.mockRestore();
  });
});

describe('a checkpoint that is written while its network is in use', () => {
  const options = { mirror: false, similarity: false, feature: false };

  it('is refused, since its weights are read only when a session is opened, and read anew', async () => {
    const checkpoints = new Checkpoints();
    const file = path('res50_cam.pth');
    await writeFile(file, fixture('networks/res50_cam.pth'));
    const { network } = await checkpoints.load(file, unnamed);
    const before = encodeModel(buildMapsGraph(network, options));

    await utimes(file, new Date(), new Date(Date.now() + 5000));
    const encode = () => encodeModel(buildMapsGraph(network, options));
    expect(encode).toThrow(InputError);
    expect(encode).toThrow(/res50_cam\.pth: the file was written while its network was in use\. Try again\./);
    const again = await checkpoints.load(file, unnamed);
    expect(encodeModel(buildMapsGraph(again.network, options))).toEqual(before);

    await rm(file);
    expect(() => encodeModel(buildMapsGraph(again.network, options))).toThrow(/cannot be read any more/);
  });
});
