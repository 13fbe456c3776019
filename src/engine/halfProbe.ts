/** Does a device gain by half precision, and what do LPCAM maps lose by it? Measured on a network made here. */
import * as ort from 'onnxruntime-node';
import { encodeModel } from '../formats/onnx';
import { lpcamAtScale } from '../lpcam/attribution';
import type { CamNetwork } from '../network/camNetwork';
import { GraphBuilder, ints } from '../network/graphBuilder';
import { inPrecision } from '../network/halfNetwork';
import { loadCamNetwork } from '../network/loadNetwork';
import { buildMapsGraph } from '../network/mapsGraph';
import type { DeviceName } from '../protocol/deviceNames';
import type { ProbeAnswer } from './probeAnswer';
import { probeNumbers } from './probeModel';
import { openSession } from './session';

const channels = 256;
const depth = 4;
const classes = 4;
/** Of the image; the feature map is an eighth of it, 64 x 64. */
const side = 512;
const repeats = 5;
/** Milliseconds after which one run tells that this is no device to measure at length. */
const tooSlow = 3000;

/** As much work as a scale of ResNet-50: four convolutions of 3 x 3 over 256 channels, with what comes before. */
function network(): CamNetwork {
  const builder = new GraphBuilder(13);
  builder.input('image', 'float', ['N', 3, 'H', 'W']);
  let map = 'image';
  let inputs = 3;
  const layer = (outputs: number, kernel: number, stride: number) => {
    const fan = inputs * kernel * kernel;
    const weight = probeNumbers(outputs * fan, 10 + inputs + kernel).map(
      (value) => value * Math.sqrt(6 / fan),
    );
    const pad = (kernel - stride) / 2;
    const pads = Number.isInteger(pad) && pad >= 0 ? [pad, pad, pad, pad] : [0, 0, 0, 0];
    const convolved = builder.node('Conv', [map, builder.floats([outputs, inputs, kernel, kernel], weight)], {
      attributes: [ints('strides', stride, stride), ints('pads', ...pads)],
    });
    map = builder.node('Relu', [convolved]);
    inputs = outputs;
  };
  layer(channels, 8, 8);
  for (let i = 0; i < depth; i++) layer(channels, 3, 1);
  const flat = builder.node('Flatten', [builder.node('GlobalAveragePool', [map])]);
  const weight = builder.floats([channels, classes], probeNumbers(channels * classes, 3));
  builder.node('MatMul', [flat, weight], { to: 'logits' });
  builder.output('logits', 'float', ['N', classes]);
  const names = { features: null, classifier: null };
  return loadCamNetwork(encodeModel(builder.model('probe', 7)), 'probe.onnx', names);
}

/** Centres: what the network says of four places of the image, as unit vectors [4, C]. */
function centresOf(feature: Float32Array): Float32Array<ArrayBuffer> {
  const area = feature.length / channels;
  const centres = new Float32Array(4 * channels);
  for (let k = 0; k < 4; k++) {
    const place = Math.floor(((k + 0.5) * area) / 4);
    const vector = Float32Array.from({ length: channels }, (_, c) => feature[c * area + place] ?? 0);
    const length = Math.max(Math.hypot(...vector), 1e-8);
    vector.forEach((value, c) => (centres[k * channels + c] = value / length));
  }
  return centres;
}

/** LPCAM of the first two centres with the others for context, 0 to 1. */
function normalisedLpcam(similarity: Float32Array): Float32Array {
  const map = lpcamAtScale(similarity, similarity.length / 4, [0, 1], [2, 3]);
  const most = map.reduce((largest, value) => Math.max(largest, value), 1e-5);
  return map.map((value) => value / most);
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((worst, value, i) => {
    const difference = Math.abs(value - (b[i] ?? NaN));
    return Number.isNaN(difference) ? Infinity : Math.max(worst, difference);
  }, 0);
}

function floats(tensor: ort.Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new Error('no float output');
  return tensor.data;
}

interface Timed {
  readonly similarity: Float32Array;
  /** Median, milliseconds; null: one run was too slow already. */
  readonly time: number | null;
}

/** @throws what ONNX Runtime throws, e.g. where the device has no halves */
export async function probeHalf(device: DeviceName): Promise<ProbeAnswer['half']> {
  const full = network();
  const image = new ort.Tensor('float32', probeNumbers(2 * 3 * side * side, 4), [2, 3, side, side]);
  const options = { mirror: true, similarity: true };
  let units: Float32Array<ArrayBuffer> | null = null;
  const timed = async (precision: 'full' | 'half'): Promise<Timed> => {
    const model = buildMapsGraph(inPrecision(full, precision), { ...options, feature: units === null });
    const session = await openSession(model, device);
    const run = async (centres: Float32Array, wanted: string[]) => {
      const started = performance.now();
      const given = { image, centres: new ort.Tensor('float32', centres, [4, channels]) };
      const outputs = await session.run(given, wanted);
      return { outputs, time: performance.now() - started };
    };
    if (units === null) {
      const { outputs } = await run(new Float32Array(4 * channels), ['feature']);
      units = centresOf(floats(outputs['feature']));
    }
    // The first run compiles and picks kernels.
    const { outputs, time: first } = await run(units, ['similarity']);
    const similarity = Float32Array.from(floats(outputs['similarity']));
    const times: number[] = [];
    for (let i = 0; i < repeats && first < tooSlow; i++) times.push((await run(units, ['similarity'])).time);
    await session.release();
    return { similarity, time: times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? null };
  };
  const before = await timed('full');
  if (before.time === null) return 'it is too slow for half precision to be measured';
  const after = await timed('half');
  if (after.time === null) return 'half precision is slower on it';
  const error = largestDifference(normalisedLpcam(before.similarity), normalisedLpcam(after.similarity));
  if (!Number.isFinite(error)) return 'it computes wrong numbers in half precision';
  return { speedup: before.time / after.time, error };
}
