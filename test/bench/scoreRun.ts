/** Scoring a list as long as VOC's, of seeds as large as VOC's, in a process of its own. */
import { link, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeLabelPng } from '../../src/formats/mask';
import { writeIrnSeed } from '../../src/formats/seedWriter';
import { EngineProcess } from './engineProcess';

export interface ScoreRun {
  readonly images: number;
  readonly thresholds: number;
  readonly seconds: number;
  /** Largest resident size of the process; null where the platform does not tell. */
  readonly peakMegabytes: number | null;
  readonly idleMegabytes: number | null;
}

/** VOC 2012's train list; its images are mostly 500 x 375 and show one and a half classes. */
const images = 1464;
/** Files that differ; the others are links to them, so that the disk's speed is not what is measured. */
const different = 122;
const width = 500;
const height = 375;

/** A blob of one class: a bright middle that fades, with noise that no compression takes away. */
function blobMap(area: { width: number; height: number }, at: number, next: () => number): Float32Array {
  const data = new Float32Array(area.width * area.height);
  const x = area.width * (0.3 + 0.4 * next());
  const y = area.height * (0.3 + 0.4 * next());
  const radius = area.height * (0.15 + 0.2 * next());
  for (let i = 0; i < data.length; i++) {
    const distance = Math.hypot((i % area.width) - x, Math.floor(i / area.width) - y) / radius;
    data[i] = Math.max(0, Math.min(1, Math.exp(-distance * distance) * (0.9 + 0.2 * next()) - 0.01 * at));
  }
  return data;
}

/** Reproducible numbers in [0, 1). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

async function writeImage(folder: string, id: string, place: number): Promise<void> {
  const next = random(place + 1);
  const keys = place % 2 === 0 ? [place % 20] : [place % 20, (place + 7) % 20];
  const size = { width, height };
  const quarter = { width: Math.ceil(width / 4), height: Math.ceil(height / 4) };
  const highRes = keys.map((_, at) => ({ ...size, data: blobMap(size, at, next) }));
  const strided = keys.map((_, at) => ({ ...quarter, data: blobMap(quarter, at, next) }));
  await writeFile(join(folder, 'seeds', `${id}.npy`), writeIrnSeed({ keys, highRes, strided }));
  const mask = Uint8Array.from({ length: width * height }, (_, i) => {
    const value = highRes[0]?.data[i] ?? 0;
    return value > 0.35 ? (keys[0] ?? 0) + 1 : value > 0.3 ? 255 : 0;
  });
  await writeFile(join(folder, 'masks', `${id}.png`), writeLabelPng(mask, width, height));
}

async function writeStudy(folder: string): Promise<void> {
  for (const name of ['seeds', 'masks']) await mkdir(join(folder, name), { recursive: true });
  const ids = Array.from({ length: images }, (_, i) => `2007_${String(i).padStart(6, '0')}`);
  for (const [place, id] of ids.entries()) {
    if (place < different) await writeImage(folder, id, place);
    else
      for (const [part, ending] of [
        ['seeds', 'npy'],
        ['masks', 'png'],
      ] as const)
        await link(
          join(folder, part, `${ids[place % different] ?? ''}.${ending}`),
          join(folder, part, `${id}.${ending}`),
        );
  }
}

export async function scoreRun(root: string, parent: string): Promise<ScoreRun> {
  const folder = join(parent, 'score');
  await writeStudy(folder);
  const reader = await EngineProcess.start(join(root, 'dist/reader.cjs'));
  try {
    const idleMegabytes = reader.peakMegabytes();
    const { began, ended, result } = await reader.request('scoreSeeds', {
      study: null,
      seeds: [join(folder, 'seeds')],
      masks: join(folder, 'masks'),
      list: 'folder',
      keep: false,
    });
    return {
      images: result.ids.length,
      thresholds: result.first.thresholds.length,
      seconds: (ended - began) / 1000,
      peakMegabytes: reader.peakMegabytes(),
      idleMegabytes,
    };
  } finally {
    reader.stop();
  }
}

export function scoreText({ images, thresholds, seconds, peakMegabytes, idleMegabytes }: ScoreRun): string {
  const memory =
    peakMegabytes === null
      ? ''
      : `   peak memory ${peakMegabytes.toFixed(0)} MB (idle ${(idleMegabytes ?? 0).toFixed(0)} MB)`;
  return [
    `== scoring ${images} seeds of ${width} x ${height} at ${thresholds} thresholds`,
    `scores           ${seconds.toFixed(1).padStart(9)} s${memory}`,
  ].join('\n');
}
