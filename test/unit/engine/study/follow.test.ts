/** A study that follows a training is about the newest checkpoint that is complete. */
import {
  copyFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Checkpoints } from '../../../../src/engine/checkpoints';
import { CheckpointsOnDisk } from '../../../../src/engine/follow/checkpointsOnDisk';
import { matchingFiles } from '../../../../src/engine/study/matchingFiles';
import { resolveStudy } from '../../../../src/engine/study/resolve';
import { tinyNetwork } from '../support/tinyNetwork';
import { tinyStudy, type TinyStudy } from '../support/tinyStudy';

let study: TinyStudy;
const at = (...names: string[]) => join(study.folder, ...names);
const { signal } = new AbortController();
beforeEach(async () => {
  study = await tinyStudy();
  mkdirSync(at('checkpoints'));
  rmSync(at('tiny.onnx'));
  study.write({ checkpoint: 'tiny.onnx', follow: 'checkpoints/epoch_*.onnx' });
});
afterEach(() => study.remove());

/** Writes a checkpoint, or a part of it, at a time (seconds). */
function put(name: string, gain: number, time: number, length?: number): void {
  const bytes = tinyNetwork({ gain });
  writeFileSync(at('checkpoints', name), bytes.subarray(0, length));
  utimesSync(at('checkpoints', name), time, time);
}
const newest = async () => (await resolveStudy({ file: study.file })).checkpoint;

describe('the checkpoint of a study that follows', () => {
  it('is the newest that is complete, and the named one before there is any', async () => {
    study.writeNetwork({});
    expect(await newest()).toBe(at('tiny.onnx'));
    put('epoch_1.onnx', 2, 100);
    expect(await newest()).toBe(at('checkpoints', 'epoch_1.onnx'));
    put('epoch_2.onnx', 3, 200, 300);
    expect(await newest()).toBe(at('checkpoints', 'epoch_1.onnx'));
    put('epoch_2.onnx', 3, 201);
    expect(await newest()).toBe(at('checkpoints', 'epoch_2.onnx'));
    // Training began anew: what was written last counts, not what is called highest.
    put('epoch_1.onnx', 4, 300);
    expect(await newest()).toBe(at('checkpoints', 'epoch_1.onnx'));
  });

  it('need not exist yet, and then says what is missing', async () => {
    await expect(newest()).rejects.toThrow(
      /No checkpoint of .*epoch_\*\.onnx is complete yet.*called so yet/,
    );
    put('epoch_1.onnx', 2, 100, 20);
    await expect(newest()).rejects.toThrow(/epoch_1\.onnx.*Is the file complete\?.*does not exist either/);
  });

  it('can be chosen instead, as long as it is there', async () => {
    put('epoch_1.onnx', 2, 100);
    put('epoch_2.onnx', 3, 200);
    const first = at('checkpoints', 'epoch_1.onnx');
    expect((await resolveStudy({ file: study.file, weights: first })).checkpoint).toBe(first);
    rmSync(first);
    await expect(resolveStudy({ file: study.file, weights: first })).rejects.toThrow(/does not exist/);
  });
});

