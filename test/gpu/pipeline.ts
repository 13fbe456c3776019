/** The whole pipeline on one device: backbone, CAM, similarity, LPCAM and k-means, with our own graphs and sessions. */
import * as ort from 'onnxruntime-node';
import { join } from 'node:path';
import { kmeans, unitCentres, type KmeansResult } from '../../src/engine/clustering/kmeans';
import { KmeansStep } from '../../src/engine/clustering/kmeansStep';
import { MemoryRows } from '../../src/engine/clustering/rows';
import { openSession } from '../../src/engine/session';
import { lpcamAtScale } from '../../src/lpcam/attribution';
import { buildCosineGraph } from '../../src/network/cosineGraph';
import { buildCosinesGraph, buildKmeansGraph } from '../../src/network/kmeansGraph';
import { buildMapsGraph } from '../../src/network/mapsGraph';
import type { DeviceName } from '../../src/protocol/deviceNames';
import { assignedLabels } from '../support/assignedLabels';
import { numbers, type PipelineNetwork } from './networks';
import { placementsOf, type Placement } from './placement';

export interface PipelineResult {
  /** Everything the device computed, by `network: output`. */
  readonly outputs: Readonly<Record<string, Float32Array>>;
  readonly placements: readonly Placement[];
}

const clusters = 4;
const never = new AbortController().signal;

interface Setting {
  readonly device: DeviceName;
  /** A folder for profiles. */
  readonly folder: string;
}

/** Opens a graph as the product does, runs it once and says where each operator ran. */
async function profiled(
  setting: Setting,
  graph: string,
  model: Parameters<typeof openSession>[0],
  feeds: Record<string, ort.Tensor>,
): Promise<{ outputs: Record<string, ort.Tensor>; placements: Placement[] }> {
  const prefix = join(setting.folder, graph.replaceAll(/\W+/g, '-'));
  const session = await openSession(model, setting.device, {
    enableProfiling: true,
    profileFilePrefix: prefix,
  });
  const outputs = { ...(await session.run(feeds)) } as Record<string, ort.Tensor>;
  session.endProfiling();
  return { outputs, placements: await placementsOf(graph, prefix) };
}

function floatsOf(outputs: Record<string, ort.Tensor>, name: string): Float32Array<ArrayBuffer> {
  const data = outputs[name]?.data;
  if (!(data instanceof Float32Array)) throw new Error(`no float output ${name}`);
  return Float32Array.from(data);
}

function clustered(
  rows: Float32Array<ArrayBuffer>,
  channels: number,
  device: DeviceName,
): Promise<KmeansResult & { readonly labels: Int32Array }> {
  return KmeansStep.open(channels, 'float32', device).then(async (step) => {
    const memory = new MemoryRows(rows, channels);
    const initialRows = Array.from({ length: clusters }, (_, k) => Math.floor((k * memory.count) / clusters));
    const random = () => 0.5;
    const { labels, onAssigned } = assignedLabels(memory.count);
    const result = await kmeans(memory, step, {
      k: clusters,
      tolerance: 1e-4,
      maxIterations: 50,
      random,
      initialRows,
      signal: never,
      onAssigned,
    });
    return { ...result, labels };
  });
}

/**
 * One image and its mirror through a network on a device; its features clustered there; LPCAM of what came out, half of
 * the centres taken for class prototypes, half for context.
 */
async function runNetwork(setting: Setting, given: PipelineNetwork): Promise<PipelineResult> {
  const { name, network, rule, height, width } = given;
  const { channels } = network;
  const image = new ort.Tensor('float32', numbers(2 * 3 * height * width, 5), [2, 3, height, width]);
  const options = { mirror: true, feature: true, rows: 'float32' as const };
  const fusion = rule && { rule, affinity: 'float32' as const };

  const extraction = buildMapsGraph(network, { ...options, similarity: false, fusion });
  const first = await profiled(setting, `${name} features`, extraction, { image });
  const rows = floatsOf(first.outputs, 'rows');
  const { centres, k, labels } = await clustered(rows, channels, setting.device);
  const units = Float32Array.from(unitCentres(centres, channels));
  const centreTensor = new ort.Tensor('float32', units, [k, channels]);

  const maps = buildMapsGraph(network, { ...options, similarity: true, fusion });
  const second = await profiled(setting, `${name} maps`, maps, { image, centres: centreTensor });
  const similarity = floatsOf(second.outputs, 'similarity');
  const count = rows.length / channels;
  const lpcam = lpcamAtScale(similarity, count, [0, 1], [2, 3]);

  const feeds = { rows: new ort.Tensor('float32', rows, [count, channels]), centres: centreTensor };
  const step = await profiled(setting, `${name} k-means`, buildKmeansGraph(channels, 'float32'), {
    ...feeds,
    places: new ort.Tensor(
      'float32',
      Float32Array.from({ length: k }, (_, place) => place),
      [k, 1],
    ),
  });
  const rowCosines = buildCosinesGraph(channels, 'float32');
  const ofRows = await profiled(setting, `${name} k-means cosines`, rowCosines, feeds);
  const cosines = await profiled(setting, `${name} cosines`, buildCosineGraph(channels), {
    rows: centreTensor,
    units: centreTensor,
  });
  const named = (outputs: Record<string, ort.Tensor>, graph: string) =>
    Object.entries(outputs).flatMap(([output, tensor]) =>
      tensor.data instanceof Float32Array ? [[`${name}: ${graph}${output}`, tensor.data] as const] : [],
    );
  return {
    outputs: Object.fromEntries([
      ...named(second.outputs, ''),
      ...named(step.outputs, 'k-means step '),
      ...named(ofRows.outputs, 'k-means '),
      ...named(cosines.outputs, 'bank '),
      [`${name}: lpcam`, lpcam],
      [`${name}: centres`, centres],
      [`${name}: labels`, Float32Array.from(labels)],
    ]),
    placements: [first, second, step, ofRows, cosines].flatMap(({ placements }) => placements),
  };
}

export async function runPipeline(
  setting: Setting,
  networks: readonly PipelineNetwork[],
): Promise<PipelineResult> {
  let outputs: PipelineResult['outputs'] = {};
  const placements: Placement[] = [];
  for (const network of networks) {
    const result = await runNetwork(setting, network);
    outputs = { ...outputs, ...result.outputs };
    placements.push(...result.placements);
  }
  return { outputs, placements };
}
