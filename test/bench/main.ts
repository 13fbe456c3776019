/** Measures and reports; started by scripts/bench.mjs with the repository's root. */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkpointRun, checkpointText, type CheckpointRun } from './checkpointRun';
import { clusteringRun, type ClusteringRun } from './clusteringRun';
import { EngineProcess } from './engineProcess';
import { halfRuns, halfText, type HalfRun } from './halfRun';
import { imageRuns, imageText, type ImageRun } from './imageRun';
import { kmeansRun, kmeansText, type KmeansRun } from './kmeansRun';
import { listRun, listText, type ListRun } from './listRun';
import { median } from './median';
import { networkShares, type NetworkShares } from './networkShares';
import { scaleRun, scaleText, type ScaleRun } from './scaleRun';
import { scoreRun, scoreText, type ScoreRun } from './scoreRun';
import { pictureRun, type PictureFacts, type PictureRun } from './pictureRun';
import { subjects, type Subject } from './subject';

interface Report {
  readonly subject: string;
  readonly checkpoint: string;
  readonly images: number;
  /** Megapixels of an image, median. */
  readonly megapixels: number;
  readonly clustering: ClusteringRun | null;
  /** The first picture of a fresh engine: loading and optimising the network is part of it. */
  readonly cold: PictureRun;
  /** Medians over the other images. */
  readonly warm: PictureRun;
  /** The same images a second time: their small maps are kept. */
  readonly again: PictureRun;
  /** The warm network time divided as ONNX Runtime's profile says. */
  readonly parts: Readonly<Record<string, number>>;
  /** Share of the whole (request to full map) that is not the backbone, 0..1. */
  readonly besidesBackbone: number;
  readonly profile: NetworkShares;
}

