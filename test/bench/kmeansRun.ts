/** k-means beside its peers: the same rows, starts, iterations and threads, in turns. */
import { readFile } from 'node:fs/promises';
import { availableParallelism, freemem } from 'node:os';
import { join } from 'node:path';
import { unitCentres } from '../../src/engine/clustering/kmeans';
import { drawDistinct, seededRandom } from '../../src/engine/clustering/random';
import { writeKmeansRows } from './kmeansRows';
import { median } from './median';
import { TurnTaker, type Turn } from './turnTaker';

const count = 50_000;
const channels = 2048;
const k = 12;
const iterations = 8;
const turns = 5;
/** The published product takes seconds an iteration, so it has fewer. */
const publishedIterations = 2;
const publishedTurns = 2;
/** Bytes that the product of every row and centre takes, and as much again. */
const publishedBytes = count * k * channels * 4 * 2;
/** The product's default, and nothing. */
const kept = { all: 512 * 1024 * 1024, none: 0 } as const;

export interface KmeansRow {
  readonly name: string;
  readonly versions: string;
  /** An iteration, wall clock and processor, medians over the turns. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  /** How many times as long as ours it takes, median over the turns taken side by side; wall clock and processor. */
  readonly ratio: number;
  readonly cpuRatio: number;
  /** Smallest cosine between a centre of it and ours. */
  readonly agreement: number;
}

export interface KmeansRun {
  readonly rows: readonly KmeansRow[];
  readonly threads: number;
  /** Peers that could not take part, and what they lacked. */
  readonly lacking: readonly string[];
}

interface Runner {
  readonly name: string;
  readonly taker: TurnTaker;
  readonly iterations: number;
  readonly turns: number;
  readonly taken: { turn: Turn; ours: Turn }[];
}

async function unitOf(path: string): Promise<Float32Array> {
  const bytes = await readFile(path);
  return unitCentres(new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4), channels);
}

async function agreement(a: string, b: string): Promise<number> {
  const [ours, theirs] = [await unitOf(a), await unitOf(b)];
  const cosines = Array.from({ length: k }, (_, centre) => {
    let sum = 0;
    for (let i = centre * channels; i < (centre + 1) * channels; i++)
      sum += (ours[i] ?? 0) * (theirs[i] ?? 0);
    return sum;
  });
  return Math.min(...cosines);
}

class Comparison {
  private readonly runners: Runner[] = [];
  readonly lacking: string[] = [];

  constructor(
    private readonly ours: TurnTaker,
    private readonly folder: string,
  ) {}

  join(name: string, taker: TurnTaker | string, options: Partial<Pick<Runner, 'iterations' | 'turns'>>) {
    if (typeof taker === 'string') {
      this.lacking.push(`${name}: no ${taker}`);
      return;
    }
    this.runners.push({ name, taker, iterations, turns, ...options, taken: [] });
  }

  private centres(name: string): string {
    return join(this.folder, `${name.replaceAll(/\W+/g, '-')}.centres`);
  }

  private ourTurn(of: number): Promise<Turn> {
    return this.ours.turn({ iterations: of, centres: this.centres(`ours ${of}`) });
  }

  /** Everyone once, ours right before each of those that take as many iterations: the machine's load is alike. */
  private async round(number: number): Promise<void> {
    const due = this.runners.filter((runner) => number < runner.turns);
    for (const runner of due) {
      const ours = await this.ourTurn(runner.iterations);
      const request = { iterations: runner.iterations, centres: this.centres(runner.name) };
      runner.taken.push({ turn: await runner.taker.turn(request), ours });
    }
  }

