/** Clustering by the command line in a process of its own, for its time and its peak memory. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { peakSource } from './peakMemory';

export interface ClusteringRun {
  readonly seconds: number;
  /** Largest resident size of the process, native memory included. */
  readonly peakMegabytes: number;
}

/** Tells the peak when the process ends; only the process itself knows it on every platform. */
const tellPeak =
  'import * as fs from "node:fs"; ' +
  `process.on("exit", () => fs.writeFileSync(process.env.LPCAM_PEAK_FILE, String(${peakSource})));`;

export async function clusteringRun(program: string, study: string, folder: string): Promise<ClusteringRun> {
  const peakFile = join(folder, 'peak.txt');
  const preload = `data:text/javascript,${encodeURIComponent(tellPeak)}`;
  const began = performance.now();
  const child = spawn(
    process.execPath,
    ['--import', preload, program, 'prototypes', '--force', '--study', study],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, LPCAM_PEAK_FILE: peakFile },
    },
  );
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`Clustering ended with code ${code ?? 'none'}.`);
  return {
    seconds: (performance.now() - began) / 1000,
    peakMegabytes: Number(await readFile(peakFile, 'utf8')),
  };
}
