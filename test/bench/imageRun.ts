/**
 * LPCAM of one image, four scales and mirror, beside the straightforward PyTorch way: the same images, network, prototypes and
 * threads, in turns in one run, so that whatever else the machine does falls on both.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import sharp from 'sharp';
import { writeBank } from '../../src/engine/bankFile';
import { classPrototypes, lpcamOf } from '../../src/engine/classMaps';
import { decodeImage } from '../../src/engine/image/decode';
import { presets } from '../../src/lpcam/presets';
import { loadCamNetwork } from '../../src/network/loadNetwork';
import type { CamNetwork } from '../../src/network/camNetwork';
import { engineMethods } from '../../src/protocol/engine';
import type { ExplanationHeader, ScaleMaps } from '../../src/protocol/explanation';
import { BareBackbone, someFeatures } from './bareBackbone';
import { EngineProcess } from './engineProcess';
import { median } from './median';
import { peerTurn, torchPeer, type PeerTimes } from './torchPeer';
import type { TurnTaker } from './turnTaker';

/** As in the published figures' scale: 12 class and 7 context prototypes. */
const prototypes = { class: 12, context: 7 };
const size = { width: 500, height: 375 };
const mean = [0.485, 0.456, 0.406] as const;
const std = [0.229, 0.224, 0.225] as const;
/** Rounds before those that count: sessions plan and memory grows. */
const warmUps = 1;
/**
 * Milliseconds between turns: what one leaves behind would take time from the next, threads that still wait for work, and memory
 * that PyTorch gives back to the system (50 ms were measured to be too few after it).
 */
const rest = 200;

/**
 * PyTorch's processes: how fast one is, is decided at its start. Where malloc happens to keep large blocks, a backbone of many
 * small layers takes half the time that it takes where each block is mapped anew (docs/benchmarks.md).
 */
const peerProcesses = 3;

/** One process of PyTorch. */
interface PeerRun {
  /** Milliseconds, medians. */
  readonly times: PeerTimes;
  /** Median of its / ours, image by image; decoding and resizing included. */
  readonly ratio: number;
  /** The same with its backbone and cosines alone. */
  readonly ratioOfNetwork: number;
  /** Largest difference of the two maps, 0..1. */
  readonly difference: number;
}

export interface ImageRun {
  readonly network: string;
  readonly images: number;
  readonly threads: number;
  /** Milliseconds, medians: from the request to the LPCAM at the image's size. */
  readonly ours: number;
  /** The bare backbone in ONNX Runtime, all scales. */
  readonly backbone: number;
  /** Median of (ours - backbone) / backbone, image by image. */
  readonly besides: number;
  /** Processes from the fastest on; null where there are none. */
  readonly peer: { readonly versions: string; readonly processes: readonly PeerRun[] } | null;
  /** What was lacking; empty where nothing was. */
  readonly lacking: string;
}

const total = (times: PeerTimes) => Object.values(times).reduce((a, b) => a + b, 0);

/** Photographs of the size. */
async function imagesOf(folder: string, count: number): Promise<string[]> {
  const found: string[] = [];
  for (const name of (await readdir(folder)).sort()) {
    if (found.length === count) break;
    const path = join(folder, name);
    const { width, height } = await sharp(path).metadata();
    if (width === size.width && height === size.height) found.push(path);
  }
  return found;
}

/** A bank of one class: feature vectors of an image, half-way gated by made-up scores. */
async function writePrototypes(path: string, network: CamNetwork, image: string, classes: readonly string[]) {
  const count = prototypes.class + prototypes.context;
  const vectors = await someFeatures(network, await decodeImage(image), count);
  // Class prototypes and context prototypes lie in different parts of the image.
  const scoresOf = (p: number) =>
    Float32Array.from(classes, (_, i) => (i === 0 ? p : (1 - p) / (classes.length - 1)));
  await writeBank(path, {
    classes,
    channels: network.channels,
    alreadyGated: false,
    centres: vectors.map((vector, i) => ({
      classIndex: 0,
      set: i < prototypes.class ? ('foreground' as const) : ('background' as const),
      vector,
      scores: scoresOf(i < prototypes.class ? 0.95 : 0.5),
      size: 1,
      spread: null,
      mark: null,
      patches: [],
    })),
    traces: [],
    provenance: {
      checkpointHash: null,
      checkpoint: null,
      clustering: null,
      inference: null,
      device: null,
      writer: 'bench',
      created: null,
      scoring: 'linear',
    },
  });
  return vectors;
}