  async run(): Promise<KmeansRow[]> {
    await this.ourTurn(1);
    for (let number = 0; number < turns; number++) await this.round(number);
    const all = this.runners.filter((runner) => runner.iterations === iterations);
    const ours = all.flatMap(({ taken }) => taken.map((one) => one.ours));
    const rows: KmeansRow[] = [
      {
        name: 'LPCAM Lens, rows kept in memory',
        versions: this.ours.versions,
        seconds: median(ours.map(({ seconds }) => seconds / iterations)),
        cpuSeconds: median(ours.map(({ cpuSeconds }) => cpuSeconds / iterations)),
        peakMegabytes: Math.max(...ours.map(({ peakMegabytes }) => peakMegabytes)),
        ratio: 1,
        cpuRatio: 1,
        agreement: 1,
      },
    ];
    for (const { name, taker, taken, iterations: each } of this.runners)
      rows.push({
        name,
        versions: taker.versions,
        seconds: median(taken.map(({ turn }) => turn.seconds / each)),
        cpuSeconds: median(taken.map(({ turn }) => turn.cpuSeconds / each)),
        peakMegabytes: Math.max(...taken.map(({ turn }) => turn.peakMegabytes)),
        ratio: median(taken.map(({ turn, ours: own }) => turn.seconds / own.seconds)),
        cpuRatio: median(taken.map(({ turn, ours: own }) => turn.cpuSeconds / own.cpuSeconds)),
        agreement: await agreement(this.centres(name), this.centres(`ours ${each}`)),
      });
    return rows;
  }

  async stop(): Promise<void> {
    for (const { taker } of this.runners) await taker.stop();
  }
}

/** @param program our side, bundled */
export async function kmeansRun(root: string, program: string, folder: string): Promise<KmeansRun> {
  const threads = availableParallelism();
  const rows = join(folder, 'kmeans.rows');
  await writeKmeansRows(rows, count, channels);
  const initialRows = drawDistinct(seededRandom(7), k, count);
  const task = { rows, count, channels, initialRows, threads };
  const peer = (script: string, way: string) =>
    TurnTaker.python(join(root, 'test/bench/peers', script), { ...task, way }, threads);
  const ours = await TurnTaker.ours(program, { ...task, keptBytes: kept.all });
  const comparison = new Comparison(ours, folder);
  try {
    comparison.join(
      'LPCAM Lens, rows streamed from the file',
      await TurnTaker.ours(program, { ...task, keptBytes: kept.none }),
      {},
    );
    comparison.join('PyTorch, one matrix product a step', await peer('kmeans_torch.py', 'product'), {});
    comparison.join('faiss, spherical', await peer('kmeans_faiss.py', ''), {});
    const published = 'PyTorch, element-wise product as published';
    if (freemem() < publishedBytes)
      comparison.lacking.push(`${published}: no ${(publishedBytes / 1e9).toFixed(0)} GB of memory free`);
    else
      comparison.join(published, await peer('kmeans_torch.py', 'element-wise'), {
        iterations: publishedIterations,
        turns: publishedTurns,
      });
    return { rows: await comparison.run(), threads, lacking: comparison.lacking };
  } finally {
    await comparison.stop();
    await ours.stop();
  }
}

export function kmeansText({ rows, threads, lacking }: KmeansRun): string {
  const line = (...cells: string[]) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(44) : cell.padStart(12))).join('');
  return [
    `== kmeans: ${count} x ${channels}, K = ${k}, ${iterations} iterations, ${threads} threads, medians of ${turns} turns`,
    '',
    line('', 's/iteration', 'CPU s/iter.', 'peak MB', 'time', 'CPU time', 'agreement'),
    ...rows.map((row) =>
      line(
        row.name,
        row.seconds.toFixed(3),
        row.cpuSeconds.toFixed(3),
        row.peakMegabytes.toFixed(0),
        `${row.ratio.toFixed(2)} x`,
        `${row.cpuRatio.toFixed(2)} x`,
        row.agreement.toFixed(6),
      ),
    ),
    '',
    'Ours casts the halves in every iteration and, where it streams, reads them; the peers have read and cast them to',
    'float32 before their time begins. Agreement: the smallest cosine between centres of the same start.',
    ...[...new Set(rows.map(({ versions }) => versions))],
    ...lacking.map((text) => `Left out: ${text}`),
  ].join('\n');
}