describe('checkpoints on disk', () => {
  const look = async (hash: { path: string; version: string } | null = null) =>
    new CheckpointsOnDisk().look({ study: { file: study.file }, hash }, signal);

  it('are told by time, with their numbers, and with what is missing of those that grow', async () => {
    put('epoch_2.onnx', 3, 200, 300);
    put('epoch_1.onnx', 2, 100);
    const { pattern, follows, checkpoints } = await look();
    expect({ pattern, follows }).toEqual({ pattern: at('checkpoints', 'epoch_*.onnx'), follows: true });
    expect(checkpoints).toMatchObject([
      { path: at('checkpoints', 'epoch_1.onnx'), number: 1, whole: true, problem: null },
      { path: at('checkpoints', 'epoch_2.onnx'), number: 2, whole: false },
    ]);
  });

  it('are named by the hash by which banks name them', async () => {
    put('epoch_1.onnx', 2, 100);
    const [first] = (await look()).checkpoints;
    const loaded = await new Checkpoints().load(at('checkpoints', 'epoch_1.onnx'), {
      features: null,
      classifier: null,
    });
    const { hash } = await look({ path: first?.path ?? '', version: first?.version ?? '' });
    expect(hash).toBe(loaded.hash);
    expect(loaded.ownHash).toBe(loaded.hash);
    expect(await look({ path: first?.path ?? '', version: 'another' })).toMatchObject({ hash: null });
  });

  it('change when they are renamed over, cut short or deleted', async () => {
    put('epoch_1.onnx', 2, 100);
    put('.epoch_1.onnx.tmp', 3, 100);
    const before = (await look()).checkpoints;
    expect(before).toHaveLength(1);
    utimesSync(at('checkpoints', '.epoch_1.onnx.tmp'), 101, 101);
    renameSync(at('checkpoints', '.epoch_1.onnx.tmp'), at('checkpoints', 'epoch_1.onnx'));
    const over = (await look()).checkpoints;
    expect(over[0]?.version).not.toBe(before[0]?.version);
    truncateSync(at('checkpoints', 'epoch_1.onnx'), 100);
    expect((await look()).checkpoints).toMatchObject([{ whole: false }]);
    rmSync(at('checkpoints', 'epoch_1.onnx'));
    expect((await look()).checkpoints).toEqual([]);
    study.writeNetwork({});
    expect((await look()).checkpoints).toMatchObject([{ path: at('tiny.onnx'), whole: true, number: null }]);
  });

  it('of a study that follows none are its checkpoint alone, also where it has no file', async () => {
    study.write({ checkpoint: 'tiny.onnx' });
    study.writeNetwork({});
    expect(await look()).toMatchObject({ follows: false, checkpoints: [{ path: at('tiny.onnx') }] });
    const without = await new CheckpointsOnDisk().look(
      { study: { checkpoint: at('tiny.onnx'), folder: study.folder }, hash: null },
      signal,
    );
    expect(without).toMatchObject({ follows: false, checkpoints: [{ path: at('tiny.onnx'), whole: true }] });
  });
});

describe('a pattern', () => {
  it('takes brackets and braces as letters, and * within one name only', async () => {
    mkdirSync(at('runs', '[a] {b}', 'deep'), { recursive: true });
    study.writeNetwork({});
    for (const name of ['e1.onnx', 'e12.onnx', 'x1.onnx', 'deep/e3.onnx'])
      copyFileSync(at('tiny.onnx'), at('runs', '[a] {b}', name));
    const names = async (pattern: string) =>
      (await matchingFiles(at(...pattern.split('/')))).map(({ path }) => path.slice(at('runs').length + 1));
    expect((await names('runs/[a] {b}/e*.onnx')).sort()).toEqual(['[a] {b}/e1.onnx', '[a] {b}/e12.onnx']);
    expect(await names('runs/*/e?.onnx')).toEqual(['[a] {b}/e1.onnx']);
    expect(await names('runs/*/*/e*.onnx')).toEqual(['[a] {b}/deep/e3.onnx']);
    expect(await names('nowhere/*.onnx')).toEqual([]);
  });

  it('finds the number of an epoch, unless there are several', async () => {
    study.writeNetwork({});
    for (const name of ['e-7.onnx', 'e-7_it-100.onnx', 'e-last.onnx'])
      copyFileSync(at('tiny.onnx'), at('checkpoints', name));
    const found = await matchingFiles(at('checkpoints', 'e-*.onnx'));
    expect(Object.fromEntries(found.map(({ path, number }) => [path.split('/').at(-1), number]))).toEqual({
      'e-7.onnx': 7,
      'e-7_it-100.onnx': null,
      'e-last.onnx': null,
    });
  });
});
