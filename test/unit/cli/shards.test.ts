/** Shares of the work on several machines: processes of their own on one folder, as a cluster's nodes see it. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BuiltProgram, type Ended } from './support/builtProgram';
import { writeSharedStudy } from './support/sharedStudy';
import { removeResults, results } from './support/studyResults';

let program: BuiltProgram;
let folder: string;
/** What one machine makes of it: bytes by path within the folder. */
let alone: Map<string, string>;
let scores: unknown;

async function run(...args: string[]): Promise<Ended> {
  const ended = await program.run([...args, '--json'], folder);
  if (ended.code !== 0) throw new Error(`${args.join(' ')}: ${ended.stderr}`);
  return ended;
}

const json = async (...args: string[]) => JSON.parse((await run(...args)).stdout) as Record<string, unknown>;
/** All shares at the same time. */
const shares = (of: number, ...args: string[]) =>
  Promise.all(Array.from({ length: of }, (_, i) => json(...args, '--shard', `${i + 1}/${of}`)));

const clean = () => removeResults(folder);

beforeAll(async () => {
  program = await BuiltProgram.build();
  folder = await mkdtemp(join(tmpdir(), 'lpcam shards-'));
  const ids = await writeSharedStudy(folder, 9);
  // One that cannot be read, which must not stop the others.
  await writeFile(join(folder, 'images', `${ids[4] ?? ''}.jpg`), 'no picture');
  await run('prototypes');
  await program.run(['seeds', '--json'], folder);
  scores = { ...(await json('evaluate', 'seeds/lpcam')), record: null };
  alone = await results(folder);
}, 120_000);
afterAll(async () => {
  await program.remove();
  await rm(folder, { recursive: true, force: true });
});

describe('the same bytes as on one machine', () => {
  beforeEach(clean);

  it('come of one machine again', async () => {
    await run('features');
    await run('prototypes');
    await program.run(['seeds', '--json'], folder);
    expect(await results(folder)).toEqual(alone);
  });

  for (const of of [2, 3])
    it(`come of ${of} shares at once, step by step`, async () => {
      await shares(of, 'features');
      await shares(of, 'prototypes');
      await json('prototypes', '--merge');
      await shares(of, 'seeds');
      await json('seeds', '--merge');
      const held = await results(folder);
      expect([...held.keys()]).toEqual([...alone.keys()]);
      expect(held).toEqual(alone);
      const parts = await shares(of, 'evaluate', 'seeds/lpcam');
      expect(parts).toContainEqual(expect.objectContaining({ whole: true }));
      expect({ ...(await json('evaluate', 'seeds/lpcam', '--merge')), record: null }).toEqual(scores);
      expect(await results(folder)).toEqual(alone);
    });

  it('come of shares without features made before, and of more shares than classes', async () => {
    await shares(2, 'prototypes');
    await json('prototypes', '--merge');
    expect((await results(folder)).get('lpcam-bank.safetensors')).toBe(alone.get('lpcam-bank.safetensors'));
    await clean();
    await json('features', '--shard', '1/2');
    // The rest by one machine, with what is there.
    await run('prototypes');
    expect((await results(folder)).get('lpcam-bank.safetensors')).toBe(alone.get('lpcam-bank.safetensors'));
  });
});

describe('a share', () => {
  beforeEach(clean);

  it('goes on where it was killed, and a finished one has nothing to do', async () => {
    const killed = program.start(['features', '--shard', '1/1'], folder);
    await killed.said('Extracting features');
    killed.kill('SIGKILL');
    await killed.ended;
    await json('features', '--shard', '1/1');
    const work = join(folder, 'lpcam-bank.safetensors.work');
    const size = (await stat(join(work, 'features-features-1-of-1.bin'))).size;
    await json('features', '--shard', '1/1');
    expect((await stat(join(work, 'features-features-1-of-1.bin'))).size).toBe(size);
    await json('prototypes');
    const seeds = program.start(['seeds', '--shard', '2/2'], folder);
    await seeds.said('Making seeds');
    seeds.kill('SIGKILL');
    await seeds.ended;
    await shares(2, 'seeds');
    // Asked once more after all was merged: nothing changes.
    expect(await json('seeds', '--shard', '2/2')).toMatchObject({ written: 0, whole: true });
    expect(await json('features', '--shard', '1/3')).toMatchObject({ upToDate: true });
    expect(await results(folder)).toEqual(alone);
  });

  it('that is not done is named when the others are put together', async () => {
    await json('prototypes', '--shard', '1/2');
    const bank = await program.run(['prototypes', '--merge'], folder);
    expect(bank.code).toBe(2);
    expect(bank.stderr).toMatch(/not clustered yet/);
    await json('prototypes', '--shard', '2/2');
    await json('seeds', '--shard', '2/3');
    const seeds = await program.run(['seeds', '--merge'], folder);
    expect(seeds.code).toBe(2);
    expect(seeds.stderr).toMatch(/not all done \(done: of 3 shares 2\)/);
    await json('evaluate', 'seeds/lpcam', '--shard', '3/3');
    const score = await program.run(['evaluate', 'seeds/lpcam', '--merge'], folder);
    expect(score.code).toBe(2);
    expect(score.stderr).toMatch(/not all done/);
  });

  it('is written as i/n', async () => {
    for (const wrong of ['0/3', '4/3', '1', '1/0', 'a/b', '1/3/5']) {
      const { code, stderr } = await program.run(['seeds', '--shard', wrong], folder);
      expect(code).toBe(2);
      expect(stderr).toContain('Expected i/n');
    }
  });
});

describe('a folder of seeds', () => {
  beforeEach(clean);

  it('is of one precision, whichever run or share adds to it', async () => {
    const cam = ['seeds', '--method', 'cam', '--out', 'seeds/cam'];
    await program.run([...cam, '--shard', '1/2', '--precision', 'half'], folder);
    const other = await program.run([...cam, '--shard', '2/2'], folder);
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(/seeds\/cam holds seeds made in half precision, and full is used now/);
    await program.run([...cam, '--shard', '2/2', '--precision', 'half'], folder);
    const manifest = async () =>
      JSON.parse(await readFile(join(folder, 'seeds/cam/lpcam-seeds.json'), 'utf8')) as unknown;
    // Nothing was lost to the refusal; one image cannot be read.
    const counts = { listed: 9, seeds: 8, failed: 1, dead: 0 };
    expect(await manifest()).toMatchObject({ device: 'cpu, half precision', complete: true, counts });
    await program.run([...cam, '--force'], folder);
    expect(await manifest()).toMatchObject({ device: 'cpu', complete: true, counts });
  });
});
