/**
 * Damaged files: every outcome is a value or an InputError that names the file, within the bounds of 2 s and 1 GB.
 * These are bounds, not benchmarks: readings take milliseconds. Each file is damaged thousands of times in a process of its
 * own, whose heap is limited, whose peak memory is measured, and which is killed when a reading does not end. Seeded, so
 * that a failure can be run again.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../support/bundle';
import { fixturePath } from '../fixture';
import { fuzzCases } from './fuzz/cases';
import type { FuzzReport } from './fuzz/report';

const seeds = 2000;
const longest = 2000;
const mostMegabytes = 1024;
/** A process that says nothing for this long hangs; what took longer than `longest` and ended fails, too. */
const patience = 15_000;

let program = '';
let folder = '';
beforeAll(async () => {
  program = await bundle({ program: 'test/unit/formats/fuzz/program.ts' });
  folder = await mkdtemp(join(tmpdir(), 'lpcam-fuzz-'));
});
afterAll(() => Promise.all([program, folder].map((path) => rm(path, { recursive: true, force: true }))));

/** @throws Error naming the seed when the process crashes or hangs; it is over in any case */
async function fuzz(name: string): Promise<FuzzReport> {
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${mostMegabytes}`, join(program, 'program.cjs'), name, String(seeds)],
    {
      cwd: folder,
      env: { ...process.env, LPCAM_FIXTURES: fixturePath('.') },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let last = '';
  let errors = '';
  const timer = setTimeout(() => child.kill('SIGKILL'), patience);
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-4000)));
  const ended = new Promise<number | null>((resolve, reject) =>
    child.once('close', resolve).once('error', reject),
  );
  for await (const line of createInterface({ input: child.stdout })) {
    last = line;
    timer.refresh();
  }
  const code = await ended;
  clearTimeout(timer);
  if (child.signalCode === 'SIGKILL') throw new Error(`${name}, seed ${last}: it does not end.`);
  if (code !== 0) throw new Error(`${name}, seed ${last}: the process ended with ${String(code)}. ${errors}`);
  return JSON.parse(last) as FuzzReport;
}

describe(`files damaged in ${seeds} ways are read or refused, and nothing else`, () => {
  it.for(fuzzCases.map(({ name }) => name))('%s', async (name, { annotate }) => {
    const { read, refused, slowest, unexpected, peakMegabytes, executed } = await fuzz(name);
    await annotate(
      `${read} read, ${refused} refused; slowest seed ${slowest.seed} in ${slowest.milliseconds.toFixed(1)} ms, ${peakMegabytes.toFixed(0)} MB`,
    );
    expect(unexpected).toEqual([]);
    expect(executed).toBe(false);
    expect(read + refused).toBe(seeds);
    expect(refused).toBeGreaterThan(0);
    expect(slowest.milliseconds, `seed ${slowest.seed}`).toBeLessThan(longest);
    expect(peakMegabytes).toBeLessThan(mostMegabytes);
  });
});