async function explained(engine: EngineProcess, study: string, image: string, className: string) {
  const began = performance.now();
  const { events } = await engine.request('explain', {
    study: { file: study },
    image,
    classes: [className],
    deviceChoice: 'cpu',
  });
  const scales: ScaleMaps[] = [];
  let header: ExplanationHeader | undefined;
  for (const { value } of events) {
    const event = engineMethods.explain.event.parse(value);
    if (event.type === 'header') header = event.header;
    else scales.push(event.maps);
  }
  const [first] = header === undefined ? [] : classPrototypes(header);
  if (header === undefined || first === undefined) throw new Error(`${image}: the engine sent no maps.`);
  const { map } = lpcamOf(header, scales, first, { size: 'highRes', plain: false });
  return { map, milliseconds: performance.now() - began };
}

/** What an image took a process, and how far its map is from ours. */
interface PeerTurn {
  readonly times: PeerTimes;
  readonly difference: number;
}

async function comparedTurn(
  peer: TurnTaker,
  image: string,
  mapFile: string,
  own: Float32Array,
): Promise<PeerTurn> {
  const times = await peerTurn(peer, image, mapFile);
  const theirs = new Float32Array(new Uint8Array(await readFile(mapFile)).buffer);
  if (theirs.length !== own.length) throw new Error(`${image}: the peer's map has another size.`);
  let difference = 0;
  own.forEach((value, i) => (difference = Math.max(difference, Math.abs(value - (theirs[i] ?? NaN)))));
  return { times, difference };
}

function peerRun(turns: readonly (PeerTurn & { readonly ours: number })[]): PeerRun {
  const part = (key: keyof PeerTimes) => median(turns.map(({ times }) => times[key]));
  return {
    times: {
      decode: part('decode'),
      resize: part('resize'),
      backbone: part('backbone'),
      similarity: part('similarity'),
      aggregate: part('aggregate'),
    },
    ratio: median(turns.map(({ ours, times }) => total(times) / ours)),
    ratioOfNetwork: median(turns.map(({ ours, times }) => (times.backbone + times.similarity) / ours)),
    difference: Math.max(...turns.map(({ difference }) => difference)),
  };
}

async function networkRun(root: string, folder: string, name: string, count: number): Promise<ImageRun> {
  await mkdir(folder, { recursive: true });
  const shared = join(root, '..', 'shared');
  const checkpoint = join(shared, 'models', `${name}.onnx`);
  const data = join(shared, 'data/voc-animals');
  const images = await imagesOf(join(data, 'JPEGImages'), count + warmUps);
  const network = loadCamNetwork(new Uint8Array(await readFile(checkpoint)), checkpoint, {
    features: null,
    classifier: null,
  });
  const classes = (await readFile(join(data, 'classes.txt'), 'utf8')).trim().split(/\s*\n/);
  const bank = join(folder, 'bank.safetensors');
  const vectors = await writePrototypes(bank, network, images[0] ?? '', classes);
  const study = join(folder, 'study.json');
  await writeFile(
    study,
    JSON.stringify({ preset: 'voc', checkpoint, classes: join(data, 'classes.txt'), bank, device: 'cpu' }),
  );
  const { scales } = presets.voc.inference;
  const threads = availableParallelism();
  const job = { network, prototypes: vectors, classPrototypes: prototypes.class, scales, mean, std };
  const script = join(root, 'test/bench/peers/lpcam_torch.py');
  const peers: TurnTaker[] = [];
  let lacking = '';
  while (peers.length < peerProcesses && lacking === '') {
    const peer = await torchPeer(script, folder, job, threads);
    if (typeof peer === 'string') lacking = peer;
    else peers.push(peer);
  }
  const bare = await BareBackbone.open(network, size.height, size.width, scales);
  const engine = await EngineProcess.start(join(root, 'dist/engine.cjs'));
  const runs: { ours: number; backbone: number; peers: readonly PeerTurn[] }[] = [];
  try {
    for (const [place, image] of images.entries()) {
      await setTimeout(rest);
      const own = await explained(engine, study, image, classes[0] ?? '');
      await setTimeout(rest);
      const backbone = await bare.run();
      const turns: PeerTurn[] = [];
      for (const peer of peers) {
        await setTimeout(rest);
        turns.push(await comparedTurn(peer, image, join(folder, 'map.bin'), own.map));
      }
      if (place >= warmUps) runs.push({ ours: own.milliseconds, backbone, peers: turns });
    }
  } finally {
    engine.stop();
    for (const peer of peers) await peer.stop();
    await bare.release();
  }
  const processes = peers.map((_, place) =>
    peerRun(runs.flatMap(({ ours, peers: turns }) => (turns[place] ? [{ ours, ...turns[place] }] : []))),
  );
  const [first] = peers;
  return {
    network: name,
    images: runs.length,
    threads,
    ours: median(runs.map(({ ours }) => ours)),
    backbone: median(runs.map(({ backbone }) => backbone)),
    besides: median(runs.map(({ ours, backbone }) => ours / backbone - 1)),
    peer: first ? { versions: first.versions, processes: processes.sort((a, b) => a.ratio - b.ratio) } : null,
    lacking,
  };
}