function medianRun(runs: readonly PictureRun[]): PictureRun {
  const of = (key: keyof PictureRun) => median(runs.map((run) => run[key]));
  return {
    firstMap: of('firstMap'),
    fullMap: of('fullMap'),
    decode: of('decode'),
    resize: of('resize'),
    network: of('network'),
    aggregate: of('aggregate'),
    engineRest: of('engineRest'),
    transfer: of('transfer'),
  };
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function measure(subject: Subject, root: string, folder: string, clustering: boolean): Promise<Report> {
  let clustered: ClusteringRun | null = null;
  if (clustering) {
    note(`${subject.name}: clustering`);
    clustered = await clusteringRun(join(root, 'dist/lpcam.cjs'), subject.study, folder);
  }
  note(`${subject.name}: ${subject.images.length} pictures`);
  const [firstImage = '', ...others] = subject.images;
  const engine = await EngineProcess.start(join(root, 'dist/engine.cjs'));
  const { header, run: cold } = await pictureRun(engine, subject.study, firstImage);
  const facts: PictureFacts[] = [];
  for (const image of others) facts.push(await pictureRun(engine, subject.study, image));
  const again: PictureRun[] = [];
  for (const image of others) again.push((await pictureRun(engine, subject.study, image)).run);
  engine.stop();
  const runs = facts.map((fact) => fact.run);
  const pixels = facts.map((fact) => fact.header.image.width * fact.header.image.height);
  const warm = medianRun(runs);

  note(`${subject.name}: profile of the network`);
  const { image, centres, settings } = header;
  const profile = await networkShares(
    {
      checkpoint: subject.checkpoint,
      height: image.height,
      width: image.width,
      scales: settings.inference.scales,
      centres: Math.max(1, centres.length),
    },
    folder,
  );
  const profiled = profile.backbone + profile.cam + profile.similarity;
  const network = (part: number) => (warm.network * part) / profiled;
  const parts = {
    decode: warm.decode,
    resize: warm.resize,
    backbone: network(profile.backbone),
    'class maps': network(profile.cam),
    similarity: network(profile.similarity),
    aggregate: warm.aggregate,
    transfer: warm.transfer,
    rest: warm.engineRest,
  };
  const whole = Object.values(parts).reduce((a, b) => a + b, 0);
  return {
    subject: subject.name,
    checkpoint: subject.checkpoint,
    images: runs.length,
    megapixels: median(pixels) / 1e6,
    clustering: clustered,
    cold,
    warm,
    again: medianRun(again),
    parts,
    besidesBackbone: 1 - parts.backbone / whole,
    profile,
  };
}

function reportText(report: Report): string {
  const { cold, warm, again, parts, clustering, profile } = report;
  const ms = (value: number) => `${value.toFixed(1).padStart(9)} ms`;
  const whole = Object.values(parts).reduce((a, b) => a + b, 0);
  const lines = [
    `== ${report.subject}: ${report.checkpoint}`,
    `   ${report.images} images of ${report.megapixels.toFixed(2)} megapixels, medians`,
    '',
    `first map        ${ms(warm.firstMap)}   (fresh engine ${ms(cold.firstMap).trim()})`,
    `full map         ${ms(warm.fullMap)}   (fresh engine ${ms(cold.fullMap).trim()}, same image again ${ms(again.fullMap).trim()})`,
    '',
    ...Object.entries(parts).map(
      ([name, value]) =>
        `  ${name.padEnd(15)}${ms(value)}  ${((100 * value) / whole).toFixed(1).padStart(5)} %`,
    ),
    '',
    `besides the backbone: ${(100 * report.besidesBackbone).toFixed(1)} % of the whole (wanted: under 15 %)`,
    `slowest nodes behind the backbone: ${profile.slowest.map(({ node, milliseconds }) => `${node} ${milliseconds.toFixed(1)} ms`).join(', ')}`,
  ];
  if (clustering !== null)
    lines.push(
      '',
      `clustering       ${clustering.seconds.toFixed(1).padStart(9)} s    peak memory ${clustering.peakMegabytes.toFixed(0)} MB`,
    );
  return lines.join('\n');
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      repeats: { type: 'string', default: '7' },
      'no-clustering': { type: 'boolean', default: false },
      only: { type: 'string' },
    },
  });
  const [root = process.cwd()] = positionals;
  const folder = await mkdtemp(join(tmpdir(), 'lpcam-bench-'));
  // What earlier runs optimised must not make this one quicker.
  for (const name of ['XDG_CACHE_HOME', 'LOCALAPPDATA']) process.env[name] = join(folder, 'cache');
  try {
    const reports: Report[] = [];
    for (const subject of await subjects(root, folder, Number(values.repeats) + 1, values.only ?? null)) {
      reports.push(await measure(subject, root, folder, !values['no-clustering']));
      const last = reports.at(-1);
      if (!values.json && last !== undefined) process.stdout.write(`\n${reportText(last)}\n`);
    }
    let image: readonly ImageRun[] = [];
    if (values.only === undefined || values.only === 'image') {
      note('one image, beside PyTorch');
      image = await imageRuns(root, folder, Number(values.repeats));
      if (!values.json && image.length > 0) process.stdout.write(`\n${imageText(image)}\n`);
    }
    let half: readonly HalfRun[] = [];
    if (values.only === undefined || values.only === 'half') {
      note('half precision');
      half = await halfRuns(root, folder);
      if (!values.json && half.length > 0) process.stdout.write(`\n${halfText(half)}\n`);
    }
    let checkpoint: CheckpointRun | null = null;
    if (values.only === undefined || values.only === 'checkpoint') {
      note('checkpoint');
      checkpoint = await checkpointRun(root, folder);
      if (!values.json) process.stdout.write(`\n${checkpointText(checkpoint)}\n`);
    }
    let list: readonly ListRun[] = [];
    if (values.only === undefined || values.only === 'list') {
      note('long list');
      list = await listRun(root, folder);
      if (!values.json) process.stdout.write(`\n${listText(list)}\n`);
    }
    let kmeans: KmeansRun | null = null;
    if (values.only === undefined || values.only === 'kmeans') {
      note('kmeans');
      kmeans = await kmeansRun(root, join(root, 'dist-test/kmeansProgram.cjs'), folder);
      if (!values.json) process.stdout.write(`\n${kmeansText(kmeans)}\n`);
    }
    let scale: ScaleRun | null = null;
    if (values.only === undefined || values.only === 'scale') {
      note('scale');
      scale = await scaleRun(join(root, 'dist-test/scaleProgram.cjs'), folder);
      if (!values.json) process.stdout.write(`\n${scaleText(scale)}\n`);
    }
    let score: ScoreRun | null = null;
    if (values.only === undefined || values.only === 'score') {
      note('score');
      score = await scoreRun(root, folder);
      if (!values.json) process.stdout.write(`\n${scoreText(score)}\n`);
    }
    const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version };
    if (values.json)
      process.stdout.write(
        JSON.stringify({ machine, reports, image, half, checkpoint, list, kmeans, scale, score }, null, 2) +
          '\n',
      );
    else process.stdout.write(`\n${machine.cores} cores, ${machine.cpu}, Node ${machine.node}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
