/** Images of one size that take the network together, in runs over a data set. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Batching } from '../../../src/engine/batching/batching';
import { equalSizes } from '../../../src/engine/batching/equalSizes';
import type { ImageBatch } from '../../../src/engine/batching/imageBatch';
import { writeDataSet, type DataSet } from './support/dataSet';
import { makeDataSet, type DataSetRun } from './support/dataSetRun';

async function dealt(sizes: readonly (string | null)[], wanted = () => true): Promise<number[][]> {
  const ids = sizes.map((_, i) => String(i));
  const batches: number[][] = [];
  const sizeOf = (id: string) => Promise.resolve(sizes[Number(id)] ?? null);
  for await (const batch of equalSizes(ids, 3, sizeOf, wanted)) batches.push(batch.map(Number));
  return batches;
}

describe('images of a list', () => {
  it('go together by threes where they have one size, and one by one where no three have', async () => {
    expect(await dealt(['a', 'b', 'a', null, 'a', 'b', 'c'])).toEqual([[3], [0, 2, 4], [1], [5], [6]]);
  });

  it('are all dealt once, however long the list', async () => {
    const sizes = Array.from({ length: 1000 }, (_, i) => (i % 7 === 0 ? `${i}` : `${i % 3}`));
    const batches = await dealt(sizes);
    expect(batches.flat().sort((a, b) => a - b)).toEqual(sizes.map((_, i) => i));
    expect(batches.filter((batch) => batch.length === 3).length).toBeGreaterThan(270);
    for (const batch of batches) expect(new Set(batch.map((i) => sizes[i])).size).toBe(1);
  });

  it('go one by one from where batches were given up', async () => {
    let asked = 0;
    const batches = await dealt(
      Array.from({ length: 300 }, () => 'a'),
      () => asked++ === 0,
    );
    expect(batches.filter((batch) => batch.length === 3)).toHaveLength(42);
    expect(batches.slice(44).every((batch) => batch.length === 1)).toBe(true);
  });
});

/** A network whose results are numbers; `together` may differ, fail, or take long. */
class Network {
  readonly log: string[] = [];
  readonly runs: string[] = [];
  readonly batching = new Batching({ most: 2, pixelLimit: 1000, log: (line) => this.log.push(line) });
  together = (inputs: readonly number[]): Promise<number[]> =>
    Promise.resolve(inputs.map((input) => input * 2));
  alone = (input: number): Promise<number> => Promise.resolve(input * 2);

  turn(batch: ImageBatch<number, Float32Array>, input: number, more: { key?: string; pixels?: number } = {}) {
    const floats = (value: number) => Float32Array.of(value);
    return batch.run({
      key: more.key ?? '20 x 10',
      pixels: more.pixels ?? 200,
      input,
      alone: async () => {
        this.runs.push('alone');
        return floats(await this.alone(input));
      },
      together: async (inputs) => {
        this.runs.push('together');
        return (await this.together(inputs)).map(floats);
      },
      arrays: (result) => [result],
    });
  }

  /** Two images of one size. @returns what was run for them */
  async pair(more: { key?: string; pixels?: number } = {}): Promise<string[]> {
    this.runs.length = 0;
    const batch = this.batching.batch<number, Float32Array>(2);
    const found = await Promise.all([this.turn(batch, 3, more), this.turn(batch, 4, more)]);
    expect(found.map(([value]) => value)).toEqual([6, 8]);
    return [...this.runs];
  }

  slow(way: 'alone' | 'together'): void {
    const clock = vi.spyOn(performance, 'now');
    let time = 0;
    clock.mockImplementation(() => time);
    const [alone, together] = [this.alone, this.together];
    this.alone = (input) => {
      time += way === 'alone' ? 10 : 1;
      return alone(input);
    };
    this.together = (inputs) => {
      time += way === 'together' ? 30 : 3;
      return together(inputs);
    };
  }
}

const bothWays = ['together', 'alone', 'alone'];

