/** The PyTorch peer, which computes LPCAM the straightforward way, and what it is given: the same network and prototypes. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { OnnxNode } from '../../src/formats/onnxModel';
import { elementTypes } from '../../src/formats/onnxModel';
import { tensorFloats } from '../../src/formats/onnxValues';
import type { CamNetwork } from '../../src/network/camNetwork';
import { TurnTaker } from './turnTaker';

/** Milliseconds of one image. */
const timesSchema = z.object({
  decode: z.number(),
  resize: z.number(),
  backbone: z.number(),
  similarity: z.number(),
  aggregate: z.number(),
});
export type PeerTimes = z.infer<typeof timesSchema>;

/** What the peer is to compute with. */
export interface PeerJob {
  readonly network: CamNetwork;
  /** Class prototypes first, each [C]. */
  readonly prototypes: readonly Float32Array[];
  readonly classPrototypes: number;
  readonly scales: readonly number[];
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

function plainAttributes(node: OnnxNode): Record<string, unknown> {
  return Object.fromEntries(
    node.attributes.flatMap((entry): [string, unknown][] => {
      if (entry.kind === 'int') return [[entry.name, Number(entry.value)]];
      if (entry.kind === 'ints') return [[entry.name, entry.value.map(Number)]];
      return entry.kind === 'float' ? [[entry.name, entry.value]] : [];
    }),
  );
}

/** Nodes from image to features, in order; constants are among the tensors. */
function nodesToFeatures({ backbone, features }: CamNetwork): OnnxNode[] {
  const maker = new Map(backbone.graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node])));
  const wanted = new Set<OnnxNode>();
  const visit = (name: string): void => {
    const node = maker.get(name);
    if (node === undefined || wanted.has(node)) return;
    wanted.add(node);
    node.inputs.forEach(visit);
  };
  visit(features);
  return backbone.graph.nodes.filter((node) => wanted.has(node));
}

async function writeJob(folder: string, job: PeerJob): Promise<void> {
  const { network, prototypes, classPrototypes, scales, mean, std } = job;
  const all = nodesToFeatures(network);
  const nodes = all.filter(({ op }) => op !== 'Constant');
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  const constants = all.flatMap((node) =>
    node.attributes.flatMap((entry) =>
      node.op === 'Constant' && entry.kind === 'tensor'
        ? [{ ...entry.value, name: node.outputs[0] ?? '' }]
        : [],
    ),
  );
  const tensors: Record<string, { shape: readonly number[]; offset: number }> = {};
  const pieces: Uint8Array[] = [];
  let offset = 0;
  for (const tensor of [...network.backbone.graph.initialisers, ...constants]) {
    if (!used.has(tensor.name) || tensor.type !== elementTypes.float) continue;
    const { buffer, byteOffset, byteLength } = tensorFloats(tensor, network.producer);
    tensors[tensor.name] = { shape: tensor.dims, offset };
    pieces.push(new Uint8Array(buffer, byteOffset, byteLength));
    offset += byteLength;
  }
  await writeFile(join(folder, 'weights.bin'), Buffer.concat(pieces));
  await writeFile(
    join(folder, 'prototypes.bin'),
    Buffer.concat(
      prototypes.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
    ),
  );
  const description = {
    input: network.input,
    features: network.features,
    channels: network.channels,
    nodes: nodes.map((node) => ({
      op: node.op,
      inputs: node.inputs,
      output: node.outputs[0],
      attributes: plainAttributes(node),
    })),
    tensors,
    classPrototypes,
    scales,
    mean,
    std,
  };
  await writeFile(join(folder, 'network.json'), JSON.stringify(description));
}

/**
 * Starts the peer.
 * @param folder of its own, for what it is given
 * @returns what it lacks, where it cannot take part
 */
export async function torchPeer(
  script: string,
  folder: string,
  job: PeerJob,
  threads: number,
): Promise<TurnTaker | string> {
  await writeJob(folder, job);
  return TurnTaker.python(script, { folder, threads }, threads);
}

/** Lets the peer compute the map of an image, [H, W] float32, into the file `map`. */
export async function peerTurn(peer: TurnTaker, image: string, map: string): Promise<PeerTimes> {
  return timesSchema.parse((await peer.turn({ image, map })).parts);
}