/** The networks that are there, with how many images each is measured on and what is wanted. */
const networks = [
  { name: 'mobilenetv2-voc20', images: 7, wanted: 3 },
  { name: 'resnet50v2c4-voc20', images: 3, wanted: 1.7 },
] as const;

/** @param most images per network */
export async function imageRuns(root: string, parent: string, most: number): Promise<ImageRun[]> {
  const runs: ImageRun[] = [];
  for (const { name, images } of networks) {
    if (!existsSync(join(root, '..', 'shared', 'models', `${name}.onnx`))) continue;
    runs.push(await networkRun(root, join(parent, name), name, Math.min(images, most)));
  }
  return runs;
}

/** For people and for docs/benchmarks.md, as Markdown. */
export function imageText(runs: readonly ImageRun[]): string {
  const ms = (value: number | undefined) => (value === undefined ? '' : `${value.toFixed(0)} ms`);
  const times = (value: number | undefined) => (value === undefined ? '' : `${value.toFixed(1)}x`);
  const wanted = (name: string) => networks.find((entry) => entry.name === name)?.wanted ?? 0;
  const head = [
    'network',
    'ours, file to map',
    'bare backbone',
    'besides (wanted: under 8 %)',
    'PyTorch, file to map',
    'of it backbone',
    'cosines',
    'as fast (wanted)',
    'its processes',
    'against its backbone and cosines alone',
    'maps differ by',
  ];
  const rows = runs.map(({ network, ours, backbone, besides, peer }) => {
    const all = peer?.processes ?? [];
    const middle = all[Math.floor(all.length / 2)];
    return [
      network,
      ms(ours),
      ms(backbone),
      `${(100 * besides).toFixed(1)} %`,
      ms(middle && total(middle.times)),
      ms(middle?.times.backbone),
      ms(middle?.times.similarity),
      middle ? `${times(middle.ratio)} (${wanted(network)}x)` : '',
      all.map(({ ratio }) => times(ratio)).join(', '),
      times(middle?.ratioOfNetwork),
      middle ? Math.max(...all.map(({ difference }) => difference)).toExponential(0) : '',
    ];
  });
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const lacking = [...new Set(runs.map((run) => run.lacking).filter((text) => text !== ''))];
  const [first] = runs;
  const peer = runs.find((run) => run.peer !== null)?.peer;
  return [
    `== one image of ${size.width} x ${size.height}, four scales and mirror, ${prototypes.class + prototypes.context} prototypes, ` +
      `${first?.threads ?? 0} threads, medians of ${runs.map(({ images }) => images).join(' and ')} images in turns` +
      (peer ? `; ${peer.versions}, the middle one of ${peer.processes.length} processes` : ''),
    '',
    line(head),
    line(head.map(() => '---')),
    ...rows.map(line),
    ...(lacking.length === 0 ? [] : ['', `Without PyTorch beside it, for want of: ${lacking.join(', ')}.`]),
  ].join('\n');
}
