/**
 * What half precision costs LPCAM, on photographs: the worst pixel of each map, against float32 of our own (which the golden
 * tests compare with the reference). Half is emulated by ONNX Runtime's CPU, which rounds operands and results and sums in
 * float32, as tensor cores do.
 */
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { camOf, classPrototypes, lpcamOf } from '../../src/engine/classMaps';
import { Engine } from '../../src/engine/engine';
import { explainWhole } from '../../src/engine/explanation';
import { elementTypes, type OnnxTensor } from '../../src/formats/onnxModel';
import type { CamNetwork } from '../../src/network/camNetwork';
import { downsamplingOf } from '../../src/network/downsampling';
import { inPrecision } from '../../src/network/halfNetwork';
import { loadCamNetwork } from '../../src/network/loadNetwork';
import { clusteringRun } from './clusteringRun';
import { median } from './median';

export interface HalfRun {
  readonly network: string;
  readonly images: string;
  readonly maps: number;
  /** Largest and median over the maps of the worst pixel's difference. */
  readonly lpcam: readonly [number, number];
  readonly cam: readonly [number, number];
  /** Of the convolutions' multiply-adds, 0..1. */
  readonly share: number;
}

const networks = ['mobilenetv2-voc20', 'resnet50v2c4-voc20'] as const;
/** What layers stay float32 was chosen on these images, and on none of the others here. */
const goldenImages = [
  ...['2007_001774', '2007_008722', '2008_000943', '2008_008296'],
  ...['2009_002346', '2010_001376', '2010_005166', '2011_002298'],
];
const otherImages = 20;
/** Every so manieth image of the train list is clustered where there is no published bank. */
const clusteredStep = 8;
const form = { size: 'highRes', plain: false } as const;

function halfShare(network: CamNetwork): number {
  const { graph } = inPrecision(network, 'half').backbone;
  const sizes = downsamplingOf(graph, network.input);
  const weights = new Map(graph.initialisers.map((tensor): [string, OnnxTensor] => [tensor.name, tensor]));
  const work = { half: 0, all: 0 };
  for (const { op, inputs, outputs } of graph.nodes) {
    const weight = op === 'Conv' ? weights.get(inputs[1] ?? '') : undefined;
    if (!weight) continue;
    const perPixel = weight.dims.reduce((a, b) => a * b, 1) / (sizes.get(outputs[0] ?? '') ?? 1) ** 2;
    work.all += perPixel;
    if (weight.type === elementTypes.float16) work.half += perPixel;
  }
  return work.half / work.all;
}

function worst(map: Float32Array, expected: Float32Array): number {
  return map.reduce((most, value, i) => Math.max(most, Math.abs(value - (expected[i] ?? NaN))), 0);
}

/** Writes the study; its bank is the published one or is clustered. */
async function studyOf(root: string, folder: string, name: string): Promise<string> {
  const shared = join(root, '..', 'shared');
  const data = join(shared, 'data/voc-animals');
  const published = name === 'mobilenetv2-voc20';
  const train = readFileSync(join(data, 'ImageSets/Segmentation/train.txt'), 'utf8').trim().split('\n');
  await writeFile(
    join(folder, 'half.txt'),
    train.filter((_, index) => index % clusteredStep === 0).join('\n'),
  );
  const study = join(folder, `half-${name}.json`);
  const content = {
    preset: 'voc',
    checkpoint: join(shared, 'models', `${name}.onnx`),
    classes: join(data, 'classes.txt'),
    dataset: {
      images: join(data, 'JPEGImages'),
      list: 'half.txt',
      labels: join(data, 'cls_labels.npy'),
    },
    bank: published ? join(shared, 'golden/lpcam/class_ceneters.pt') : join(folder, 'half.safetensors'),
    device: 'cpu',
  };
  await writeFile(study, JSON.stringify(content));
  if (!published) await clusteringRun(join(root, 'dist/lpcam.cjs'), study, folder);
  return study;
}

async function compared(
  engine: Engine,
  study: string,
  images: readonly string[],
): Promise<Pick<HalfRun, 'maps' | 'lpcam' | 'cam'>> {
  const { signal } = new AbortController();
  const differences = { lpcam: [] as number[], cam: [] as number[] };
  for (const image of images) {
    const params = { study: { file: study }, image, classes: null, deviceChoice: null };
    const full = await explainWhole(engine, { ...params, precisionChoice: 'full' }, signal);
    const half = await explainWhole(engine, { ...params, precisionChoice: 'half' }, signal);
    for (const [place, prototypes] of classPrototypes(full.header).entries()) {
      const lpcam = [full, half].map(({ header, scales }) => lpcamOf(header, scales, prototypes, form).map);
      const cam = [full, half].map(({ header, scales }) => camOf(header, scales, place, form));
      for (const [name, [one, other]] of Object.entries({ lpcam, cam }))
        if (one && other) differences[name === 'cam' ? 'cam' : 'lpcam'].push(worst(one, other));
    }
  }
  const { lpcam, cam } = differences;
  return {
    maps: lpcam.length,
    lpcam: [Math.max(...lpcam), median(lpcam)],
    cam: [Math.max(...cam), median(cam)],
  };
}

export async function halfRuns(root: string, folder: string): Promise<HalfRun[]> {
  const shared = join(root, '..', 'shared');
  const data = join(shared, 'data/voc-animals');
  const runs: HalfRun[] = [];
  for (const name of networks) {
    const checkpoint = join(shared, 'models', `${name}.onnx`);
    if (!existsSync(checkpoint)) continue;
    const network = loadCamNetwork(readFileSync(checkpoint), basename(checkpoint), {
      features: null,
      classifier: null,
    });
    const study = await studyOf(root, folder, name);
    const val = readFileSync(join(data, 'ImageSets/Segmentation/val.txt'), 'utf8').trim().split('\n');
    const fresh = val.filter((id) => !goldenImages.includes(id));
    const step = Math.floor(fresh.length / otherImages);
    const others = fresh.filter((_, index) => index % step === 0).slice(0, otherImages);
    const engine = new Engine();
    try {
      for (const [images, ids] of [
        [`${goldenImages.length} golden`, goldenImages],
        [`${others.length} others`, others],
      ] as const) {
        const paths = ids.map((id) => join(data, 'JPEGImages', `${id}.jpg`));
        const found = await compared(engine, study, paths);
        runs.push({ network: name, images, ...found, share: halfShare(network) });
      }
    } finally {
      await engine.dispose();
    }
  }
  return runs;
}

export function halfText(runs: readonly HalfRun[]): string {
  const digits = ([most, middle]: readonly [number, number]) => `${most.toFixed(4)} (${middle.toFixed(4)})`;
  return [
    '== half precision against float32: the worst pixel of the worst map (of the median map)',
    `${'network'.padEnd(22)}${'images'.padEnd(12)}${'maps'.padStart(5)}${'LPCAM'.padStart(19)}${'CAM'.padStart(19)}   multiply-adds in half`,
    ...runs.map(
      ({ network, images, maps, lpcam, cam, share }) =>
        `${network.padEnd(22)}${images.padEnd(12)}${String(maps).padStart(5)}${digits(lpcam).padStart(19)}${digits(cam).padStart(19)}   ${(100 * share).toFixed(0)} %`,
    ),
  ].join('\n');
}
