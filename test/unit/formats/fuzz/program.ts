/**
 * Reads one fixture damaged in many ways, in a process of its own: `program.cjs CASE SEEDS`. Before each reading it writes
 * the seed, so that whoever waits knows which one does not end; at the end it writes what it measured.
 */
import { existsSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../../../src/lpcam/inputError';
import { fuzzCases, fuzzedFile } from './cases';
import { mutated } from './mutated';
import type { FuzzReport } from './report';

function bytesOf(original: string | Uint8Array): Uint8Array {
  if (typeof original !== 'string') return original;
  return new Uint8Array(readFileSync(join(process.env['LPCAM_FIXTURES'] ?? '', original)));
}

function failureOf(error: unknown): string | null {
  if (!(error instanceof InputError))
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  return error.message.startsWith(`${fuzzedFile}: `) ? null : `names no file: ${error.message}`;
}

function run(name: string, seeds: number): FuzzReport {
  const chosen = fuzzCases.find((candidate) => candidate.name === name);
  if (!chosen) throw new Error(`There is no case ${name}.`);
  const original = bytesOf(chosen.original);
  const report = { read: 0, refused: 0, slowest: { seed: 0, milliseconds: 0 }, unexpected: [] as string[] };
  for (let seed = 0; seed < seeds; seed++) {
    const bytes = mutated(original, seed);
    writeSync(1, `${seed}\n`);
    // Of the processor, not of the clock: other programs of a busy machine are not the reader's fault.
    const began = process.cpuUsage();
    try {
      chosen.read(bytes);
      report.read++;
    } catch (error) {
      const failure = failureOf(error);
      if (failure === null) report.refused++;
      else report.unexpected.push(`seed ${seed}: ${failure}`);
    }
    const { user, system } = process.cpuUsage(began);
    const milliseconds = (user + system) / 1000;
    if (milliseconds > report.slowest.milliseconds) report.slowest = { seed, milliseconds };
  }
  return {
    ...report,
    // Kilobytes, whatever the platform.
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
    executed: existsSync('hostile-was-executed'),
  };
}

const [, , name = '', seeds = '1'] = process.argv;
writeSync(1, `${JSON.stringify(run(name, Number(seeds)))}\n`);
