/** How the cost of clustering grows with images and with classes, over synthetic features. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TurnTaker } from './turnTaker';

const channels = 2048;
const side = 6;
/** VOC's train list: its images have feature maps of about this side; a third of them shows people. */
const voc = { images: 1464, classes: 3, side: 27 } as const;
const k = 12;
const iterations = 10;
const imageCounts = [100, 316, 1000, 3162, 10_000];
const classesThen = 2;
const classCounts = [1, 3, 9, 27, 80];
const imagesPerClass = 100;

export interface ScalePoint {
  readonly images: number;
  readonly classes: number;
  /** Writing the feature cache. */
  readonly writeSeconds: number;
  /** Gathering and clustering every class. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  /** Feature cache and the rows of the largest class. */
  readonly diskMegabytes: number;
}

export interface ScaleRun {
  readonly byImages: readonly ScalePoint[];
  readonly byClasses: readonly ScalePoint[];
  readonly voc: ScalePoint;
}

async function point(
  program: string,
  parent: string,
  size: { readonly images: number; readonly classes: number; readonly side?: number },
): Promise<ScalePoint> {
  const { images, classes } = size;
  const folder = join(parent, 'scale');
  await mkdir(folder, { recursive: true });
  const task = { folder, channels, side, k, iterations, ...size };
  const ours = await TurnTaker.ours(program, task);
  try {
    const written = await ours.turn({ phase: 'write' });
    const { seconds, cpuSeconds, peakMegabytes, diskBytes = 0 } = await ours.turn({ phase: 'cluster' });
    const diskMegabytes = diskBytes / 2 ** 20;
    return {
      images,
      classes,
      writeSeconds: written.seconds,
      seconds,
      cpuSeconds,
      peakMegabytes,
      diskMegabytes,
    };
  } finally {
    await ours.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The p of cost = a * size^p that fits best, by least squares over the logarithms. */
function exponent(sizes: readonly number[], costs: readonly number[]): number {
  const x = sizes.map(Math.log);
  const y = costs.map(Math.log);
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  const over = x.reduce((sum, value, i) => sum + (value - meanX) * ((y[i] ?? 0) - meanY), 0);
  return over / x.reduce((sum, value) => sum + (value - meanX) ** 2, 0);
}

/** @param program `scaleProgram`, bundled */
export async function scaleRun(program: string, folder: string): Promise<ScaleRun> {
  const byImages: ScalePoint[] = [];
  for (const images of imageCounts)
    byImages.push(await point(program, folder, { images, classes: classesThen }));
  const byClasses: ScalePoint[] = [];
  for (const classes of classCounts)
    byClasses.push(await point(program, folder, { images: classes * imagesPerClass, classes }));
  return { byImages, byClasses, voc: await point(program, folder, voc) };
}

function table(points: readonly ScalePoint[], size: (point: ScalePoint) => number): string[] {
  const line = (...cells: string[]) => cells.map((cell) => cell.padStart(10)).join('  ');
  const perImage = (point: ScalePoint) => (1000 * point.cpuSeconds) / point.images;
  const most = Math.max(...points.map(perImage));
  const fit = (cost: (point: ScalePoint) => number) =>
    exponent(points.map(size), points.map(cost)).toFixed(2);
  return [
    line('images', 'classes', 'write s', 'cluster s', 'CPU s', 'peak MB', 'disk MB', 'CPU ms/im.'),
    ...points.map((one) =>
      [
        line(
          String(one.images),
          String(one.classes),
          one.writeSeconds.toFixed(2),
          one.seconds.toFixed(2),
          one.cpuSeconds.toFixed(2),
          one.peakMegabytes.toFixed(0),
          one.diskMegabytes.toFixed(0),
          perImage(one).toFixed(2),
        ),
        '#'.repeat(Math.round((30 * perImage(one)) / most)),
      ].join('  '),
    ),
    `fitted: time ~ size^${fit(({ seconds }) => seconds)}, CPU time ~ size^${fit(({ cpuSeconds }) => cpuSeconds)}, ` +
      `disk ~ size^${fit(({ diskMegabytes }) => diskMegabytes)}, memory ~ size^${fit(({ peakMegabytes }) => peakMegabytes)}`,
  ];
}

export function scaleText({ byImages, byClasses, voc: ofVoc }: ScaleRun): string {
  return [
    `== scale: synthetic features, ${channels} channels, ${side} x ${side} positions an image, K = ${k}, ${iterations} iterations a set`,
    '',
    ...table(byImages, ({ images }) => images),
    '',
    `   ${imagesPerClass} images a class`,
    ...table(byClasses, ({ classes }) => classes),
    '',
    `VOC's size, ${voc.images} images of ${voc.side} x ${voc.side} positions, ${voc.images / voc.classes} a class: ` +
      `peak ${ofVoc.peakMegabytes.toFixed(0)} MB, disk ${ofVoc.diskMegabytes.toFixed(0)} MB, ` +
      `${ofVoc.seconds.toFixed(1)} s (CPU ${ofVoc.cpuSeconds.toFixed(1)} s) after ${ofVoc.writeSeconds.toFixed(1)} s of writing the cache`,
  ].join('\n');
}
