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
  readonly peer: { readonly versions: string; readonly times: PeerTimes } | null;
  /** Median of peer / ours, image by image; the peer's decoding and resizing included. */
  readonly ratio: number | null;
  /** The same with the peer's backbone and cosines alone. */
  readonly ratioOfNetwork: number | null;
  /** Largest difference of the two maps, 0..1. */
  readonly difference: number | null;
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
  const peer = await torchPeer(script, folder, job, threads);
  const bare = await BareBackbone.open(network, size.height, size.width, scales);
  const engine = await EngineProcess.start(join(root, 'dist/engine.cjs'));
  const runs: { ours: number; backbone: number; times: PeerTimes | null; difference: number }[] = [];
  try {
    const mapFile = join(folder, 'map.bin');
    for (const [place, image] of images.entries()) {
      await setTimeout(rest);
      const own = await explained(engine, study, image, classes[0] ?? '');
      await setTimeout(rest);
      const backbone = await bare.run();
      await setTimeout(rest);
      let times: PeerTimes | null = null;
      let difference = 0;
      if (typeof peer !== 'string') {
        times = await peerTurn(peer, image, mapFile);
        const bytes = await readFile(mapFile);
        const theirs = new Float32Array(new Uint8Array(bytes).buffer);
        if (theirs.length !== own.map.length) throw new Error(`${image}: the peer's map has another size.`);
        own.map.forEach(
          (value, i) => (difference = Math.max(difference, Math.abs(value - (theirs[i] ?? NaN)))),
        );
      }
      if (place >= warmUps) runs.push({ ours: own.milliseconds, backbone, times, difference });
    }
  } finally {
    engine.stop();
    if (typeof peer !== 'string') await peer.stop();
    await bare.release();
  }
  const withPeer = runs.flatMap(({ times, ...run }) => (times === null ? [] : [{ ...run, times }]));
  const part = (key: keyof PeerTimes) => median(withPeer.map(({ times }) => times[key]));
  return {
    network: name,
    images: runs.length,
    threads,
    ours: median(runs.map(({ ours }) => ours)),
    backbone: median(runs.map(({ backbone }) => backbone)),
    besides: median(runs.map(({ ours, backbone }) => ours / backbone - 1)),
    peer:
      typeof peer === 'string'
        ? null
        : {
            versions: peer.versions,
            times: {
              decode: part('decode'),
              resize: part('resize'),
              backbone: part('backbone'),
              similarity: part('similarity'),
              aggregate: part('aggregate'),
            },
          },
    ratio: withPeer.length === 0 ? null : median(withPeer.map(({ ours, times }) => total(times) / ours)),
    ratioOfNetwork:
      withPeer.length === 0
        ? null
        : median(withPeer.map(({ ours, times }) => (times.backbone + times.similarity) / ours)),
    difference: withPeer.length === 0 ? null : Math.max(...withPeer.map(({ difference }) => difference)),
    lacking: typeof peer === 'string' ? peer : '',
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
  const times = (value: number | null) => (value === null ? '' : `${value.toFixed(1)}x`);
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
    'against its backbone and cosines alone',
    'maps differ by',
  ];
  const rows = runs.map(({ network, ours, backbone, besides, peer, ratio, ratioOfNetwork, difference }) => [
    network,
    ms(ours),
    ms(backbone),
    `${(100 * besides).toFixed(1)} %`,
    ms(peer === null ? undefined : total(peer.times)),
    ms(peer?.times.backbone),
    ms(peer?.times.similarity),
    ratio === null ? '' : `${times(ratio)} (${wanted(network)}x)`,
    times(ratioOfNetwork),
    difference === null ? '' : difference.toExponential(0),
  ]);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const lacking = [...new Set(runs.map((run) => run.lacking).filter((text) => text !== ''))];
  const [first] = runs;
  const peer = runs.find((run) => run.peer !== null)?.peer;
  return [
    `== one image of ${size.width} x ${size.height}, four scales and mirror, ${prototypes.class + prototypes.context} prototypes, ` +
      `${first?.threads ?? 0} threads, medians of ${runs.map(({ images }) => images).join(' and ')} images in turns` +
      (peer ? `; ${peer.versions}` : ''),
    '',
    line(head),
    line(head.map(() => '---')),
    ...rows.map(line),
    ...(lacking.length === 0 ? [] : ['', `Without PyTorch beside it, for want of: ${lacking.join(', ')}.`]),
  ].join('\n');
}
