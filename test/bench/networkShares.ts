/** Which part of the fused graph takes the time: ONNX Runtime's own profile, node by node. */
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import * as z from 'zod';
import { encodeModel } from '../../src/formats/onnx';
import type { OnnxNode } from '../../src/formats/onnxModel';
import { imageFeeds } from '../../src/engine/imageFeeds';
import { scaledSize } from '../../src/lpcam/rounding';
import { loadCamNetwork } from '../../src/network/loadNetwork';
import { buildMapsGraph } from '../../src/network/mapsGraph';

/** What is run: sizes and number of centres decide the time, values do not. */
export interface NetworkRun {
  readonly checkpoint: string;
  readonly height: number;
  readonly width: number;
  readonly scales: readonly number[];
  readonly centres: number;
}

/** Milliseconds per image, all scales together. */
export interface NetworkShares {
  readonly backbone: number;
  /** Class maps, logits and mirroring. */
  readonly cam: number;
  /** Norms, cosines and their layout. */
  readonly similarity: number;
  /** The slowest nodes that are not the backbone's. */
  readonly slowest: readonly { readonly node: string; readonly milliseconds: number }[];
}

const rounds = 3;
const eventsSchema = z.array(z.looseObject({ cat: z.string(), name: z.string(), dur: z.number() }));
/** Nodes of ours; the backbone's that had to be renamed or doubled keep a mark. */
const ours = /^(lpcam\.(?!network\.|(copy|view)\d)|(cam|logits|similarity)$)/;

/** Names of our nodes that an output is made from. */
function behind(nodes: readonly OnnxNode[], output: string): Set<string> {
  const maker = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const found = new Set<string>();
  const visit = (tensor: string): void => {
    const node = maker.get(tensor);
    if (node === undefined || !ours.test(node.name) || found.has(node.name)) return;
    found.add(node.name);
    node.inputs.forEach(visit);
  };
  visit(output);
  return found;
}

async function kernelTimes(folder: string): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (const name of await readdir(folder)) {
    const events = eventsSchema.parse(JSON.parse(await readFile(join(folder, name), 'utf8')));
    for (const event of events) {
      if (event.cat !== 'Node' || !event.name.endsWith('_kernel_time')) continue;
      const node = event.name.slice(0, -'_kernel_time'.length);
      times.set(node, (times.get(node) ?? 0) + event.dur / 1000 / rounds);
    }
  }
  return times;
}

/** Runs the graph of an explanation on the CPU with profiling. `folder`: where profiles may be written. */
export async function networkShares(run: NetworkRun, folder: string): Promise<NetworkShares> {
  const bytes = new Uint8Array(await readFile(run.checkpoint));
  const network = loadCamNetwork(bytes, run.checkpoint, { features: null, classifier: null });
  const model = buildMapsGraph(network, { mirror: true, apart: true, similarity: true, feature: false });
  const profiles = await mkdtemp(join(folder, 'profile-'));
  const session = await ort.InferenceSession.create(encodeModel(model), {
    executionProviders: ['cpu'],
    logSeverityLevel: 3,
    enableProfiling: true,
    profileFilePrefix: join(profiles, 'run'),
  });
  const centres = new Float32Array(run.centres * network.channels).fill(1 / Math.sqrt(network.channels));
  for (let round = 0; round < rounds; round++) {
    for (const scale of run.scales) {
      const { height, width } = scaledSize(run.height, run.width, scale);
      const pixels = Float32Array.from({ length: 2 * 3 * height * width }, (_, i) => Math.sin(i * 0.37));
      await session.run({
        ...imageFeeds(session, [pixels], { height, width }),
        centres: new ort.Tensor('float32', centres, [run.centres, network.channels]),
      });
    }
  }
  session.endProfiling();
  await session.release();

  const { nodes } = model.graph;
  const forCam = new Set([...behind(nodes, 'cam'), ...behind(nodes, 'logits')]);
  const shares = { backbone: 0, cam: 0, similarity: 0 };
  const slowest: { node: string; milliseconds: number }[] = [];
  for (const [node, milliseconds] of await kernelTimes(profiles)) {
    // Fused nodes are called after the first of them, with a suffix.
    const name = node.split('_')[0] ?? node;
    if (!ours.test(name)) shares.backbone += milliseconds;
    else {
      if (forCam.has(name)) shares.cam += milliseconds;
      else shares.similarity += milliseconds;
      slowest.push({ node, milliseconds });
    }
  }
  slowest.sort((a, b) => b.milliseconds - a.milliseconds);
  return { ...shares, slowest: slowest.slice(0, 5) };
}
