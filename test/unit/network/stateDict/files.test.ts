/** State dicts in files written by PyTorch (test/fixtures/networks/make.py). */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { encodeModel } from '../../../../src/formats/onnx';
import { toFloat32, type NumericArray } from '../../../../src/formats/numericArray';
import { bytesSource, type RangeSource } from '../../../../src/formats/rangeSource';
import { writeSafetensors } from '../../../../src/formats/safetensors';
import { InputError } from '../../../../src/lpcam/inputError';
import { loadCamNetwork, type NetworkChoice } from '../../../../src/network/loadNetwork';
import { buildMapsGraph } from '../../../../src/network/mapsGraph';
import { readStateDict } from '../../../../src/network/stateDict/readStateDict';
import { floats, run } from '../../../golden/support/builtNetwork';
import { ruledInput } from '../../../golden/support/ruledWeights';
import { fixture, sampleDifference, type Sample } from '../../../golden/support/sample';

interface Reference {
  readonly input: readonly [number, number, number, number];
  readonly features: Sample;
  readonly logits: Sample;
  readonly recam: Sample;
}

const reference = fixture('tiny.json') as Reference;
const unnamed = { features: null, classifier: null };

function bytesOf(name: string): Uint8Array {
  return readFileSync(fileURLToPath(new URL(`../../../fixtures/networks/${name}`, import.meta.url)));
}

async function maps(checkpoint: Uint8Array | RangeSource, choice: NetworkChoice = unnamed) {
  const network = loadCamNetwork(checkpoint, 'net.pth', choice);
  const image = new ort.Tensor('float32', ruledInput(reference.input), [...reference.input]);
  const graph = buildMapsGraph(network, { mirror: false, similarity: false, feature: true });
  return { network, results: await run(graph, { image }) };
}

/** The same weights as safetensors. */
function asSafetensors(): Uint8Array {
  const { tensors } = readStateDict(bytesSource(bytesOf('res50_cam.pth')), 'x');
  return writeSafetensors(new Map([...tensors].map(([key, tensor]) => [key, tensor.numbers()])), {});
}

describe('the CAM network of IRN', () => {
  it.each([
    ['as torch.save writes it now', () => bytesOf('res50_cam.pth'), 1e-5],
    [
      'in the old format, wrapped, prefixed and in half precision',
      () => bytesOf('wrapped-half.legacy.pth'),
      3e-3,
    ],
    ['as safetensors', asSafetensors, 1e-5],
  ])('opens %s', async (_, bytes, tolerance) => {
    const { network, results } = await maps(bytes());
    expect(network).toMatchObject({ channels: 24, classes: 20, origin: { system: 'irn', stride: 16 } });
    expect(sampleDifference(floats(results, 'feature'), reference.features)).toBeLessThan(tolerance);
    expect(sampleDifference(floats(results, 'logits'), reference.logits)).toBeLessThan(tolerance);
  });

  it("makes ReCAM's maps with the predictor, and keeps the classifier's logits", async () => {
    const predictor = {
      source: bytesSource(bytesOf('recam_predictor_4.pth')),
      file: 'recam_predictor_4.pth',
    };
    const { network, results } = await maps(bytesOf('res50_cam.pth'), { ...unnamed, predictor });
    expect(network).toMatchObject({ classifier: 'classifier.weight', origin: { system: 'recam' } });
    expect(sampleDifference(floats(results, 'cam'), reference.recam)).toBeLessThan(1e-5);
    expect(sampleDifference(floats(results, 'logits'), reference.logits)).toBeLessThan(1e-5);
  });

  it('reads no tensor but those it needs', () => {
    const { tensors } = readStateDict(bytesSource(asSafetensors()), 'x');
    const arrays = new Map<string, NumericArray>(
      [...tensors].map(([key, tensor]) => [key, tensor.numbers()]),
    );
    const needed = 6_136 * 4;
    arrays.set('teacher.weight', { dtype: 'float32', shape: [1024, 1024], data: new Float32Array(1 << 20) });
    const bytes = writeSafetensors(arrays, {});
    const header = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
    let read = 0;
    const source: RangeSource = {
      size: bytes.length,
      read: (from, length) => {
        if (from >= 8 + header) read += length;
        return bytes.subarray(from, from + length);
      },
    };
    const network = loadCamNetwork(source, 'x', unnamed);
    expect(network.parameters).toBe(6_136);
    // The classifier is what prototypes are scored with; the rest is read when the network is opened on a device.
    const classifier = network.weight.byteLength;
    expect(read).toBe(classifier);
    encodeModel(buildMapsGraph(network, { mirror: false, similarity: false, feature: false }));
    expect(read).toBe(needed);
  });

  it('takes names from a study that mean what is there, and refuses others', () => {
    const open = (choice: NetworkChoice) => loadCamNetwork(bytesOf('res50_cam.pth'), 'net.pth', choice);
    expect(open({ features: 'features', classifier: 'classifier.weight' }).channels).toBe(24);
    expect(() => open({ features: 'backbone/Relu_9', classifier: null })).toThrow(
      /network\.features 'backbone\/Relu_9'.*classifier is 'classifier\.weight'\. Leave both out/,
    );
  });
});

describe('a damaged file', () => {
  it.each(['res50_cam.pth', 'wrapped-half.legacy.pth'])('%s opens or says what is wrong', (name) => {
    const original = bytesOf(name);
    let state = 12345;
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    let refused = 0;
    for (let round = 0; round < 150; round++) {
      const bytes = Uint8Array.from(original);
      for (let i = 0; i <= random(8); i++) bytes[random(bytes.length)] = random(256);
      const cut = random(3) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
      try {
        loadCamNetwork(cut, 'net.pth', unnamed);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(20);
  });

  it('of a tensor that claims to be vast reads nothing', () => {
    const { tensors } = readStateDict(bytesSource(bytesOf('res50_cam.pth')), 'x');
    const arrays = new Map<string, NumericArray>(
      [...tensors].map(([key, tensor]) => [key, tensor.numbers()]),
    );
    const bytes = writeSafetensors(arrays, {});
    const text = new TextDecoder('latin1').decode(bytes).replace('[8,3,7,7]', '[8,3,7,9]');
    const changed = Uint8Array.from(text, (character) => character.charCodeAt(0));
    expect(() => loadCamNetwork(changed, 'net.safetensors', unnamed)).toThrow(/resnet50\.conv1\.weight/);
    expect(
      toFloat32(arrays.get('resnet50.conv1.weight') ?? { dtype: 'int8', data: new Int8Array() }),
    ).toHaveLength(8 * 3 * 49);
  });
});
