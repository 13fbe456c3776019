/**
 * What an image of a data set costs in processor, memory and disk, step by step, as `lpcam` spends it; and what the list of a
 * very large data set costs in every task. The figures of docs/scale.md. Started by scripts/bench.mjs with the repository's root.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import * as z from 'zod';
import { peakSource } from './peakMemory';

const run = promisify(execFile);
/** With how many images each is measured: enough for a second digit, few enough to wait for. */
const networks = [
  { name: 'mobilenetv2-voc20', images: 20 },
  { name: 'resnet50v2c4-voc20', images: 6 },
] as const;

/** Written at the end of a process by the hook below. */
const spentSchema = z.object({
  /** Seconds of processor, all threads. */
  cpu: z.number(),
  /** Largest resident size, megabytes. */
  peak: z.number(),
});
type Spent = z.infer<typeof spentSchema>;
const labelsSchema = z.object({ labels: z.record(z.string(), z.array(z.string())) });

const hook = `
const fs = require('node:fs');
process.on('exit', () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const spent = { cpu: (userCPUTime + systemCPUTime) / 1e6, peak: ${peakSource} };
  fs.writeFileSync(process.env.LPCAM_SPENT, JSON.stringify(spent));
});
`;

/** Runs `lpcam` on a study. */
class Measured {
  constructor(
    private readonly root: string,
    private readonly folder: string,
  ) {}

  async lpcam(...args: string[]): Promise<Spent> {
    const [hookFile, file] = [join(this.folder, 'hook.cjs'), join(this.folder, 'spent.json')];
    await writeFile(hookFile, hook);
    await run(process.execPath, ['--require', hookFile, join(this.root, 'dist/lpcam.cjs'), ...args], {
      cwd: this.folder,
      env: { ...process.env, LPCAM_SPENT: file, XDG_CACHE_HOME: join(this.folder, 'cache') },
      maxBuffer: 1 << 28,
    });
    return spentSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  }
}

async function bytesIn(folder: string): Promise<number> {
  let sum = 0;
  for (const name of await readdir(folder, { recursive: true })) {
    const found = await stat(join(folder, name));
    if (found.isFile()) sum += found.size;
  }
  return sum;
}

/** Pixels and classes of an image, on the average: everything else is multiplied by them. */
async function sizeText(root: string, folder: string): Promise<string> {
  const data = join(root, '..', 'shared/data/voc-animals');
  const ids = (await readFile(join(folder, 'list.txt'), 'utf8')).split('\n');
  const { labels } = labelsSchema.parse(JSON.parse(await readFile(join(data, 'labels.json'), 'utf8')));
  let [pixels, classes] = [0, 0];
  for (const id of ids) {
    const { width, height } = await sharp(join(data, 'JPEGImages', `${id}.jpg`)).metadata();
    pixels += width * height;
    classes += labels[id]?.length ?? 0;
  }
  const mean = (sum: number) => sum / ids.length;
  return `${ids.length} images of ${Math.round(mean(pixels))} pixels and ${mean(classes).toFixed(2)} classes`;
}

async function writeStudy(root: string, folder: string, network: string, images: number): Promise<void> {
  const shared = join(root, '..', 'shared');
  const data = join(shared, 'data/voc-animals');
  const list = await readFile(join(data, 'ImageSets/Segmentation/train.txt'), 'utf8');
  const ids = list.trim().split('\n').slice(0, images);
  await writeFile(join(folder, 'list.txt'), ids.join('\n'));
  const study = {
    preset: 'voc',
    checkpoint: join(shared, 'models', `${network}.onnx`),
    classes: join(data, 'classes.txt'),
    dataset: {
      images: join(data, 'JPEGImages'),
      list: 'list.txt',
      labels: join(data, 'cls_labels.npy'),
      masks: join(data, 'SegmentationClass'),
    },
    device: 'cpu',
  };
  await writeFile(join(folder, 'lpcam.json'), JSON.stringify(study));
}

/** One image's share of a step, and what the step costs whatever the images are. */
function lineOf(name: string, images: number, one: Spent, all: Spent, bytes: number | null): string {
  const each = (all.cpu - one.cpu) / (images - 1);
  const cells = [
    name.padEnd(12),
    `${each.toFixed(3)} s an image`.padEnd(20),
    `${Math.max(0, one.cpu - each).toFixed(2)} s before the first`.padEnd(26),
    `${all.peak.toFixed(0)} MB`.padEnd(10),
    bytes === null ? '' : `${Math.round(bytes / images)} bytes an image`,
  ];
  return `  ${cells.join('')}`.trimEnd();
}

async function perImage(
  root: string,
  folder: string,
  { name: network, images: count }: (typeof networks)[number],
): Promise<string[]> {
  const measured = new Measured(root, folder);
  const spent: Record<string, Spent>[] = [];
  let bytes = { cache: 0, seeds: 0 };
  // Once before, which leaves the optimised network in the cache, as on a node that runs a second task.
  for (const images of [1, 1, count]) {
    await writeStudy(root, folder, network, images);
    const features = await measured.lpcam('features');
    const cache = await bytesIn(join(folder, 'lpcam-bank.safetensors.work'));
    const prototypes = await measured.lpcam('prototypes');
    const seeds = await measured.lpcam('seeds');
    const npy = (await readdir(join(folder, 'seeds/lpcam'))).filter((name) => name.endsWith('.npy'));
    const sizes = await Promise.all(npy.map((name) => stat(join(folder, 'seeds/lpcam', name))));
    bytes = { cache, seeds: sizes.reduce((sum, { size }) => sum + size, 0) };
    const score = await measured.lpcam('evaluate', 'seeds/lpcam');
    spent.push({ features, prototypes, seeds, score });
    for (const name of ['seeds', 'lpcam-bank.safetensors', 'lpcam-bank.safetensors.work', '.lpcam'])
      await rm(join(folder, name), { recursive: true, force: true });
  }
  const [, one = {}, all = {}] = spent;
  const lines = ['features', 'prototypes', 'seeds', 'score'].map((name) => {
    const [first, last] = [one[name], all[name]];
    if (first === undefined || last === undefined) throw new Error(`${name} was not measured`);
    const size = name === 'features' ? bytes.cache : name === 'seeds' ? bytes.seeds : null;
    return lineOf(name, count, first, last, size);
  });
  return [`== ${network}, ${await sizeText(root, folder)}, CPU: processor, peak memory, disk`, ...lines];
}

async function main(): Promise<void> {
  const [root = process.cwd(), listProgram = ''] = process.argv.slice(2);
  const folder = await mkdtemp(join(tmpdir(), 'lpcam-bench-'));
  try {
    for (const network of networks)
      if (existsSync(join(root, '..', 'shared/models', `${network.name}.onnx`)))
        process.stdout.write(`${(await perImage(root, folder, network)).join('\n')}\n\n`);
      else process.stdout.write(`${network.name}: not measured, it is not in ../shared.\n\n`);
    for (const count of ['82783', '10000000']) {
      const args = ['--expose-gc', '--max-old-space-size=16000', listProgram, count];
      const { stdout } = await run(process.execPath, args, { maxBuffer: 1 << 20 });
      process.stdout.write(`${stdout}\n`);
    }
    process.stdout.write(
      `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}\n`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
