/** How long the parts take on a device: medians of repeated runs, the first left out. */
import * as ort from 'onnxruntime-node';
import { openSession } from '../../src/engine/session';
import type { CamNetwork } from '../../src/network/camNetwork';
import { inPrecision } from '../../src/network/halfNetwork';
import { buildKmeansGraph } from '../../src/network/kmeansGraph';
import { buildMapsGraph } from '../../src/network/mapsGraph';
import type { DeviceName, PrecisionName } from '../../src/protocol/deviceNames';
import { orFailure } from './orFailure';
import { convolutional, numbers } from './networks';

export interface BenchmarkSize {
  readonly height: number;
  readonly width: number;
  /** Of the feature map. */
  readonly channels: number;
  readonly blocks: number;
  readonly centres: number;
  /** Rows and centres of a k-means step. */
  readonly rows: number;
  readonly k: number;
  readonly repeats: number;
}

/** A VOC image and ResNet-50's features; and what a driver without a GPU can do in a minute. */
export const benchmarkSizes: Readonly<Record<'usual' | 'tiny', BenchmarkSize>> = {
  usual: {
    height: 375,
    width: 500,
    channels: 2048,
    blocks: 6,
    centres: 24,
    rows: 50_000,
    k: 12,
    repeats: 20,
  },
  tiny: { height: 48, width: 64, channels: 128, blocks: 1, centres: 4, rows: 200, k: 3, repeats: 3 },
};

/** Milliseconds; a text says why there are none. */
export type Times = Readonly<Record<string, number | string>>;

async function median(
  model: Parameters<typeof openSession>[0],
  device: DeviceName,
  feeds: Record<string, ort.Tensor>,
  wanted: readonly string[] | null,
  repeats: number,
): Promise<number> {
  const session = await openSession(model, device);
  const fetched = wanted ?? session.outputNames;
  const times: number[] = [];
  for (let i = 0; i <= repeats; i++) {
    const started = performance.now();
    await session.run(feeds, fetched);
    if (i > 0) times.push(performance.now() - started);
  }
  await session.release();
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;
}

function maps(
  network: CamNetwork,
  size: BenchmarkSize,
  device: DeviceName,
  precision: PrecisionName,
  similarity: boolean,
): Promise<number> {
  const { height, width, centres, repeats } = size;
  const model = buildMapsGraph(inPrecision(network, precision), { mirror: true, similarity, feature: false });
  const feeds: Record<string, ort.Tensor> = {
    image: new ort.Tensor('float32', numbers(2 * 3 * height * width, 1), [2, 3, height, width]),
  };
  const dims = [centres, network.channels];
  if (similarity) feeds['centres'] = new ort.Tensor('float32', numbers(centres * network.channels, 2), dims);
  return median(model, device, feeds, similarity ? ['cam', 'similarity'] : ['cam'], repeats);
}

export async function benchmark(device: DeviceName, size: BenchmarkSize): Promise<Times> {
  const network = convolutional(size.channels, size.blocks);
  const { rows, k, channels, repeats } = size;
  const feeds = {
    rows: new ort.Tensor('float32', numbers(rows * channels, 3), [rows, channels]),
    centres: new ort.Tensor('float32', numbers(k * channels, 4), [k, channels]),
    places: new ort.Tensor(
      'float32',
      Float32Array.from({ length: k }, (_, place) => place),
      [k, 1],
    ),
  };
  const parts: readonly (readonly [string, () => Promise<number>])[] = [
    ['CAM of image and mirror, full precision', () => maps(network, size, device, 'full', false)],
    ['the same with similarity maps', () => maps(network, size, device, 'full', true)],
    ['CAM of image and mirror, half precision', () => maps(network, size, device, 'half', false)],
    ['the same with similarity maps, half precision', () => maps(network, size, device, 'half', true)],
    ['one k-means step', () => median(buildKmeansGraph(channels, 'float32'), device, feeds, null, repeats)],
  ];
  const times: Record<string, number | string> = {};
  for (const [name, measure] of parts) times[name] = await orFailure(measure);
  return times;
}