describe('a batch', () => {
  it('is run both ways at first, and together where that is the same and faster', async () => {
    const network = new Network();
    network.slow('alone');
    for (let i = 0; i < 4; i++) expect(await network.pair({ key: `size ${i % 3}` })).toEqual(bothWays);
    expect(await network.pair({ key: 'size 1' })).toEqual(bothWays);
    expect(network.log).toEqual([]);
    expect(await network.pair({ key: 'size 2' })).toEqual(bothWays);
    expect(network.log).toEqual([
      'Batches: 2 images of one size together take 1.5 ms each, one by one 10.0 ms; they are run together, with the same bits.',
    ]);
    expect(network.batching.open).toBe(true);
    expect(await network.pair({ key: 'size 0' })).toEqual(['together']);
    // Another size is compared all the same.
    expect(await network.pair({ key: 'size 3' })).toEqual(bothWays);
    expect(await network.pair({ key: 'size 3' })).toEqual(['together']);
    vi.restoreAllMocks();
  });

  it('is given up where images one by one are as fast', async () => {
    const network = new Network();
    network.slow('together');
    for (let i = 0; i < 6; i++) expect(await network.pair({ key: `size ${i % 3}` })).toEqual(bothWays);
    expect(network.batching.open).toBe(false);
    expect(network.log.join()).toContain('they are run one by one');
    expect(await network.pair({ key: 'size 0' })).toEqual(['alone', 'alone']);
    vi.restoreAllMocks();
  });

  it('is not run together where a single bit is another', async () => {
    const network = new Network();
    network.together = (inputs) =>
      Promise.resolve(inputs.map((input) => input * 2 + (input === 4 ? 1e-6 : 0)));
    expect(await network.pair()).toEqual(bothWays);
    expect(network.log).toEqual([
      'Batches: 2 images of 20 x 10 have other last digits than one by one; such images are run one by one.',
    ]);
    expect(await network.pair()).toEqual(['alone', 'alone']);
    // Other sizes may still be the same.
    expect(network.batching.open).toBe(true);
  });

  it('is run one by one where its memory is not there, and says so', async () => {
    const network = new Network();
    network.together = () => Promise.reject(new Error('Failed to allocate memory for 8 GB'));
    expect(await network.pair()).toEqual(bothWays);
    expect(network.log.join()).toContain(
      '2 images of 20 x 10 do not fit (Failed to allocate memory for 8 GB)',
    );
    expect(await network.pair()).toEqual(['alone', 'alone']);
  });

  it('is not tried with more pixels than the device is given at once', async () => {
    expect(await new Network().pair({ pixels: 501 })).toEqual(['alone', 'alone']);
  });

  it('waits for no image that failed before, and has errors of its own only', async () => {
    const network = new Network();
    const batch = network.batching.batch<number, Float32Array>(2);
    const first = network.turn(batch, 3);
    batch.leave();
    expect(await first).toEqual(Float32Array.of(6));
    expect(network.runs).toEqual(['alone']);

    const other = network.batching.batch<number, Float32Array>(2);
    network.together = () => Promise.reject(new Error('too large'));
    network.alone = (input) =>
      input === 3 ? Promise.reject(new Error('three')) : Promise.resolve(input * 2);
    const ended = await Promise.allSettled([network.turn(other, 3), network.turn(other, 4)]);
    expect(ended).toEqual([
      { status: 'rejected', reason: new Error('three') },
      { status: 'fulfilled', value: Float32Array.of(8) },
    ]);
  });

  it('is run one by one where its images turn out to have other sizes', async () => {
    const network = new Network();
    const batch = network.batching.batch<number, Float32Array>(2);
    await Promise.all([network.turn(batch, 3), network.turn(batch, 4, { key: '10 x 20' })]);
    expect(network.runs).toEqual(['alone', 'alone']);
  });
});

describe('a data set run in batches', () => {
  let set: DataSet;
  let alone: DataSetRun;
  beforeAll(async () => {
    set = await writeDataSet(await mkdtemp(join(tmpdir(), 'lpcam batches-')), 18);
    alone = await makeDataSet(set.folder, {});
  });
  afterAll(() => rm(set.folder, { recursive: true, force: true }));

  for (const most of [2, 4])
    it(`of ${most} gives the same bank and seeds, byte for byte`, async () => {
      const found = await makeDataSet(set.folder, { imagesTogether: { cpu: most } });
      expect(found.files.size).toBe(2 * (set.ids.length - 1) + 3);
      expect([...found.files.keys()]).toEqual([...alone.files.keys()]);
      expect(found.files).toEqual(alone.files);
      expect(found.failed).toEqual([set.damaged]);
      // Batches were really run: twos so often that it is decided, once for the features and once for the seeds.
      const told = found.log.filter((line) => line.startsWith('Batches: '));
      expect(told).toHaveLength(most === 2 ? 2 : 0);
      expect(found.log.filter((line) => line.includes('opened: maps'))).toHaveLength(2);
      expect(alone.log.filter((line) => line.includes('opened: maps'))).toHaveLength(1);
    });
});
