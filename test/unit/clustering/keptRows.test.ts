/** Rows in memory and rows on disk must give the same centres, whatever fits. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HalfCast } from '../../../src/engine/clustering/halfCast';
import { keepRows, RowMemory } from '../../../src/engine/clustering/keptRows';
import { kmeans } from '../../../src/engine/clustering/kmeans';
import { KmeansStep } from '../../../src/engine/clustering/kmeansStep';
import { seededRandom } from '../../../src/engine/clustering/random';
import { FileRows } from '../../../src/engine/clustering/rows';
import type { Rows } from '../../../src/engine/clustering/rows';
import { bytesOf } from '../../../src/formats/numericArray';

const channels = 8;
const count = 1000;
const blockRows = 64;
const never = new AbortController().signal;
let folder = '';
let path = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lpcam-kept-'));
  path = join(folder, 'rows');
  const cast = await HalfCast.open();
  const random = seededRandom(4);
  const rows = Float32Array.from({ length: count * channels }, random);
  await writeFile(path, bytesOf(await cast.halves(rows)));
  await cast.release();
});
afterAll(() => rm(folder, { recursive: true }));

async function clustered(budget: number, device: 'cpu' | 'webgpu' = 'cpu') {
  const file = await FileRows.open(path, count, channels, blockRows);
  const step = await KmeansStep.open(channels, 'float16', 'cpu');
  const rows = await keepRows(file, new RowMemory(budget), device, never);
  const options = { k: 5, tolerance: 1e-6, maxIterations: 20, random: seededRandom(1), signal: never };
  const result = await kmeans(rows, step, options);
  const types = await blockTypes(rows);
  await step.release();
  await file.close();
  return { result, types };
}

async function blockTypes(rows: Rows): Promise<string[]> {
  const types: string[] = [];
  for await (const block of rows.blocks()) types.push(block.data.constructor.name);
  return types;
}

describe('Rows kept in memory', () => {
  it('give the same centres, all kept, some kept or none', async () => {
    const block = blockRows * channels * 2;
    const none = await clustered(0);
    const some = await clustered(3.5 * block);
    const all = await clustered(1e9);
    const someFloats = await clustered(3.5 * block, 'webgpu');
    expect(all.types).toEqual(Array.from({ length: 16 }, () => 'Uint16Array'));
    // A device without halves gets them cast, once.
    expect(someFloats.types).toEqual([
      ...Array.from({ length: 1 }, () => 'Float32Array'),
      ...Array.from({ length: 15 }, () => 'Uint16Array'),
    ]);
    expect(none.result.summedShift.length).toBeGreaterThan(3);
    expect(some.result).toEqual(none.result);
    expect(all.result).toEqual(none.result);
    expect(someFloats.result).toEqual(none.result);
  });

  it('take no more than their budget, and give it to the next set', () => {
    const memory = new RowMemory(100);
    expect(memory.lend(0, 60)?.byteLength).toBe(60);
    expect(memory.lend(1, 60)).toBeNull();
    const first = memory.lend(0, 40);
    expect(first?.byteLength).toBe(60);
    expect(memory.lend(1, 40)?.byteLength).toBe(40);
    expect(memory.lend(0, 61)).toBeNull();
    expect(memory.lend(0, 20)).toBe(first);
  });

  it('read single rows from wherever they lie', async () => {
    const file = await FileRows.open(path, count, channels, blockRows);
    const rows = await keepRows(file, new RowMemory(2 * blockRows * channels * 2), 'cpu', never);
    for (const row of [0, 70, 127, 128, 999]) expect(await rows.row(row)).toEqual(await file.row(row));
    await file.close();
  });

  it('stop when cancelled', async () => {
    const file = await FileRows.open(path, count, channels, blockRows);
    await expect(keepRows(file, new RowMemory(1e9), 'cpu', AbortSignal.abort())).rejects.toThrow(/abort/i);
    await file.close();
  });
});

describe('Rows in a file', () => {
  it('are read to their end, from a block on, and may be left in the middle', async () => {
    const file = await FileRows.open(path, count, channels, blockRows);
    const starts: number[] = [];
    for await (const { start, count: rows } of file.blocks(128)) {
      expect(rows).toBe(start + blockRows <= count ? blockRows : count % blockRows);
      starts.push(start);
    }
    expect(starts[0]).toBe(128);
    expect(starts.at(-1)).toBe(960);
    const seen: number[] = [];
    for await (const { start } of file.blocks()) {
      seen.push(start);
      if (seen.length === 2) break;
    }
    expect(seen).toEqual([0, 64]);
    // Closing it must not meet a read that goes on.
    await file.close();
  });

  it('say when the file is shorter than its rows', async () => {
    const file = await FileRows.open(path, count + 100, channels, blockRows);
    const read = async () => {
      for await (const block of file.blocks()) expect(block.count).toBeGreaterThan(0);
    };
    await expect(read()).rejects.toThrow(/ended at byte 16000/);
    await file.close();
  });
});
